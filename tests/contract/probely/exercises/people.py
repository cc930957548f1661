"""People: who is invited is there, who is shut out is not, and roles decide what they see."""

from __future__ import annotations

from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World


def person(w: World) -> str:
    return w.cast.user.user.public_id


def on_target(w: World) -> list[dict[str, Any]]:
    return [{"role": w.cast.role.public_id, "scope": {"tier": "target", "target": {"id": w.target}}}]


@exercise("GET /users/")
def are_listed(w: World) -> None:
    assert "new@example.org" not in [row["email"] for row in w.call(length=100)["results"]]
    w.do("POST", "/users/", {"email": "new@example.org"})
    assert "new@example.org" in [row["email"] for row in w.call(length=100)["results"]]


@exercise("POST /users/")
def is_invited(w: World) -> None:
    made = w.call(body={"email": "new@example.org", "name": "New", "user_roles": on_target(w)})
    assert made["invitation_token"]
    assert w.get(f"/users/{made['id']}/")["email"] == "new@example.org"
    assert w.listed("/user-roles/", user=made["id"])


@exercise("GET /users/{}/")
def is_shown(w: World) -> None:
    assert w.call(person(w))["active"] is True
    w.do("DELETE", f"/users/{person(w)}/")
    assert w.call(person(w))["active"] is False


@exercise("PUT /users/{}/", "PATCH /users/{}/")
def is_changed(w: World) -> None:
    w.call(person(w), body={"title": "cso", "user_roles": on_target(w)})
    assert w.get(f"/users/{person(w)}/")["title"] == "cso"
    assert w.listed(f"/users/{person(w)}/targets/") == [w.target]


@exercise("DELETE /users/{}/")
def is_shut_out(w: World) -> None:
    w.call(person(w))
    assert person(w) in w.listed("/users/", active=False)


@exercise("GET /users/{}/targets/")
def sees_targets(w: World) -> None:
    before = w.call(person(w))["count"]
    w.do("PATCH", f"/users/{person(w)}/", {"user_roles": on_target(w)})
    assert (before, w.call(person(w))["count"]) == (3, 1)


@exercise("POST /users/bulk/update/")
def several_are_changed(w: World) -> None:
    w.call(body={"ids": [person(w)], "active": False})
    assert person(w) in w.listed("/users/", active=False)
