from __future__ import annotations

import pytest

from tests.server.api.probely.cast import cast_of
from tests.server.layers import shared

MISSING = "2" * 12


@shared
def cast(home):
    return cast_of(home)


def test_lists_built_in_and_own_roles(api, cast):
    data = api.get("/roles/", length=50).data
    assert [row["name"] for row in data["results"]] == [
        "Owner",
        "Admin",
        "Analyst",
        "Developer",
        "Auditor",
        "Scanner",
        "Reader",
    ]
    assert [row["name"] for row in api.get("/roles/", custom="True").data["results"]] == ["Reader"]
    assert "Owner" not in str(api.get("/roles/", assignable_to="team", length=50).data)
    assert list(api.get("/roles/", assignable_to="moon").data) == ["assignable_to"]
    assert api.get("/roles/", search="READ", ordering="-name").data["count"] == 1


def test_a_role_is_made_changed_and_deleted(api):
    made = api.post("/roles/", {"name": "Ops", "permissions": [{"id": "scans.start"}, "scans.view"]})
    assert made.status == 201 and made.data["custom"] is True
    assert [row["id"] for row in made.data["permissions"]] == ["scans.view", "scans.start"]
    path = f"/roles/{made.data['id']}/"
    assert api.get(path).data == made.data
    changed = api.patch(path, {"description": "Night shift", "permissions": ["scans.view"]}).data
    assert changed["description"] == "Night shift" and len(changed["permissions"]) == 1
    assert api.patch(path, {"description": None}).data["description"] == ""
    assert api.put(path, {"name": "Ops 2", "permissions": ["scans.view"]}).data["name"] == "Ops 2"
    assert api.delete(path).status == 204
    assert api.get(path).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "x", "permissions": ["fly"]}, "permissions"),
        ({"name": "Owner", "permissions": []}, "name"),
        ({"name": "Reader", "permissions": []}, "name"),
        ({"name": "x", "permissions": [{"name": "no id"}]}, "permissions"),
    ],
)
def test_wrong_input_is_named(api, cast, body, field):
    answer = api.post("/roles/", body)
    assert answer.status == 400 and field in answer.data


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_an_unknown_one_is_missing(api, method):
    assert getattr(api, method)(f"/roles/{MISSING}/").status == 404


def test_built_in_roles_stay_as_they_are(api):
    builtin = api.get("/roles/").data["results"][2]
    assert builtin["custom"] is False
    assert api.patch(f"/roles/{builtin['id']}/", {"name": "x"}).status == 400
    assert api.delete(f"/roles/{builtin['id']}/").status == 400


def test_a_role_that_somebody_holds_is_kept(api, cast):
    assert api.post("/user-roles/", cast.grant_on_team()).status == 201
    assert api.delete(f"/roles/{cast.role.public_id}/").status == 400


def test_nobody_makes_a_role_above_themselves(api):
    assert api.post("/roles/", {"name": "x", "permissions": ["organisation.own"]}).status == 400


def test_permissions_have_ids_and_sentences(api):
    data = api.get("/permissions/", length=100).data
    assert {"id": "scans.start", "name": "Start scans"} in data["results"]
    assert api.get("/permissions/", search="start").data["count"] == 1
    assert api.get("/permissions/", page=99).status == 404
