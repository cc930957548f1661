from __future__ import annotations

import pytest

from vedette.server.definitions import queries as definitions
from vedette.server.kernel.ids import new_id


@pytest.mark.parametrize("path", ["/definitions/", "/vulnerability_definitions/"])
def test_definitions(api, path):
    answer = api.get(path, length=10_000)
    assert answer.status == 200
    assert answer.data["count"] == len(definitions.all_definitions()) > 30
    names = [row["name"].lower() for row in answer.data["results"]]
    assert names == sorted(names)
    one = answer.data["results"][0]
    assert api.get(f"{path}{one['id']}/").data == one


def test_filters_and_order(api):
    def found(**query):
        return api.get("/definitions/", length=1000, **query).data["results"]

    assert {row["severity"] for row in found(severity=40)} == {40}
    assert {row["severity"] for row in found(severity=[10, 20])} == {10, 20}
    assert {row["passive"] for row in found(passive="True")} == {True}
    assert all("sql" in (row["name"] + row["desc"]).lower() for row in found(search="SQL"))
    severities = [row["severity"] or 0 for row in found(ordering="-severity")]
    assert severities == sorted(severities, reverse=True)


@pytest.mark.parametrize("query", [{"passive": "x"}, {"severity": "x"}, {"ordering": "x"}, {"page": "x"}])
def test_bad_input(api, query):
    answer = api.get("/definitions/", **query)
    assert (answer.status, list(answer.data)) == (400, list(query))


def test_technologies(api):
    answer = api.get("/frameworks/", search="PHP")
    assert answer.status == 200
    assert "php" in [row["name"] for row in answer.data["results"]]
    one = answer.data["results"][0]
    assert api.get(f"/frameworks/{one['id']}/").data == one
    assert set(one) == {"id", "name", "desc"}


@pytest.mark.parametrize("path", ["/definitions/", "/vulnerability_definitions/", "/frameworks/"])
def test_not_found(api, path):
    assert api.get(f"{path}{new_id()}/").status == 404
    assert api.get(path, page=10_000).status == 404
