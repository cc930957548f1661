"""Writes that concern several people, keys or grants at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed
from vedette.server.tenancy import queries
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import ApiKey, Label, Membership, RoleGrant, User
from vedette.server.tenancy.services import keys, people, roles

MAX = 500


@dataclass(frozen=True, slots=True)
class Holding:
    """A role for someone: what `roles.grant` takes."""

    holder: User | ApiKey
    wish: roles.NewGrant


@transaction.atomic
def change_members(
    *,
    actor: Actor,
    members: Sequence[Membership],
    title: str | None = None,
    active: bool | None = None,
    labels: Collection[Label] | None = None,
    grants: Sequence[roles.NewGrant] | None = None,
) -> list[Membership]:
    """The same change to several members; see `people.change_member`."""
    _bounded(members)
    return [
        people.change_member(actor=actor, member=member, title=title, active=active, labels=labels, grants=grants)
        for member in members
    ]


@transaction.atomic
def change_keys(
    *,
    actor: Actor,
    found: Sequence[ApiKey],
    active: bool | None = None,
    labels: Collection[Label] | None = None,
    grants: Sequence[roles.NewGrant] | None = None,
) -> list[ApiKey]:
    """The same change to several keys; see `keys.change`."""
    _bounded(found)
    return [keys.change(actor=actor, key=key, active=active, labels=labels, grants=grants) for key in found]


@transaction.atomic
def change_grant(*, actor: Actor, grant: RoleGrant, wish: roles.NewGrant) -> RoleGrant:
    """Gives the holder this role in place of the one they have; the grant keeps its id. Raises Conflict
    `already_granted` when they hold it by another grant, and what `roles.grant` and `roles.revoke` do."""
    holder = grant.user or grant.key
    if holder is None or grant.organisation_id != actor.organisation.pk:
        raise NotAllowed()
    same = queries.grants_of(holder, actor.organisation).filter(role=wish.role, tier=wish.tier, team=wish.team)
    same = same.filter(target_id=wish.target.pk) if wish.target else same.filter(target=None)
    if same.exclude(pk=grant.pk).exists():
        raise Conflict("already_granted", "The role is held already.", field="role")
    public_id = grant.public_id
    # First the new role: who replaces the last owner's must not be stopped half-way.
    fresh = roles.grant(actor=actor, holder=holder, role=wish.role, tier=wish.tier, team=wish.team, target=wish.target)
    if fresh.pk != grant.pk:
        roles.revoke(actor=actor, grant=grant)
        fresh.public_id = public_id
        fresh.save(update_fields=("public_id",))
    return fresh


@transaction.atomic
def operate(
    *,
    actor: Actor,
    create: Sequence[Holding] = (),
    update: Sequence[tuple[RoleGrant, roles.NewGrant]] = (),
    delete: Sequence[RoleGrant] = (),
) -> tuple[list[RoleGrant], list[RoleGrant]]:
    """Gives, changes and takes away roles; the grants made and changed, each in the order given."""
    _bounded([*create, *update, *delete])
    made = [
        roles.grant(
            actor=actor,
            holder=one.holder,
            role=one.wish.role,
            tier=one.wish.tier,
            team=one.wish.team,
            target=one.wish.target,
        )
        for one in create
    ]
    changed = [change_grant(actor=actor, grant=grant, wish=wish) for grant, wish in update]
    for grant in delete:
        roles.revoke(actor=actor, grant=grant)
    return made, changed


def _bounded(found: Sequence[object]) -> None:
    if len(found) > MAX:
        raise Invalid(fields={"ids": [f"At most {MAX} at once are possible."]})
