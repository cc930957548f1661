"""Keys for scripts: made, changed, revoked. The secret is returned once and never stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.tenancy import rules
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import ApiKey, Label, Organisation, Role, Team, User
from vedette.server.tenancy.services import inputs, roles


def is_operator(actor: Actor) -> bool:
    """Whether the actor runs the instance: the system, or an operator who signed in (no key acts as one)."""
    return actor.kind == "system" or (actor.key is None and actor.user is not None and actor.user.is_operator)


def create_key(
    *,
    actor: Actor,
    name: str,
    kind: str = "probely",
    role: Role | None = None,
    tier: str = "account",
    team: Team | None = None,
    target: roles.GrantedTarget | None = None,
    grants: Sequence[roles.NewGrant] = (),
    days_valid_for: int | None = None,
    labels: Collection[Label] = (),
    instance_wide: bool = False,
    made_by: User | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret. `role` with its scope is one grant, `grants` are further ones; a key without any opens
    nothing. A personal key (`invicti`, `cloneguard_access`) acts as the actor and replaces the one they had; a
    `cloneguard_app` key may be for the whole instance. Raises NotAllowed, Invalid."""
    if kind not in rules.KEY_LETTERS:
        raise Invalid(fields={"kind": [f'"{kind}" is not a kind of key.']})
    wishes = ([roles.NewGrant(role, tier, team, target)] if role else []) + list(grants)
    _check_maker(actor, kind, wishes, instance_wide=instance_wide)
    organisation = None if instance_wide else actor.organisation
    expires_at, fault = rules.key_expiry(
        kind,
        days_valid_for,
        limited=actor.organisation.limit_api_key_days,
        max_days=actor.organisation.max_api_key_days,
        now=clock.now(),
    )
    if fault:
        raise Invalid(fields={"days_valid_for": [fault]})
    secret = rules.new_secret(kind)
    maker = made_by or actor.user
    with transaction.atomic():
        if kind in rules.PERSONAL_KEYS:
            _replace_personal(actor, kind)
        key = ApiKey.objects.create(
            organisation=organisation,
            kind=kind,
            name=inputs.text(name, field="name"),
            user=actor.user if kind in rules.PERSONAL_KEYS else None,
            prefix=rules.prefix_of(secret),
            key_hash=rules.hash_of(secret),
            expires_at=expires_at,
            created_by=maker,
            changed_by=maker,
            changed_by_key=None if maker else actor.own_key,
        )
        key.labels.set(inputs.person_labels(labels, actor.organisation))
        _note(actor, "key.created", key, data={"kind": kind, "prefix": key.prefix, "expires_at": expires_at})
        for wish in wishes:
            roles.grant(actor=actor, holder=key, role=wish.role, tier=wish.tier, team=wish.team, target=wish.target)
    return key, secret


@transaction.atomic
def change(
    *,
    actor: Actor,
    key: ApiKey,
    name: str | None = None,
    active: bool | None = None,
    labels: Collection[Label] | None = None,
    grants: Sequence[roles.NewGrant] | None = None,
) -> ApiKey:
    """Changes a key; its secret, kind and end stay as they are."""
    key = _locked(actor, key)
    if not _own(actor, key):
        roles.check_rank(actor, key.user or key)
    before = {"name": key.name, "active": key.active}
    if name is not None:
        key.name = inputs.text(name, field="name")
    if active is not None:
        key.active = active
    after = {"name": key.name, "active": key.active}
    if labels is not None:
        key.labels.set(inputs.person_labels(labels, actor.organisation))
    if after != before or labels is not None:
        _save(actor, key)
        _note(actor, "key.changed", key, before=before, after=after)
    if grants is not None:
        roles.set_grants(actor=actor, holder=key, wanted=grants)
    return key


@transaction.atomic
def revoke(*, actor: Actor, key: ApiKey) -> ApiKey:
    """Switches a key off. Taking a key away from someone of higher rank is allowed: it may have leaked."""
    key = _locked(actor, key)
    if key.active:
        key.active = False
        _save(actor, key)
        _note(actor, "key.revoked", key)
    return key


@transaction.atomic
def delete(*, actor: Actor, key: ApiKey) -> None:
    """Removes a key and its roles."""
    key = _locked(actor, key)
    _note(actor, "key.deleted", key, data={"kind": key.kind, "prefix": key.prefix})
    key.delete()


@transaction.atomic
def revoke_personal(*, actor: Actor, kind: str) -> bool:
    """Takes away the actor's own key of a personal kind. Returns whether there was one."""
    return _replace_personal(actor, kind)


def _check_maker(actor: Actor, kind: str, wishes: Sequence[roles.NewGrant], *, instance_wide: bool) -> None:
    if kind in rules.PERSONAL_KEYS:
        # A key that could make another one would outlive its own revocation.
        if actor.kind != "person" or actor.key is not None:
            raise NotAllowed("session_required", "Sign in to make a key of your own.")
        if wishes or instance_wide:
            raise Invalid(fields={"grants": ["A personal key may do what its person may."]})
        return
    actor.require("keys.change")
    if instance_wide and (kind != "cloneguard_app" or not is_operator(actor)):
        raise NotAllowed()
    if kind == "cloneguard_app" and wishes:
        raise Invalid(fields={"grants": ["A key of this kind only names an application."]})


def _replace_personal(actor: Actor, kind: str) -> bool:
    old = ApiKey.objects.filter(organisation=actor.organisation, user__isnull=False, user=actor.user, kind=kind)
    found = list(old.select_for_update(no_key=True))
    for key in found:
        _note(actor, "key.deleted", key, data={"kind": key.kind, "prefix": key.prefix})
        key.delete()
    return bool(found)


def _own(actor: Actor, key: ApiKey) -> bool:
    return actor.user is not None and key.user_id == actor.user.pk


def _locked(actor: Actor, key: ApiKey) -> ApiKey:
    fresh = ApiKey.objects.select_for_update(no_key=True).filter(pk=key.pk).first()
    if fresh is None:
        raise NotAllowed()
    if fresh.organisation_id is None:
        if not is_operator(actor):
            raise NotAllowed()
    elif fresh.organisation_id != actor.organisation.pk:
        raise NotAllowed()
    elif not _own(actor, fresh):
        actor.require("keys.change")
    return fresh


def _save(actor: Actor, key: ApiKey) -> None:
    key.changed_at, key.changed_by, key.changed_by_key = clock.now(), actor.user, actor.own_key
    key.save(update_fields=("name", "active", "changed_at", "changed_by", "changed_by_key"))


def _note(actor: Actor, kind: str, key: ApiKey, **parts: Any) -> None:
    organisation: Organisation = key.organisation or actor.organisation
    audit.record(
        kind=kind,
        actor=actor,
        organisation=organisation,
        object_kind="key",
        object_id=key.public_id,
        object_name=key.name,
        **parts,
    )
