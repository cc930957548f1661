"""Targets: what is set of one reaches the worker that scans it."""

from __future__ import annotations

from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World

HEADER = {"name": "X-Shop", "value": "7"}
SITE = {"site": {"name": "Bank", "headers": [HEADER]}}


def sent(w: World, target: str = "") -> list[tuple[str, str]]:
    """The headers that a worker sends."""
    grant = w.grant(target)
    return [(one.name, one.value or grant.secrets[one.secret]) for one in grant.job.headers]


def names(answer: Any) -> list[str]:
    return [row["site"]["name"] for row in answer["results"]]


@exercise("GET /targets/")
def are_listed(w: World) -> None:
    assert "Bank" not in names(w.call(length=100))
    w.do("PATCH", f"/targets/{w.target}/", SITE)
    assert "Bank" in names(w.call(length=100))


@exercise("POST /targets/")
def is_added(w: World) -> None:
    body = {"site": {"url": "http://bank.example.org/", "headers": [HEADER]}}
    made = w.call(body=body, skip_reachability_check=True)["id"]
    assert made in w.listed("/targets/", search="bank.example.org")
    w.do("POST", f"/targets/{made}/scan_now/", {"scan_profile": "lightning"})
    assert w.get(f"/targets/{made}/scan/")["target"]["id"] == made


@exercise("GET /targets/{}/", "GET /targets/{}/settings/")
def is_shown(w: World) -> None:
    assert w.call(w.target)["site"]["headers"] == []
    w.do("PATCH", f"/targets/{w.target}/", SITE)
    assert w.call(w.target)["site"]["headers"][0]["name"] == "X-Shop"


@exercise(
    *("PUT /targets/{}/", "PATCH /targets/{}/", "PATCH /targets/{}/settings/"),
    *("PUT /targets/{}/site/", "PATCH /targets/{}/site/"),
)
def is_changed_for_its_scans(w: World) -> None:
    w.call(w.target, body=SITE["site"] if w.row.path.endswith("site/") else SITE)
    assert sent(w) == [("X-Shop", "7")]


@exercise("GET /targets/{}/site/")
def site_is_shown(w: World) -> None:
    assert w.call(w.target)["name"] == "Shop"
    w.do("PATCH", f"/targets/{w.target}/", SITE)
    assert w.call(w.target)["name"] == "Bank"


@exercise("DELETE /targets/{}/")
def is_deleted(w: World) -> None:
    w.call(w.target)
    assert w.missing(f"/targets/{w.target}/") and w.target not in w.listed("/targets/")
    assert w.api.post(f"/targets/{w.target}/scan_now/").status == 404


@exercise("POST /targets/bulk/update/")
def several_are_changed(w: World) -> None:
    w.call(body={"ids": [w.target], **SITE})
    assert sent(w) == [("X-Shop", "7")]


@exercise("POST /targets/bulk/delete/")
def several_are_deleted(w: World) -> None:
    assert w.call(body={"ids": [w.target]}) == {"ids": [w.target]}
    assert w.target not in w.listed("/targets/")
