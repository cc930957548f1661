"""Roles that people and keys hold: whoever is given one sees what it is over."""

from __future__ import annotations

from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World

PREFIXES = ("/user-roles/", "/api-user-roles/")


def keys(method: str, rest: str = "") -> list[str]:
    return [f"{method} {prefix}{rest}" for prefix in PREFIXES]


def base(w: World) -> str:
    return next(prefix for prefix in PREFIXES if w.row.path.startswith(prefix))


def of_keys(w: World) -> bool:
    return base(w) == PREFIXES[1]


def holder(w: World) -> str:
    return w.cast.key.public_id if of_keys(w) else w.cast.user.user.public_id


def held(w: World) -> str:
    """A grant over the whole account."""
    return (w.cast.key_grant if of_keys(w) else w.cast.user_grant).public_id


def sees(w: World) -> list[str]:
    """The targets that the holder sees."""
    return sorted(w.listed(f"/{'api-users' if of_keys(w) else 'users'}/{holder(w)}/targets/"))


def over_target(w: World) -> dict[str, Any]:
    return {"scope": {"tier": "target", "target": {"id": w.target}}}


def on_target(w: World) -> dict[str, Any]:
    """A role over one target, as a body."""
    return {"user": holder(w), "role": w.cast.role.public_id, **over_target(w)}


def everything(w: World) -> list[str]:
    return sorted(w.listed("/targets/"))


def nothing_held(w: World) -> None:
    w.do("DELETE", f"{base(w)}{held(w)}/")
    assert sees(w) == []


@exercise(*keys("GET"))
def are_listed(w: World) -> None:
    assert held(w) in [row["id"] for row in w.call(length=100)["results"]]
    nothing_held(w)
    assert held(w) not in [row["id"] for row in w.call(length=100)["results"]]


@exercise(*keys("GET", "{}/"))
def is_shown(w: World) -> None:
    assert w.call(held(w))["scope"]["tier"] == "account"
    w.do("PATCH", f"{base(w)}{held(w)}/", over_target(w))
    assert w.call(held(w))["scope"]["target"]["id"] == w.target


@exercise(*keys("POST"))
def is_given(w: World) -> None:
    nothing_held(w)
    w.call(body=on_target(w))
    assert sees(w) == [w.target]


@exercise(*keys("PUT", "{}/"), *keys("PATCH", "{}/"))
def is_narrowed(w: World) -> None:
    assert sees(w) == everything(w)
    w.call(held(w), body=over_target(w))
    assert sees(w) == [w.target]


@exercise(*keys("DELETE", "{}/"))
def is_taken_away(w: World) -> None:
    assert sees(w) == everything(w)
    w.call(held(w))
    assert sees(w) == []


@exercise(*keys("POST", "bulk/create/"))
def several_are_given(w: World) -> None:
    nothing_held(w)
    w.call(body=[on_target(w)])
    assert sees(w) == [w.target]


@exercise(*keys("POST", "bulk/update/"))
def several_are_narrowed(w: World) -> None:
    w.call(body=[{"id": held(w), **over_target(w)}])
    assert sees(w) == [w.target]


@exercise(*keys("POST", "bulk/delete/"))
def several_are_taken_away(w: World) -> None:
    w.call(body={"ids": [held(w)]})
    assert sees(w) == []


@exercise(*keys("POST", "bulk/operations/"))
def all_at_once(w: World) -> None:
    answer = w.call(body={"create": [on_target(w)], "update": [], "delete": [held(w)]})
    assert answer["deleted"] == [held(w)]
    assert sees(w) == [w.target]
