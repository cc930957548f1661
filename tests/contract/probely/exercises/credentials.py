"""Stored credentials: what refers to one is sent with its value."""

from __future__ import annotations

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World

SECRET = {"name": "Shop key", "value": "s3cret-one"}


def used(w: World, uri: str) -> None:
    """Has a header of the target take its value from there."""
    header = {"name": "X-Key", "value": uri}
    w.do("PATCH", f"/targets/{w.target}/", {"site": {"headers": [header]}})


def made(w: World) -> str:
    answer = w.do("POST", "/credentials/", SECRET)
    used(w, answer["uri"])
    return str(answer["id"])


def sent(w: World) -> str:
    grant = w.grant()
    (header,) = grant.job.headers
    return header.value or grant.secrets[header.secret]


@exercise("GET /credentials/")
def are_listed(w: World) -> None:
    before = w.call()["count"]
    made(w)
    assert w.call()["count"] == before + 1


@exercise("POST /credentials/")
def is_kept(w: World) -> None:
    used(w, w.call(body=SECRET)["uri"])
    assert sent(w) == "s3cret-one"


@exercise("GET /credentials/{}/")
def is_shown(w: World) -> None:
    credential = made(w)
    assert w.call(credential)["name"] == "Shop key"
    w.do("PATCH", f"/credentials/{credential}/", {"name": "Bank key"})
    assert w.call(credential)["name"] == "Bank key"


@exercise("PUT /credentials/{}/", "PATCH /credentials/{}/")
def is_changed(w: World) -> None:
    w.call(made(w), body={"name": "Shop key", "value": "s3cret-two"})
    assert sent(w) == "s3cret-two"


@exercise("DELETE /credentials/{}/")
def is_deleted(w: World) -> None:
    credential = str(w.do("POST", "/credentials/", SECRET)["id"])
    w.call(credential)
    assert w.missing(f"/credentials/{credential}/")
