"""Findings: decisions change a target's totals, retests give a worker its job, and all of it stands in the history."""

from __future__ import annotations

from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from tests.server import factories
from vedette.contract.job import JobKind


def target(w: World) -> str:
    return w.things.target.public_id


def number(w: World) -> int:
    return w.things.findings[0].number


def base(w: World) -> str:
    return f"/targets/{target(w)}/findings/{number(w)}/"


def highs(w: World) -> int:
    """How many open findings of high severity the target has."""
    return int(w.get(f"/targets/{target(w)}/")["highs"])


def one(w: World) -> Any:
    """The finding, as bodies for many name it."""
    return number(w) if w.row.path.startswith("/targets/") else {"target_id": target(w), "finding_id": str(number(w))}


def named(w: World) -> list[str]:
    """The finding, as the address names it."""
    return [target(w), str(number(w))] if w.row.path.startswith("/targets/") else [f"{target(w)}-{number(w)}"]


def retested(w: World) -> None:
    assert w.get(base(w))["retesting"] is True
    job = factories.claim().job
    assert job.kind == JobKind.RETEST and len(job.known) == 1


@exercise("GET /findings/", "GET /targets/{}/findings/")
def are_listed(w: World) -> None:
    given = [target(w)] if "{" in w.row.path else []
    assert "invalid" not in [row["state"] for row in w.call(*given)["results"]]
    w.do("PATCH", base(w), {"state": "invalid"})
    assert "invalid" in [row["state"] for row in w.call(*given)["results"]]


@exercise("GET /findings/{}/", "GET /targets/{}/findings/{}/")
def is_shown(w: World) -> None:
    assert w.call(*named(w))["comment"] == ""
    w.do("PATCH", base(w), {"comment": "Look here."})
    assert w.call(*named(w))["comment"] == "Look here."


@exercise("PUT /findings/{}/", "PATCH /findings/{}/", "PUT /targets/{}/findings/{}/", "PATCH /targets/{}/findings/{}/")
def is_decided(w: World) -> None:
    before = highs(w)
    w.call(*named(w), body={"comment": "Not ours.", "state": "invalid"})
    assert highs(w) == before - 1
    assert "invalid" in [row["message_type"] for row in w.get(f"{base(w)}logs/")["results"]]


@exercise(
    "POST /findings/bulk/update/",
    "POST /targets/{}/findings/bulk/update/",
    "PATCH /targets/{}/findings/bulk/update/",
)
def several_are_decided(w: World) -> None:
    before = highs(w)
    w.call(*named(w)[:-1], body={"ids": [one(w)], "comment": "Not ours.", "state": "invalid"})
    assert highs(w) == before - 1


@exercise("POST /targets/{}/findings/bulk-update/")
def several_are_decided_by_their_older_name(w: World) -> None:
    before = highs(w)
    w.call(target(w), body={"findingIds": [number(w)], "comment": "Not ours.", "state": "invalid"})
    assert highs(w) == before - 1


@exercise("POST /targets/{}/findings/{}/retest/")
def is_retested(w: World) -> None:
    w.call(*named(w))
    retested(w)


@exercise("POST /findings/bulk/retest/", "POST /targets/{}/findings/bulk/retest/")
def several_are_retested(w: World) -> None:
    w.call(*named(w)[:-1], body={"ids": [one(w)]})
    retested(w)


@exercise("GET /targets/{}/findings/{}/logs/", "GET /targets/{}/findings/{}/log/")
def history_grows(w: World) -> None:
    before = w.call(*named(w))["count"]
    w.do("PATCH", base(w), {"comment": "Look here."})
    assert w.call(*named(w))["count"] == before + 1
