"""People, keys, roles, grants, teams."""

from __future__ import annotations

from collections.abc import Iterable

from vedette.server.api.probely.shapes.small import SYSTEM, Json, label, moment, user
from vedette.server.targets.models import Target
from vedette.server.tenancy import filters, holders, queries, rules
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import ApiKey, Membership, Role, RoleGrant, Team

_DAY_S = 86_400


def person(row: Membership) -> Json:
    """A member as `/users/` shows it."""
    grants = list(row.user.grants.all())
    return {
        "id": row.user.public_id,
        "email": row.user.email,
        "name": row.user.name,
        "title": row.user.title,
        "is_billing_admin": False,
        "is_owner": any(one.role.organisation_id is None and one.role.key == "owner" for one in grants),
        "is_sso": False,
        "active": row.active and row.user.is_active,
        "labels": [label(one) for one in row.labels.all()],
        "user_roles": [grant(one) for one in grants],
        "last_login": moment(row.last_seen_at),
        "is_apiuser": False,
        "mfa_enabled": holders.has_second_factor(row),
        "changed": moment(row.user.changed_at),
        "changed_by": user(row.user.changed_by),
    }


def key(row: ApiKey, secret: str = "") -> Json:
    """A key as `/api-users/` shows it: with its secret where it was just made, else with its beginning."""
    lifetime = (row.expires_at - row.created_at).total_seconds() if row.expires_at else None
    return {
        "id": row.public_id,
        "name": row.name,
        "active": row.active,
        "labels": [label(one) for one in row.labels.all()],
        "user_roles": [grant(one) for one in row.grants.all()],
        "is_apiuser": True,
        "key": secret or f"{row.prefix}\N{HORIZONTAL ELLIPSIS}",
        "expiration_date": moment(row.expires_at),
        "days_valid_for": None if lifetime is None else round(lifetime / _DAY_S),
        "last_login": moment(row.last_used_at),
        "changed": moment(row.changed_at),
        "changed_by": user(row.changed_by, row.changed_by_key),
    }


def older_key(row: ApiKey, secret: str = "") -> Json:
    """A key as `/keys/` shows it."""
    return {name: value for name, value in key(row, secret).items() if name in ("id", "name", "key")}


def caller(row: ApiKey) -> Json:
    """The key that asks, in the form of a person: `/profile/`."""
    shown = key(row)
    return {
        "id": shown["id"],
        "email": "",
        "name": shown["name"],
        "title": "",
        "is_billing_admin": False,
        "is_owner": False,
        "is_sso": False,
        "active": shown["active"],
        "labels": shown["labels"],
        "user_roles": shown["user_roles"],
        "last_login": shown["last_login"],
        "is_apiuser": True,
        "mfa_enabled": False,
        "changed": shown["changed"],
        "changed_by": shown["changed_by"],
    }


def permission(name: str) -> Json:
    """A permission: its id is ours, its name says what it lets people do."""
    return {"id": name, "name": rules.PERMISSIONS[name]}


def role(row: Role) -> Json:
    """A role with its permissions, in the order of `/permissions/`."""
    held = queries.permissions_of(row)
    return {**role_brief(row), "permissions": [permission(name) for name in rules.PERMISSIONS if name in held]}


def role_brief(row: Role) -> Json:
    """A role as grants show it."""
    return {
        "id": row.public_id,
        "name": row.name,
        "description": row.description,
        "custom": row.organisation_id is not None,
    }


def grant(row: RoleGrant) -> Json:
    """A role that somebody holds, and over what."""
    return {"id": row.public_id, "user": _holder(row), "role": role_brief(row.role), "scope": _scope(row)}


def _holder(row: RoleGrant) -> Json:
    if row.key is not None:
        return {"id": row.key.public_id, "email": "", "name": row.key.name}
    if row.user is None:
        return dict(SYSTEM)
    return {"id": row.user.public_id, "email": row.user.email, "name": row.user.name}


def _scope(row: RoleGrant) -> Json:
    found: Json = {"tier": row.tier}
    if row.team is not None:
        found["team"] = {"id": row.team.public_id, "name": row.team.name}
    if row.target is not None:
        found["target"] = target_brief(row.target)
    return found


def target_brief(row: Target) -> Json:
    """A target by id, name and URL."""
    return {"id": row.public_id, "name": row.name, "url": row.url}


def team(row: Team, targets: Iterable[Target]) -> Json:
    """A team with its numbers, and those of its targets that the caller may see."""
    numbers = filters.team_numbers(row)
    return {
        "id": row.public_id,
        "name": row.name,
        "quota": row.quota,
        "reserve": row.reserve,
        "num_api_keys": numbers["keys"],
        "num_users": numbers["people"],
        "num_targets": numbers["targets"],
        "num_available_targets": free(row),
        "targets": [target_brief(one) for one in targets],
        "scanning_agents": [],
    }


def free(row: Team) -> int | None:
    """How many more targets a team may have; None when it has no quota."""
    return None if row.quota is None else max(0, row.quota - filters.team_numbers(row)["targets"])


def slots(rows: Iterable[Team]) -> Json:
    """How many more targets each team may have, and all together (None when one has no quota)."""
    each = [{"id": row.public_id, "name": row.name, "available_slots": free(row)} for row in rows]
    numbers = [one["available_slots"] for one in each]
    whole = [number for number in numbers if isinstance(number, int)]
    return {"available_slots": sum(whole) if len(whole) == len(numbers) and whole else None, "teams": each}


def own_permissions(actor: Actor, grants: Iterable[RoleGrant]) -> Json:
    """What the caller may do: over the account, and by id over teams and targets."""
    places: dict[str, dict[str, list[str]]] = {"targets": {}, "teams": {}}
    for row in grants:
        place = row.team or row.target
        if place is not None:
            kept = places["teams" if row.team else "targets"].setdefault(place.public_id, [])
            kept += [name for name in sorted(queries.permissions_of(row.role)) if name not in kept]
    return {"account": sorted(actor.held()), **places}
