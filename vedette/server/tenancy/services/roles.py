"""Roles and who holds them. Nobody gives, changes or takes away more than they hold over the whole account."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import IntegrityError, transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import (
    ApiKey,
    Invitation,
    Membership,
    Organisation,
    Role,
    RoleGrant,
    Team,
    User,
)
from vedette.server.tenancy.services import inputs


class GrantedTarget(Protocol):
    """A target, as far as grants need one: its room stands above this one."""

    pk: Any
    public_id: Any
    organisation_id: Any


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A role to give: over the account, or over the team or target named."""

    role: Role
    tier: str = "account"
    team: Team | None = None
    target: GrantedTarget | None = None


@transaction.atomic
def create(*, actor: Actor, name: str, permissions: Collection[str], description: str = "") -> Role:
    """A role of the organisation's own."""
    actor.require("roles.change")
    chosen = _permissions(actor, permissions)
    role = Role(
        organisation=actor.organisation,
        name=_name(name),
        description=inputs.text(description, field="description", limit=2000, empty=True),
        permissions=sorted(chosen),
    )
    _save(role)
    _note(actor, "role.created", role, after={"permissions": role.permissions})
    return role


@transaction.atomic
def change(
    *,
    actor: Actor,
    role: Role,
    name: str | None = None,
    description: str | None = None,
    permissions: Collection[str] | None = None,
) -> Role:
    """Changes a role of the organisation; whoever holds it has the new permissions at once."""
    actor.require("roles.change")
    role = _own_role(actor, role)
    before = {"name": role.name, "description": role.description, "permissions": role.permissions}
    if name is not None:
        role.name = _name(name)
    if description is not None:
        role.description = inputs.text(description, field="description", limit=2000, empty=True)
    if permissions is not None:
        role.permissions = sorted(_permissions(actor, permissions))
    after = {"name": role.name, "description": role.description, "permissions": role.permissions}
    if after != before:
        _save(role)
        _note(actor, "role.changed", role, before=before, after=after)
    return role


@transaction.atomic
def delete(*, actor: Actor, role: Role) -> None:
    """Deletes a role of the organisation that nobody holds. Raises Conflict `in_use` otherwise."""
    actor.require("roles.change")
    role = _own_role(actor, role)
    if role.grants.exists():
        raise Conflict("in_use", "Someone holds this role.")
    _note(actor, "role.deleted", role, before={"permissions": role.permissions})
    role.delete()


@transaction.atomic
def grant(
    *,
    actor: Actor,
    holder: User | ApiKey,
    role: Role,
    tier: str = "account",
    team: Team | None = None,
    target: GrantedTarget | None = None,
) -> RoleGrant:
    """Gives a role to a person or key. A grant that exists already is returned as it is. Raises NotAllowed
    `above_own_rank` when it would give more than the actor holds."""
    actor.require(_needed(holder))
    check_rank(actor, holder)
    return _give(actor, holder, NewGrant(role, tier, team, target))


@transaction.atomic
def revoke(*, actor: Actor, grant: RoleGrant) -> None:
    """Takes a role away. Raises Conflict `last_owner` when nobody would own the organisation any more."""
    lock(actor.organisation)
    found = RoleGrant.objects.filter(pk=grant.pk, organisation=actor.organisation)
    row = found.select_related("role", "user", "key", "team", "target").first()
    holder = (row.user or row.key) if row else None
    if row is None or holder is None:
        raise NotAllowed()
    if holder != actor.user:
        actor.require(_needed(holder))
        check_rank(actor, holder)
    _take(actor, holder, row)


@transaction.atomic
def set_grants(*, actor: Actor, holder: User | ApiKey, wanted: Sequence[NewGrant]) -> list[RoleGrant]:
    """Makes these the roles of a person or key: gives what is missing, takes away what is too much."""
    actor.require(_needed(holder))
    lock(actor.organisation)
    check_rank(actor, holder)
    kept = [_give(actor, holder, wish) for wish in wanted]
    for old in queries.grants_of(holder, actor.organisation).exclude(pk__in=[row.pk for row in kept]):
        _take(actor, holder, old)
    return kept


def check_rank(actor: Actor, holder: User | ApiKey) -> None:
    """Raises NotAllowed `above_own_rank` when the holder may do what the actor may not: only equals and lower ranks are
    changed."""
    if holder != actor.user and not rules.may_grant(actor.held(), queries.held_by(holder, actor.organisation)):
        raise NotAllowed("above_own_rank", "They may do more than you; someone of their rank has to do this.")


def check_grantable(actor: Actor, role: Role) -> None:
    """Raises NotAllowed `above_own_rank` for a role that lets people do more than the actor, Invalid for a role of
    another organisation."""
    if role.organisation_id not in (None, actor.organisation.pk):
        raise Invalid(fields={"role": ["There is no such role."]})
    if not rules.may_grant(actor.held(), queries.permissions_of(role)):
        raise NotAllowed("above_own_rank", "This role may do more than you.")


