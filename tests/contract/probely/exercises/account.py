"""The account, its settings, its log, and the caller."""

from __future__ import annotations

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from tests.contract.probely.table import routed

NEEDS = {
    "discovery": "GET /discovery/status/",
    "integrations": "GET /integrations/jira-server/",
    "scheduled_scans": "POST /targets/{}/scheduledscans/",
    "webhooks": "POST /webhooks/",
}
"""Features that are there once an operation is."""


def finding(w: World) -> str:
    return f"/targets/{w.things.target.public_id}/findings/{w.things.findings[0].number}/"


@exercise("GET /account/")
def tells_the_profiles(w: World) -> None:
    before = w.call()["plan"]["allowed_scan_profiles"]
    made = w.do("POST", "/scan-profiles/", {"name": "Night"})["id"]
    assert w.call()["plan"]["allowed_scan_profiles"] == [*before, made]


@exercise("GET /account/available-slots/")
def nothing_is_limited(w: World) -> None:
    assert w.call() == {"available_slots": None}


@exercise("GET /account/entitlements/")
def features_are_those_that_are_there(w: World) -> None:
    answer = w.call()
    there = {row.key for row in routed()}
    assert set(answer["limits"].values()) == {None}
    assert {name: answer["features"][name] for name in NEEDS} == {name: key in there for name, key in NEEDS.items()}


@exercise("GET /account/settings/")
def settings_are_shown(w: World) -> None:
    assert w.call()["require_expiration_date"] is False
    w.do("PATCH", "/account/settings/", {"require_expiration_date": True})
    assert w.call()["require_expiration_date"] is True


@exercise("PUT /account/settings/", "PATCH /account/settings/")
def settings_bind_decisions(w: World) -> None:
    w.call(body={"require_expiration_date": True})
    assert list(w.api.patch(finding(w), {"state": "accepted"}).data) == ["expiration_date"]


@exercise("GET /audit-log/")
def log_grows(w: World) -> None:
    before = w.call()["count"]
    w.do("POST", "/labels/targets/", {"name": "Blue"})
    assert w.call()["count"] == before + 1


@exercise("GET /audit-log/download/")
def log_is_a_table(w: World) -> None:
    before = w.call().splitlines()
    w.do("POST", "/labels/targets/", {"name": "Blue"})
    after = w.call().splitlines()
    assert len(after) == len(before) + 1 and after[0] == before[0]


# The caller


def own_id(w: World) -> str:
    return str(w.get("/profile/")["id"])


@exercise("GET /profile/")
def caller_is_shown(w: World) -> None:
    key = w.call()["id"]
    w.do("PATCH", f"/api-users/{key}/", {"name": "Myself"})
    assert w.call()["name"] == "Myself"


@exercise("GET /profile/permissions/")
def caller_may(w: World) -> None:
    assert w.call()["teams"] == {}
    scope = {"tier": "team", "team": {"id": w.cast.team.public_id}}
    w.do("POST", "/api-user-roles/", {"user": own_id(w), "role": w.cast.role.public_id, "scope": scope})
    assert w.call()["teams"] == {w.cast.team.public_id: ["scans.view", "targets.view"]}


@exercise("GET /profile/roles/")
def caller_holds(w: World) -> None:
    assert [row["role"]["name"] for row in w.call()["results"]] == ["Owner"]
    w.do("POST", "/api-user-roles/", {"user": own_id(w), "role": w.cast.role.public_id})
    assert [row["role"]["name"] for row in w.call()["results"]] == ["Owner", "Reader"]


@exercise("GET /profile/targets/")
def caller_sees(w: World) -> None:
    assert w.target in [row["id"] for row in w.call()["results"]]
    w.do("DELETE", f"/targets/{w.target}/")
    assert w.target not in [row["id"] for row in w.call()["results"]]


@exercise("POST /profile/change_password/")
def a_key_has_no_password(w: World) -> None:
    assert list(w.call(body={"old_password": "a", "new_password": "b"})) == ["detail"]


@exercise("POST /cli/analytics/event/")
def usage_is_not_kept(w: World) -> None:
    before = w.get("/audit-log/")["count"]
    assert w.call(body={"event_name": "cli_start_scan_used"}) is None
    assert w.get("/audit-log/")["count"] == before
