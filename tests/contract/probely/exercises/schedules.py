"""Schedules: what is planned starts when its time has come, and not otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from vedette.server.kernel import clock
from vedette.server.schedules.services import firing


def body(**fields: Any) -> dict[str, Any]:
    """A plan for the next hour."""
    return {"date_time": (clock.now() + timedelta(hours=1)).isoformat(), "recurrence": "d", **fields}


def base(w: World) -> str:
    return f"/targets/{w.target}/scheduledscans/"


def made(w: World, **fields: Any) -> str:
    return str(w.do("POST", base(w), body(**fields))["id"])


def fired(w: World) -> list[str]:
    """The profiles of the scans that start within two hours."""
    before = set(w.listed(f"/targets/{w.target}/scans/"))
    with clock.frozen(clock.now() + timedelta(hours=2)):
        firing.fire_due()
    rows = w.get(f"/targets/{w.target}/scans/")["results"]
    return [row["scan_profile"] for row in rows if row["id"] not in before]


@exercise("GET /scheduledscans/", "GET /targets/{}/scheduledscans/")
def are_listed(w: World) -> None:
    given = [w.target] if "{" in w.row.path else []
    before = w.call(*given)["count"]
    made(w)
    assert w.call(*given)["count"] == before + 1


@exercise("GET /targets/all/scheduledscans/expanded/", "GET /targets/{}/scheduledscans/expanded/")
def coming_runs_are_listed(w: World) -> None:
    given = [w.target] if "{" in w.row.path else []
    before = w.call(*given, length=1000)["results"]
    made(w, recurrence="")
    assert len(w.call(*given, length=1000)["results"]) == len(before) + 1


@exercise("GET /targets/{}/scheduledscans/{}/")
def is_shown(w: World) -> None:
    schedule = made(w)
    assert w.call(w.target, schedule)["recurrence"] == "d"
    w.do("PATCH", f"{base(w)}{schedule}/", {"recurrence": "w"})
    assert w.call(w.target, schedule)["recurrence"] == "w"


@exercise("POST /targets/{}/scheduledscans/")
def is_planned(w: World) -> None:
    w.call(w.target, body=body(scan_profile="safe"))
    assert fired(w) == ["safe"]


@exercise("POST /scheduledscans/bulk/")
def several_are_planned(w: World) -> None:
    w.call(body={"targets": [{"id": w.target}], "scheduledscan": body(scan_profile="safe")})
    assert fired(w) == ["safe"]


@exercise("PUT /targets/{}/scheduledscans/{}/", "PATCH /targets/{}/scheduledscans/{}/")
def is_changed(w: World) -> None:
    w.call(w.target, made(w), body=body(scan_profile="safe"))
    assert fired(w) == ["safe"]


@exercise("PUT /scheduledscans/bulk/", "PATCH /scheduledscans/bulk/")
def several_are_changed(w: World) -> None:
    w.call(body={"scheduledscans": [{"id": made(w)}], "scheduledscan": body(scan_profile="safe")})
    assert fired(w) == ["safe"]


@exercise("DELETE /targets/{}/scheduledscans/{}/")
def is_dropped(w: World) -> None:
    w.call(w.target, made(w))
    assert fired(w) == []


@exercise("DELETE /scheduledscans/bulk/")
def several_are_dropped(w: World) -> None:
    w.call(body={"scheduledscans": [{"id": made(w)}]})
    assert fired(w) == []
