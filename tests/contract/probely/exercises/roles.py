"""Roles and permissions: a key may do what its role says, and no more."""

from __future__ import annotations

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import Caller, World
from vedette.server.tenancy import rules


def key_with(w: World, role: str) -> Caller:
    return Caller(w.do("POST", "/api-users/", {"name": "New", "user_roles": [{"role": role}]})["key"])


def may(caller: Caller) -> list[str]:
    found: list[str] = caller.get("/profile/permissions/").data["account"]
    return found


@exercise("GET /roles/")
def are_listed(w: World) -> None:
    assert "Reader" in [row["name"] for row in w.call(length=100)["results"]]
    w.do("PATCH", f"/roles/{w.cast.role.public_id}/", {"name": "Lector"})
    assert "Lector" in [row["name"] for row in w.call(length=100)["results"]]


@exercise("POST /roles/")
def is_made(w: World) -> None:
    role = w.call(body={"name": "Caller", "permissions": ["scans.start", "targets.view"]})["id"]
    caller = key_with(w, role)
    assert may(caller) == ["scans.start", "targets.view"]
    assert caller.post(f"/targets/{w.target}/scan_now/").status == 200
    assert caller.patch(f"/targets/{w.target}/", {"name": "x"}).status == 403


@exercise("GET /roles/{}/")
def is_shown(w: World) -> None:
    role = w.cast.role.public_id
    before = len(w.call(role)["permissions"])
    w.do("PATCH", f"/roles/{role}/", {"permissions": ["targets.view"]})
    assert (before, len(w.call(role)["permissions"])) == (2, 1)


@exercise("PUT /roles/{}/", "PATCH /roles/{}/")
def is_changed_for_whoever_holds_it(w: World) -> None:
    role = w.cast.role.public_id
    caller = key_with(w, role)
    w.call(role, body={"name": "Lector", "permissions": ["targets.view"]})
    assert may(caller) == ["targets.view"]


@exercise("DELETE /roles/{}/")
def is_deleted(w: World) -> None:
    w.call(w.cast.role.public_id)
    assert w.missing(f"/roles/{w.cast.role.public_id}/")
    assert w.api.post("/api-users/", {"name": "x", "user_roles": [{"role": w.cast.role.public_id}]}).status == 400


@exercise("GET /permissions/")
def permissions_are_those_that_roles_may_hold(w: World) -> None:
    shown = {row["id"]: row["name"] for row in w.call(length=100)["results"]}
    assert shown == rules.PERMISSIONS
    w.do("POST", "/roles/", {"name": "Everything", "permissions": sorted(shown.keys() - rules.OWNER_ONLY)})
