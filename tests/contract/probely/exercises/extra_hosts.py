"""Extra hosts: what is in scope beside the target, and with which headers."""

from __future__ import annotations

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World

HEADERS = [{"name": "X-Shop", "value": "7"}]


def base(w: World) -> str:
    return f"/targets/{w.target}/assets/"


def made(w: World) -> str:
    body = {"host": "cdn.example.org"}
    return str(w.do("POST", base(w), body, skip_reachability_check=True)["id"])


def included(w: World) -> bool:
    """Whether a worker may ask the host."""
    return any("cdn.example.org" in prefix for prefix in w.job().scope.include)


@exercise("GET /targets/assets/", "GET /targets/{}/assets/")
def are_listed(w: World) -> None:
    given = [w.target] if "{" in w.row.path else []
    assert "cdn.example.org" not in [row["host"] for row in w.call(*given)["results"]]
    made(w)
    assert "cdn.example.org" in [row["host"] for row in w.call(*given)["results"]]


@exercise("POST /targets/{}/assets/")
def is_added(w: World) -> None:
    host = w.call(w.target, body={"host": "cdn.example.org"}, skip_reachability_check=True)["id"]
    assert w.listed("/targets/assets/", target=w.target) == [host]
    owned(w)
    assert included(w)


def owned(w: World) -> None:
    """Shows that the host belongs to the organisation: only such hosts are scanned."""
    for row in w.get("/domains/", search="cdn.example.org")["results"]:
        w.verify(row["id"])


@exercise("GET /targets/{}/assets/{}/")
def is_shown(w: World) -> None:
    host = made(w)
    assert w.call(w.target, host)["include"] is True
    w.do("PATCH", f"{base(w)}{host}/", {"include": False})
    assert w.call(w.target, host)["include"] is False


@exercise("PUT /targets/{}/assets/{}/", "PATCH /targets/{}/assets/{}/")
def is_taken_out_of_scope(w: World) -> None:
    host = made(w)
    owned(w)
    w.call(w.target, host, body={"host": "cdn.example.org", "include": False})
    assert not included(w)


@exercise("DELETE /targets/{}/assets/{}/")
def is_removed(w: World) -> None:
    host = made(w)
    owned(w)
    w.call(w.target, host)
    assert w.missing(f"{base(w)}{host}/") and not included(w)