def lock(organisation: Organisation) -> None:
    """Lets changes of who owns an organisation happen one after the other, until the transaction ends."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def keep_an_owner(organisation: Organisation) -> None:
    """Raises Conflict `last_owner` when nobody owns the organisation. Call it after the change, under `lock`."""
    if not queries.active_owners(organisation).exists():
        raise Conflict("last_owner", "The organisation needs an owner; make someone else one first.")


def _give(actor: Actor, holder: User | ApiKey, wish: NewGrant) -> RoleGrant:
    _check_scope(actor.organisation, wish)
    check_grantable(actor, wish.role)
    _check_holder(actor.organisation, holder)
    place: dict[str, Any] = {"tier": wish.tier, "team": wish.team}
    place["target_id"] = wish.target.pk if wish.target else None
    place["user" if isinstance(holder, User) else "key"] = holder
    row, made = RoleGrant.objects.get_or_create(organisation=actor.organisation, role=wish.role, **place)
    if made:
        _note_grant(actor, "role.granted", holder, row, wish.target.public_id if wish.target else "")
    return row


def _take(actor: Actor, holder: User | ApiKey, row: RoleGrant) -> None:
    owner = row.role.organisation_id is None and row.role.key == "owner"
    target_id = row.target.public_id if row.target else ""
    _note_grant(actor, "role.withdrawn", holder, row, target_id)
    row.delete()
    if isinstance(holder, User):
        close_invitations(holder, actor.organisation)
        if owner:
            keep_an_owner(actor.organisation)


def close_invitations(inviter: User, organisation: Organisation) -> None:
    """Ends the invitations that a person sent: what they promised may be above their rank from now on."""
    now = clock.now()
    sent = Invitation.objects.filter(organisation=organisation, created_by=inviter, used_at=None, expires_at__gt=now)
    sent.update(expires_at=now)


def _check_scope(organisation: Organisation, wish: NewGrant) -> None:
    fits = {
        "account": wish.team is None and wish.target is None,
        "team": wish.team is not None and wish.target is None and wish.team.organisation_id == organisation.pk,
        "target": wish.target is not None and wish.team is None and wish.target.organisation_id == organisation.pk,
    }
    if not fits.get(wish.tier, False):
        raise Invalid(fields={"scope": ["The scope must name the account, one team or one target of it."]})
    if wish.tier != "account" and rules.OWNER_ONLY & queries.permissions_of(wish.role):
        raise Invalid(fields={"scope": ["Ownership is of the whole account."]})


def _check_holder(organisation: Organisation, holder: User | ApiKey) -> None:
    if isinstance(holder, ApiKey):
        fits = holder.organisation_id == organisation.pk and holder.kind not in rules.PERSONAL_KEYS
    else:
        fits = Membership.objects.filter(organisation=organisation, user=holder).exists()
    if not fits:
        raise Invalid(fields={"user": ["Roles are for people and keys of this organisation."]})


def _needed(holder: User | ApiKey) -> str:
    return "people.change" if isinstance(holder, User) else "keys.change"


def _permissions(actor: Actor, wanted: Collection[str]) -> frozenset[str]:
    chosen = frozenset(wanted)
    unknown = sorted(chosen - rules.ALL)
    if unknown:
        raise Invalid(fields={"permissions": [f'"{name}" is not a permission.' for name in unknown]})
    if chosen & rules.OWNER_ONLY:
        raise Invalid(fields={"permissions": ["Ownership belongs to the built-in role alone."]})
    if not rules.may_grant(actor.held(), chosen):
        raise NotAllowed("above_own_rank", "A role cannot let people do more than you may.")
    return chosen


def _own_role(actor: Actor, role: Role) -> Role:
    if role.organisation_id is None:
        raise Conflict("builtin_role", "Built-in roles cannot be changed.")
    if role.organisation_id != actor.organisation.pk:
        raise NotAllowed()
    check_grantable(actor, role)
    return role


def _name(name: str) -> str:
    chosen = inputs.text(name, field="name")
    if chosen.lower() in rules.BUILTIN_ROLES:
        raise Invalid(fields={"name": ["A built-in role has this name."]})
    return chosen


def _save(role: Role) -> None:
    try:
        with transaction.atomic():
            role.save()
    except IntegrityError:
        raise Invalid(fields={"name": ["A role with this name exists already."]}) from None


def _note(actor: Actor, kind: str, role: Role, **parts: Any) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=actor.organisation,
        object_kind="role",
        object_id=role.public_id,
        object_name=role.name,
        **parts,
    )


def _note_grant(actor: Actor, kind: str, holder: User | ApiKey, row: RoleGrant, target_id: str) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=actor.organisation,
        object_kind="person" if isinstance(holder, User) else "key",
        object_id=holder.public_id,
        object_name=str(holder),
        target_id=target_id,
        data={"role": row.role.name, "tier": row.tier, "team": row.team.name if row.team else None},
    )
