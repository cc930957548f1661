"""Keys for scripts: one that is made opens the door, one that is switched off does not."""

from __future__ import annotations

from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import Caller, World


def made(w: World) -> tuple[str, Caller]:
    """A new key that sees one target: its id, and a client with its secret."""
    answer = w.do("POST", "/api-users/", {"name": "Night", "user_roles": on_target(w)})
    caller = Caller(answer["key"])
    assert opens(caller)
    return str(answer["id"]), caller


def on_target(w: World) -> list[dict[str, Any]]:
    return [{"role": w.cast.role.public_id, "scope": {"tier": "target", "target": {"id": w.target}}}]


def opens(caller: Caller) -> bool:
    return bool(caller.get("/profile/").status == 200)


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer["results"]]


@exercise("GET /api-users/", "GET /keys/")
def are_listed(w: World) -> None:
    assert "Night" not in names(w.call(length=100))
    made(w)
    assert "Night" in names(w.call(length=100))


@exercise("POST /api-users/")
def is_made(w: World) -> None:
    caller = Caller(w.call(body={"name": "Night", "user_roles": on_target(w)})["key"])
    assert opens(caller)
    assert [row["id"] for row in caller.get("/targets/").data["results"]] == [w.target]


@exercise("POST /keys/")
def is_made_as_the_caller(w: World) -> None:
    caller = Caller(w.call(body={"name": "Night"})["key"])
    assert opens(caller)
    assert caller.get("/targets/").data["count"] == w.get("/targets/")["count"]


@exercise("GET /api-users/{}/", "GET /keys/{}/")
def is_shown(w: World) -> None:
    key, _ = made(w)
    assert w.call(key)["name"] == "Night"
    w.do("PATCH", f"/api-users/{key}/", {"name": "Day"})
    assert w.call(key)["name"] == "Day"


@exercise("PUT /api-users/{}/", "PATCH /api-users/{}/")
def is_switched_off_and_on(w: World) -> None:
    key, caller = made(w)
    w.call(key, body={"name": "Day", "active": False})
    assert not opens(caller)
    w.call(key, body={"name": "Day", "active": True})
    assert caller.get("/profile/").data["name"] == "Day"


@exercise("DELETE /api-users/{}/", "DELETE /keys/{}/")
def is_revoked(w: World) -> None:
    key, caller = made(w)
    w.call(key)
    assert not opens(caller)


@exercise("GET /api-users/{}/targets/")
def sees_targets(w: World) -> None:
    key, _ = made(w)
    assert [row["id"] for row in w.call(key)["results"]] == [w.target]
    w.do("PATCH", f"/api-users/{key}/", {"user_roles": []})
    assert w.call(key)["results"] == []


@exercise("POST /api-users/bulk/update/")
def several_are_switched_off(w: World) -> None:
    key, caller = made(w)
    w.call(body={"ids": [key], "active": False})
    assert not opens(caller)


@exercise("GET /api-users/policy/")
def policy_is_shown(w: World) -> None:
    before = w.call()["disable_keys_on_user_disabled"]
    w.do("PUT", "/api-users/policy/", {"disable_keys_on_user_disabled": not before})
    assert w.call()["disable_keys_on_user_disabled"] is not before


@exercise("PUT /api-users/policy/")
def policy_binds_new_keys(w: World) -> None:
    w.call(body={"max_api_key_duration_days": 7, "enable_max_api_key_duration": True})
    assert w.do("POST", "/api-users/", {"name": "Week"})["days_valid_for"] == 7
    assert w.api.post("/api-users/", {"name": "Month", "days_valid_for": 30}).status == 400


@exercise("GET /targets/{}/keys/")
def are_listed_by_target(w: World) -> None:
    assert "Night" not in names(w.call(w.target, length=100))
    made(w)
    assert "Night" in names(w.call(w.target, length=100))


@exercise("POST /targets/{}/keys/")
def is_made_for_a_target(w: World) -> None:
    caller = Caller(w.call(w.target, body={"name": "Night"})["key"])
    assert [row["id"] for row in caller.get("/targets/").data["results"]] == [w.target]


@exercise("GET /targets/{}/keys/{}/")
def is_shown_by_target(w: World) -> None:
    key, _ = made(w)
    assert w.call(w.target, key)["name"] == "Night"
    w.do("PATCH", f"/api-users/{key}/", {"name": "Day"})
    assert w.call(w.target, key)["name"] == "Day"


@exercise("DELETE /targets/{}/keys/{}/")
def is_removed_from_a_target(w: World) -> None:
    key, caller = made(w)
    w.call(w.target, key)
    assert not opens(caller)
