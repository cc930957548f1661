from __future__ import annotations

import pytest

from tests.server.api.probely.cast import cast_of

MISSING = "2" * 12
PATHS = ("/labels/targets/", "/labels/findings/", "/labels/users/", "/labels/")


@pytest.mark.parametrize("path", PATHS)
class TestEveryKind:
    def test_is_made_changed_and_deleted(self, api, path):
        made = api.post(path, {"name": "Urgent", "color": "#FF0000"})
        assert made.status == 201
        assert sorted(made.data) == ["changed", "changed_by", "color", "id", "name"]
        one = f"{path}{made.data['id']}/"
        assert api.get(one).data == made.data
        assert api.patch(one, {"color": "blue"}).data["color"] == "blue"
        assert api.put(one, {**made.data, "name": "Later"}).data["name"] == "Later"
        assert [row["name"] for row in api.get(path, ordering="-changed", length=50, page=1).data["results"]] == [
            "Later"
        ]
        assert api.delete(one).status == 204
        assert api.get(one).status == 404

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "name"),
            ({"name": ""}, "name"),
            ({"name": "x" * 256}, "name"),
            ({"name": "x", "color": "no spaces"}, "color"),
        ],
    )
    def test_wrong_input_is_named(self, api, path, body, field):
        answer = api.post(path, body)
        assert (answer.status, list(answer.data)) == (400, [field])

    def test_a_name_stands_once_whatever_its_case(self, api, path):
        api.post(path, {"name": "Urgent"})
        assert list(api.post(path, {"name": "URGENT"}).data) == ["name"]

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    def test_an_unknown_one_is_missing(self, api, path, method):
        assert getattr(api, method)(f"{path}{MISSING}/").status == 404

    def test_needs_the_permission(self, api_as, path):
        assert api_as("developer").post(path, {"name": "x"}).status == 403


def test_kinds_are_apart_but_the_older_address_is_of_findings(api):
    made = api.post("/labels/findings/", {"name": "Seen"}).data["id"]
    assert api.get(f"/labels/{made}/").status == 200
    assert api.get(f"/labels/targets/{made}/").status == 404
    assert api.get("/labels/users/").data["count"] == 0


def test_lists_are_narrowed(api, home):
    cast = cast_of(home)
    label = cast.labels["target"].public_id
    spare = api.post("/labels/targets/", {"name": "Spare"}).data["id"]
    api.patch(f"/targets/{cast.target.public_id}/", {"labels": [{"id": label}]})
    assert [row["id"] for row in api.get("/labels/targets/", assigned="True").data["results"]] == [label]
    assert [row["id"] for row in api.get("/labels/targets/", assigned="false").data["results"]] == [spare]
    assert [row["id"] for row in api.get("/labels/targets/", team=cast.team.public_id).data["results"]] == [label]
    assert api.get("/labels/targets/", search="SPA").data["count"] == 1
    assert api.get("/labels/targets/", id=[label, spare], ordering="name").data["count"] == 2
    assert list(api.get("/labels/targets/", ordering="weight").data) == ["ordering"]


def test_missing_ids_are_named_on_request(api):
    assert api.get("/labels/targets/", id=MISSING).data["count"] == 0
    answer = api.get("/labels/targets/", id=MISSING, is_id_404_validation="True")
    assert answer.status == 404
    assert answer.data == {"detail": "Not Found", "is_id_404_validation": True, "invalid_ids": [MISSING]}
