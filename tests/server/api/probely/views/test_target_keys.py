"""Keys for one target, as older clients know them."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.api.probely.conftest import Api
from vedette.server.audit.models import DomainEvent


@pytest.fixture
def path(everything):
    return f"/targets/{everything.target.public_id}/keys/"


def names(answer):
    return [row["name"] for row in answer.data["results"]]


def test_a_new_one_sees_its_target_and_nothing_else(api, everything, path):
    made = api.post(path, {"name": "Night"})
    assert made.status == 201 and sorted(made.data) == ["id", "key", "name"]
    caller = Api(made.data["key"])
    assert [row["id"] for row in caller.get("/targets/").data["results"]] == [everything.target.public_id]
    assert caller.get(f"/targets/{everything.busy.public_id}/").status == 404
    assert caller.patch(f"/targets/{everything.target.public_id}/", {"site": {"name": "By night"}}).status == 200
    assert caller.post("/targets/", {"site": {"url": "http://new.example.org/", "name": "n"}}).status == 403


def test_only_those_for_the_target_alone_are_shown(api, everything, path):
    first = api.post(path, {"name": "Night"}).data
    assert names(api.get(path)) == ["Night"] and "key" in api.get(f"{path}{first['id']}/").data
    assert first["key"] not in str(api.get(path).data)
    other = f"/targets/{everything.busy.public_id}/keys/"
    assert names(api.get(other)) == [] and api.get(f"{other}{first['id']}/").status == 404
    wide = api.post("/keys/", {"name": "Wide"}).data["id"]
    assert names(api.get(path)) == ["Night"] and api.delete(f"{path}{wide}/").status == 404
    scope = {"tier": "target", "target": {"id": everything.busy.public_id}}
    role = api.get(f"/api-users/{first['id']}/").data["user_roles"][0]["role"]["id"]
    api.post("/api-user-roles/", {"user": first["id"], "role": role, "scope": scope})
    assert names(api.get(path)) == []


def test_delete_removes_it_and_its_roles(api, path):
    made = api.post(path, {"name": "Night"}).data
    assert api.delete(f"{path}{made['id']}/").status == 204
    assert Api(made["key"]).get("/profile/").status == 401
    assert api.get(f"{path}{made['id']}/").status == 404
    assert DomainEvent.objects.filter(kind="key.deleted", object_id=made["id"]).exists()


def test_it_may_not_do_more_than_its_maker(api_as, home, everything, path):
    assert api_as("scanner").post(path, {"name": "Night"}).status == 403
    assert api_as("developer").post(path, {"name": "Night"}).status == 403
    lesser = Api(factories.key(home, "admin")).post(path, {"name": "Night"}).data["key"]
    assert Api(lesser).post(path, {"name": "More"}).status == 403


def test_an_owner_s_is_an_administrator_of_the_target(api_as, path):
    owner = api_as("owner")
    made = owner.post(path, {"name": "Night"}).data
    (held,) = owner.get(f"/api-users/{made['id']}/").data["user_roles"]
    assert (held["role"]["name"], held["scope"]["tier"]) == ("Admin", "target")


def test_what_is_missing_is_told(api, path):
    assert list(api.post(path, {}).data) == ["name"]
    assert api.get("/targets/zzzzzzzzzzzz/keys/").status == 404
