"""`/credentials/`: kept, never told, and used by their address."""

from __future__ import annotations

import json

import pytest

from tests.server import factories


@pytest.fixture
def secret(api):
    return api.post("/credentials/", {"name": "Test user", "value": "canary-77", "description": "of the shop"}).data


def basic(secret):
    login = {"has_basic_auth": True, "basic_auth": {"username": "ann", "password": secret["uri"]}}
    return {"site": {"auth_enabled": True, **login}}


def test_a_sensitive_value_is_never_told(api, secret):
    assert (secret["value"], secret["is_sensitive"], secret["team"]) == (None, True, None)
    assert secret["uri"] == f"credentials://{secret['id']}"
    path = f"/credentials/{secret['id']}/"
    answers = [api.get(path), api.get("/credentials/"), api.patch(path, {"name": "Renamed"}), api.get("/audit-log/")]
    assert [one.status for one in answers] == [200] * 4
    assert "canary-77" not in json.dumps([one.data for one in answers])


def test_another_is(api):
    row = api.post("/credentials/", {"name": "User", "value": " ann ", "is_sensitive": False}).data
    assert row["value"] == " ann "
    assert api.put(f"/credentials/{row['id']}/", {**row, "value": "bob"}).data["value"] == "bob"


def test_what_was_fetched_can_be_sent_back(api, secret):
    path = f"/credentials/{secret['id']}/"
    assert api.put(path, secret).data == api.get(path).data


def test_the_list_is_narrowed(api, secret):
    team = api.post("/teams/", {"name": "Shop team"}).data["id"]
    api.post("/credentials/", {"name": "Other", "value": "x", "is_sensitive": False, "team": {"id": team}})

    def names(**query):
        return [row["name"] for row in api.get("/credentials/", **query).data["results"]]

    assert names() == ["Test user", "Other"]
    assert (names(is_sensitive="true"), names(search="SHOP"), names(team=team)) == (
        ["Test user"],
        ["Test user"],
        ["Other"],
    )
    assert (names(ordering="name"), names(length=1, page=2)) == (["Other", "Test user"], ["Other"])
    assert list(api.get("/credentials/", is_sensitive="perhaps").data) == ["is_sensitive"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"value": "x"}, "name"),
        ({"name": "New"}, "value"),
        ({"name": "New", "value": None}, "value"),
        ({"name": "Test user", "value": "x"}, "name"),
        ({"name": "New", "value": "x", "team": {"id": "2" * 12}}, "team"),
    ],
)
def test_refuses_what_is_wrong(api, secret, body, field):
    answer = api.post("/credentials/", body)
    assert (answer.status, list(answer.data)) == (400, [field])


def test_a_target_uses_it_and_shows_the_reference(api, home, secret):
    target = factories.target(home, name="Shop")
    path = f"/targets/{target.public_id}/"
    assert api.patch(path, basic(secret)).data["site"]["basic_auth"]["password"] == secret["uri"]
    refused = api.delete(f"/credentials/{secret['id']}/")
    assert refused.status == 400
    assert f"Shop ({target.public_id})" in refused.data["non_field_errors"][0]
    api.delete(f"{path}basic-auth/")
    assert api.delete(f"/credentials/{secret['id']}/").status == 204
    assert api.get(f"/credentials/{secret['id']}/").status == 404


def test_developers_use_none(api_as, home, secret):
    target = factories.target(home)
    developer = api_as("developer")
    assert developer.get("/credentials/").data["count"] == 0
    answer = developer.patch(f"/targets/{target.public_id}/", basic(secret))
    assert (answer.status, list(answer.data["site"])) == (400, ["basic_auth"])
    assert developer.post("/credentials/", {"name": "Mine", "value": "x"}).status == 403
