"""Targets are put away and taken back, go out as a table and come in from one."""

from __future__ import annotations

import json

from tests.contract.probely.exercises.sites import upload
from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World


@exercise("POST /targets/archive/")
def is_put_away(w: World) -> None:
    w.call(body={"ids": [w.target]})
    assert w.missing(f"/targets/{w.target}/") and w.target in w.listed("/targets/archived/")


@exercise("POST /targets/activate/")
def is_taken_back(w: World) -> None:
    w.do("POST", "/targets/archive/", {"ids": [w.target]})
    w.call(body={"ids": [w.target]})
    assert w.job().start_urls


@exercise("GET /targets/archived/")
def what_was_put_away_is_listed(w: World) -> None:
    assert w.call()["results"] == []
    w.do("POST", "/targets/archive/", {"ids": [w.target]})
    assert [row["id"] for row in w.call()["results"]] == [w.target]


@exercise("GET /targets/download/")
def table_tells_of_all(w: World) -> None:
    assert w.target in w.call()
    w.do("DELETE", f"/targets/{w.target}/")
    assert w.target not in w.call()


@exercise("POST /targets/upload/")
def table_is_taken_in(w: World) -> None:
    (row,) = w.call(raw=upload(json.dumps([{"url": "http://bank.example.org/"}])))["results"]
    assert w.get(f"/targets/{row['id']}/")["site"]["url"] == "http://bank.example.org/"


@exercise("GET /wizard/targets/")
def are_listed_for_the_first_steps(w: World) -> None:
    assert w.target in [row["id"] for row in w.call()["results"]]
    w.do("DELETE", f"/targets/{w.target}/")
    assert w.target not in [row["id"] for row in w.call()["results"]]
