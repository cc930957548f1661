"""Targets are put away and taken back."""

from __future__ import annotations

import pytest

from tests.server import factories


def ids(answer):
    return [row["id"] for row in answer.data["results"]]


@pytest.mark.parametrize("bare", [True, False])
def test_there_and_back(api, everything, bare):
    shop = everything.target.public_id
    body = [shop] if bare else {"ids": [shop]}
    answer = api.post("/targets/archive/", body)
    assert (answer.status, answer.data) == (200, {"ids": [shop]})
    assert ids(api.get("/targets/")) == [everything.busy.public_id]
    assert ids(api.get("/targets/archived/")) == [shop]
    assert api.get("/targets/archived/", search="nothing").data["count"] == 0
    assert api.get("/findings/").data["count"] == 0
    assert api.post(f"/targets/{shop}/scan_now/").status == 404
    assert api.post("/targets/activate/", body).data == {"ids": [shop]}
    assert api.get("/targets/archived/").data["count"] == 0
    assert api.get("/findings/").data["count"] == 2
    assert api.post(f"/targets/{shop}/scan_now/").status == 200


def test_says_what_is_wrong(api, api_as, everything):
    busy, shop = everything.busy.public_id, everything.target.public_id
    assert list(api.post("/targets/archive/", [busy]).data) == ["non_field_errors"]
    missing = api.post("/targets/activate/", [shop])
    assert (missing.status, missing.data["invalid_ids"]) == (404, [shop])
    assert list(api.post("/targets/archive/", []).data) == ["ids"]
    assert list(api.get("/targets/archived/", ordering="colour").data) == ["ordering"]
    assert api_as("analyst").post("/targets/archive/", [shop]).status == 403


def test_the_last_one_archived_comes_first(api, home):
    first, second = (factories.target(home, name=name).public_id for name in ("B", "A"))
    for one in (first, second):
        api.post("/targets/archive/", [one])
    assert ids(api.get("/targets/archived/")) == [second, first]
    assert ids(api.get("/targets/archived/", ordering="-name")) == [first, second]
