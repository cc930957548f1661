"""Teams: their numbers are those of their targets and people."""

from __future__ import annotations

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World


def team(w: World) -> str:
    return w.cast.team.public_id


def free(w: World) -> str:
    """A target of no team; the team has another one already."""
    return w.things.target.public_id


def of_target(w: World) -> list[str]:
    return [row["id"] for row in w.get(f"/targets/{free(w)}/")["teams"]]


@exercise("GET /teams/")
def are_listed(w: World) -> None:
    assert [row["num_targets"] for row in w.call()["results"]] == [1]
    w.do("POST", f"/targets/{free(w)}/move-team/", {"team": team(w)})
    assert [row["num_targets"] for row in w.call()["results"]] == [2]


@exercise("POST /teams/")
def is_made(w: World) -> None:
    made = w.call(body={"name": "Bank", "quota": 7})["id"]
    w.do("POST", f"/targets/{free(w)}/move-team/", {"team": made})
    assert of_target(w) == [made]
    assert {"id": made, "name": "Bank", "available_slots": 6} in w.get("/teams/available-slots/")["teams"]


@exercise("GET /teams/{}/")
def is_shown(w: World) -> None:
    assert free(w) not in [row["id"] for row in w.call(team(w))["targets"]]
    w.do("POST", f"/targets/{free(w)}/move-team/", {"team": team(w)})
    assert free(w) in [row["id"] for row in w.call(team(w))["targets"]]


@exercise("PUT /teams/{}/", "PATCH /teams/{}/")
def is_changed(w: World) -> None:
    w.do("POST", f"/targets/{free(w)}/move-team/", {"team": team(w)})
    w.call(team(w), body={"name": "Bank", "quota": 2})
    assert w.get(f"/targets/{free(w)}/")["teams"] == [{"id": team(w), "name": "Bank"}]
    assert w.get("/teams/available-slots/")["available_slots"] == 0


@exercise("DELETE /teams/{}/")
def is_deleted(w: World) -> None:
    w.do("POST", f"/targets/{free(w)}/move-team/", {"team": team(w)})
    w.call(team(w))
    assert of_target(w) == [] and w.missing(f"/teams/{team(w)}/")


@exercise("GET /teams/available-slots/")
def tell_their_room(w: World) -> None:
    before = w.call()["available_slots"]
    w.do("POST", f"/targets/{free(w)}/move-team/", {"team": team(w)})
    assert w.call()["available_slots"] == before - 1


@exercise("POST /targets/{}/move-team/")
def takes_a_target(w: World) -> None:
    w.call(free(w), body={"team": team(w)})
    assert w.get(f"/teams/{team(w)}/")["num_targets"] == 2


@exercise("POST /targets/bulk/move-team/")
def takes_several(w: World) -> None:
    w.call(body={"ids": [free(w), w.things.busy.public_id], "team": team(w)})
    assert {free(w), w.things.busy.public_id} <= set(w.listed("/targets/", team=team(w)))
