"""From ids in bodies to roles, scopes, holders and labels that the actor may see. What is missing is an input error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Target
from vedette.server.tenancy import filters, holders, queries, rules
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import ApiKey, Label, RoleGrant, User
from vedette.server.tenancy.services import labels as labelling
from vedette.server.tenancy.services.roles import NewGrant
from vedette.server.tenancy.services.several import Holding

_Row = TypeVar("_Row")


def person_labels(actor: Actor, choices: Iterable[dict[str, str]] | None) -> list[Label] | None:
    """Labels for people and keys by id or name; unknown names are made. None for none given."""
    return None if choices is None else [_person_label(actor, choice) for choice in choices]


def new_grant(actor: Actor, given: dict[str, Any]) -> NewGrant:
    """A role with its scope, as `GivenRoleSchema` reads it."""
    scope = given.get("scope") or {"tier": "account"}
    team, target = scope.get("team"), scope.get("target")
    return NewGrant(
        role=_found("role", given["role"], lambda: queries.get_role(actor, given["role"])),
        tier=scope["tier"],
        team=_found("scope.team", team, lambda: queries.get_team(actor, team)) if team else None,
        target=_found("scope.target", target, lambda: targets.get(actor, target, whole=False)) if target else None,
    )


def new_grants(actor: Actor, given: Iterable[dict[str, Any]] | None) -> list[NewGrant] | None:
    """Several of them. None for none given."""
    return None if given is None else [new_grant(actor, one) for one in given]


def holding(actor: Actor, kind: str, given: dict[str, Any]) -> Holding:
    """A role for a person (`user`) or key (`key`), as `NewGrantSchema` reads it."""
    return Holding(_holder(actor, kind, given["user"]), new_grant(actor, given))


def changed_grant(actor: Actor, row: RoleGrant, given: dict[str, Any]) -> NewGrant:
    """What a grant becomes: what is not given stays. Raises Invalid when it is to be somebody else's."""
    holder = row.user or row.key
    if "user" in given and (holder is None or given["user"] != holder.public_id):
        raise Invalid(fields={"user": ["A role is not handed on: give it to the other one, and take this one away."]})
    current = {
        "role": row.role.public_id,
        "scope": {
            "tier": row.tier,
            "team": row.team.public_id if row.team else None,
            "target": row.target.public_id if row.target else None,
        },
    }
    return new_grant(actor, {**current, **{name: given[name] for name in ("role", "scope") if name in given}})


def changed_grants(actor: Actor, kind: str, given: Sequence[dict[str, Any]]) -> list[tuple[RoleGrant, NewGrant]]:
    """Several of them, found by their ids. Raises NotFound with `invalid_ids`."""
    rows = filters.several_grants(actor, kind, [one["id"] for one in given])
    found = {row.public_id: row for row in rows}
    return [(found[one["id"]], changed_grant(actor, found[one["id"]], one)) for one in given]


def as_caller(actor: Actor) -> list[NewGrant]:
    """What the caller holds, to give it on: what a key made without any wish may do."""
    return [NewGrant(row.role, row.tier, row.team, row.target) for row in holders.own_grants(actor)]


def as_caller_over(actor: Actor, target: Target) -> list[NewGrant]:
    """What the caller holds over a target, to give it on for that target alone, each role once; a role with what only
    owners may becomes an administrator's, since ownership is of a whole account. Raises NotAllowed where they hold
    nothing over it."""
    teams = set(target.teams.values_list("pk", flat=True))
    held = [
        row.role
        for row in holders.own_grants(actor)
        if row.tier == "account" or row.target_id == target.pk or (row.team_id is not None and row.team_id in teams)
    ]
    if not held:
        raise NotAllowed(data={"permission": "keys.change"})
    roles = [queries.builtin_role("admin") if rules.OWNER_ONLY & queries.permissions_of(one) else one for one in held]
    return [NewGrant(role, "target", None, target) for role in dict.fromkeys(roles)]


def _holder(actor: Actor, kind: str, public_id: str) -> User | ApiKey:
    def find() -> User | ApiKey:
        return holders.key(actor, public_id) if kind == "key" else queries.get_member(actor, public_id).user

    return _found("user", public_id, find)


def _person_label(actor: Actor, choice: dict[str, str]) -> Label:
    if not choice["id"]:
        return labelling.ensure(actor=actor, kind="user", name=choice["name"], color=choice["color"])
    return _found("labels", choice["id"], lambda: queries.get_label(actor, "user", choice["id"]))


def _found(field: str, public_id: str, find: Callable[[], _Row]) -> _Row:
    try:
        return find()
    except NotFound:
        raise Invalid(fields={field: [f'Invalid pk "{public_id}" - object does not exist.']}) from None
