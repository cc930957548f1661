"""People of an organisation: invited, joined, changed, switched off, removed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, NotAllowed
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import (
    AccessSession,
    ApiKey,
    Invitation,
    Label,
    Membership,
    Organisation,
    Role,
    RoleGrant,
    User,
)
from vedette.server.tenancy.services import inputs, lockout, roles

INVITATION_LIFE = timedelta(days=7)


@transaction.atomic
def invite(*, actor: Actor, email: str, role: Role, name: str = "") -> tuple[Invitation, str]:
    """An invitation to join with a role over the account, and its token: one use, seven days. A second one to the same
    address replaces the first. Raises Conflict `already_member`, NotAllowed `above_own_rank`."""
    actor.require("people.change")
    roles.check_grantable(actor, role)
    address, known = inputs.email(email), inputs.text(name, field="name", limit=60, empty=True)
    if Membership.objects.filter(organisation=actor.organisation, user__email=address, active=True).exists():
        raise Conflict("already_member", "This person is a member already.", field="email")
    return _invite(actor, address, known, role)


@transaction.atomic
def create_member(
    *,
    actor: Actor,
    email: str,
    name: str = "",
    title: str = "",
    labels: Collection[Label] = (),
    grants: Sequence[roles.NewGrant] = (),
) -> tuple[Membership, str]:
    """A member at once, with roles, and the token with which they choose a password or agree. Someone who has an
    account already becomes active only when they agree. Raises Conflict `already_member`."""
    actor.require("people.change")
    address, known = inputs.email(email), inputs.text(name, field="name", limit=60, empty=True)
    job, worn = inputs.title(title), inputs.person_labels(labels, actor.organisation)
    user = User.objects.filter(email=address).first()
    if user is not None and Membership.objects.filter(organisation=actor.organisation, user=user).exists():
        raise Conflict("already_member", "This person is a member already.", field="email")
    member = Membership(organisation=actor.organisation, active=user is None)
    if user is None:
        user = User(email=address, name=known, title=job, current_organisation=actor.organisation)
        user.changed_by = actor.user
        user.set_unusable_password()
        user.save()
    member.user = user
    member.save()
    member.labels.set(worn)
    _note(actor, "person.added", user, data={"active": member.active})
    for wish in grants:
        roles.grant(actor=actor, holder=user, role=wish.role, tier=wish.tier, team=wish.team, target=wish.target)
    _, token = _invite(actor, address, known, None)
    return member, token


def accept_invitation(
    *, token: str, name: str = "", password: str = "", user: User | None = None, address: str = ""
) -> User:
    """Uses an invitation. A new person gives a name and a password; somebody who has an account must be signed in as
    `user`. Raises NotFound, Conflict (`already_processed`, `expired`, `sign_in_first`, `other_account`,
    `account_disabled`, `organisation_suspended`), Invalid."""
    invitation = queries.open_invitation(token)
    account = User.objects.filter(email=invitation.email).first()
    known = inputs.text(name or invitation.name, field="name", limit=60, empty=True)
    settled = account is not None and account.has_usable_password()
    if settled:
        _check_account(account, user)
    hashed = "" if settled else inputs.password_hash(password, address=invitation.email)
    with transaction.atomic():
        now = clock.now()
        # The token is used up here, once, whoever else tries at the same time.
        if not Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=now).update(used_at=now):
            raise Conflict("already_processed", "This invitation was used already.")
        if account is None:
            account = User(email=invitation.email)
        if not settled:
            account.password, account.name, account.changed_at = hashed, known or account.name, now
            account.save()
            # Whoever redeems this token speaks for this organisation only: the others have tokens of their own.
            other = Membership.objects.filter(user=account).exclude(organisation=invitation.organisation)
            other.update(active=False)
        _join(invitation, account, address)
    return account


@transaction.atomic
def change_member(
    *,
    actor: Actor,
    member: Membership,
    name: str | None = None,
    title: str | None = None,
    labels: Collection[Label] | None = None,
    active: bool | None = None,
    grants: Sequence[roles.NewGrant] | None = None,
) -> Membership:
    """Changes a member. Name and title are the person's own once they belong to another organisation too; the address
    is theirs always. Raises NotAllowed (`above_own_rank`, `shared_account`), Conflict `last_owner`."""
    member = _locked(actor, member)
    user = member.user
    if user != actor.user or labels is not None:
        actor.require("people.change")
    if name is not None or title is not None:
        _change_person(actor, user, name, title)
    if labels is not None:
        member.labels.set(inputs.person_labels(labels, actor.organisation))
        _note(actor, "person.changed", user, after={"labels": [label.name for label in labels]})
    if active is not None and active != member.active:
        actor.require("people.change")
        _switch(actor, member, on=active)
    if grants is not None:
        roles.set_grants(actor=actor, holder=user, wanted=grants)
    return member


def deactivate(*, actor: Actor, member: Membership) -> Membership:
    """Shuts a person out of the organisation. Raises Conflict `last_owner`, NotAllowed `above_own_rank`."""
    return change_member(actor=actor, member=member, active=False)


def activate(*, actor: Actor, member: Membership) -> Membership:
    """Lets a person in again."""
    return change_member(actor=actor, member=member, active=True)


@transaction.atomic
def remove_member(*, actor: Actor, member: Membership) -> None:
    """Takes a person out of the organisation, with their roles and personal keys here; everybody may leave by
    themselves. Raises Conflict `last_owner`, NotAllowed `above_own_rank`."""
    member = _locked(actor, member)
    user, leaves = member.user, member.user == actor.user
    if not leaves:
        actor.require("people.change")
    was_owner = queries.active_owners(actor.organisation).filter(pk=user.pk).exists()
    _note(actor, "person.left" if leaves else "person.removed", user)
    RoleGrant.objects.filter(organisation=actor.organisation, user=user).delete()
    ApiKey.objects.filter(organisation=actor.organisation, user=user).delete()
    _shut_out(user, actor.organisation)
    member.delete()
    if user.current_organisation_id == actor.organisation.pk:
        user.current_organisation = None
        user.save(update_fields=("current_organisation",))
    if was_owner:
        roles.keep_an_owner(actor.organisation)


@transaction.atomic
def unlock(*, actor: Actor, member: Membership) -> None:
    """Lets a person who was locked out try to sign in again."""
    actor.require("people.change")
    member = _locked(actor, member)
    lockout.clear(member.user)
    _note(actor, "person.unlocked", member.user)


def _invite(actor: Actor, address: str, name: str, role: Role | None) -> tuple[Invitation, str]:
    now, token = clock.now(), rules.new_token()
    earlier = Invitation.objects.filter(organisation=actor.organisation, email=address, used_at=None)
    earlier.filter(expires_at__gt=now).update(expires_at=now)
    invitation = Invitation.objects.create(
        organisation=actor.organisation,
        email=address,
        name=name,
        role=role,
        token_hash=rules.hash_of(token),
        expires_at=now + INVITATION_LIFE,
        created_by=actor.user,
    )
    audit.record(
        kind="person.invited",
        actor=actor,
        organisation=actor.organisation,
        object_kind="invitation",
        object_id=invitation.public_id,
        object_name=address,
        data={"role": role.name if role else None},
    )
    return invitation, token


def _check_account(account: User | None, user: User | None) -> None:
    # The token came by mail: it proves the address, not who reads the mail now.
    if user is None:
        raise Conflict("sign_in_first", "There is an account with this address; sign in to accept.")
    if user != account:
        raise Conflict("other_account", "This invitation is for someone else.")
    if not user.is_active:
        raise Conflict("account_disabled", "This account is switched off.")


def _join(invitation: Invitation, account: User, address: str) -> None:
    organisation = invitation.organisation
    if organisation is None or organisation.suspended:
        raise Conflict("organisation_suspended", "The organisation is suspended.")
    Membership.objects.update_or_create(organisation=organisation, user=account, defaults={"active": True})
    if invitation.role is not None:
        RoleGrant.objects.get_or_create(
            organisation=organisation, user=account, role=invitation.role, tier="account", team=None, target=None
        )
    if account.current_organisation_id is None:
        account.current_organisation = organisation
        account.save(update_fields=("current_organisation",))
    actor = queries.actor_for_user(account, organisation, address)
    audit.record(
        kind="person.joined",
        actor=actor,
        organisation=organisation,
        object_kind="person",
        object_id=account.public_id,
        object_name=account.email,
        data={"role": invitation.role.name if invitation.role else None},
    )


def _change_person(actor: Actor, user: User, name: str | None, title: str | None) -> None:
    elsewhere = Membership.objects.filter(user=user).exclude(organisation=actor.organisation).exists()
    if user != actor.user and elsewhere:
        raise NotAllowed("shared_account", "This person belongs to other organisations too, and changes this alone.")
    before = {"name": user.name, "title": user.title}
    if name is not None:
        user.name = inputs.text(name, field="name", limit=60, empty=True)
    if title is not None:
        user.title = inputs.title(title)
    after = {"name": user.name, "title": user.title}
    if after != before:
        user.changed_at, user.changed_by = clock.now(), actor.user
        user.save(update_fields=("name", "title", "changed_at", "changed_by"))
        _note(actor, "person.changed", user, before=before, after=after)


def _switch(actor: Actor, member: Membership, *, on: bool) -> None:
    if on and _has_not_agreed(member):
        raise Conflict("invitation_pending", "This person has not accepted an invitation yet; invite them again.")
    was_owner = queries.active_owners(actor.organisation).filter(pk=member.user.pk).exists()
    member.active = on
    member.save(update_fields=("active",))
    _note(actor, "person.activated" if on else "person.deactivated", member.user)
    if not on:
        _shut_out(member.user, actor.organisation)
        if was_owner:
            roles.keep_an_owner(actor.organisation)


def _has_not_agreed(member: Membership) -> bool:
    # An account made through another organisation must not be let in without the word of whoever reads its mail.
    sent = Invitation.objects.filter(organisation=member.organisation_id, email=member.user.email)
    return sent.exists() and not sent.filter(used_at__isnull=False).exists()


def _shut_out(user: User, organisation: Organisation) -> None:
    now = clock.now()
    AccessSession.objects.filter(user=user, organisation=organisation).delete()
    received = Invitation.objects.filter(organisation=organisation, email=user.email, used_at=None)
    received.filter(expires_at__gt=now).update(expires_at=now)
    roles.close_invitations(user, organisation)


def _locked(actor: Actor, member: Membership) -> Membership:
    roles.lock(actor.organisation)
    found = Membership.objects.select_related("user").filter(pk=member.pk, organisation=actor.organisation)
    fresh = found.first()
    if fresh is None:
        raise NotAllowed()
    roles.check_rank(actor, fresh.user)
    return fresh


def _note(actor: Actor, kind: str, user: User, **parts: Any) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=actor.organisation,
        object_kind="person",
        object_id=user.public_id,
        object_name=user.email,
        **parts,
    )
