from __future__ import annotations

from tests.server import factories
from tests.server.api.probely.conftest import Api
from vedette.server.tenancy import queries
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.services import keys


def test_the_caller_is_shown_as_an_api_user_without_its_secret(home):
    secret = factories.key(home, "analyst")
    data = Api(secret).get("/profile/").data
    assert data["is_apiuser"] is True and data["email"] == ""
    assert [row["role"]["name"] for row in data["user_roles"]] == ["Analyst"]
    assert secret not in str(data)


def test_permissions_stand_by_account_team_and_target(home):
    target = factories.target(home)
    _, secret = keys.create_key(
        actor=system_actor(home), name="one", role=queries.builtin_role("scanner"), tier="target", target=target
    )
    data = Api(secret).get("/profile/permissions/").data
    assert data["account"] == [] and data["teams"] == {}
    assert data["targets"][target.public_id] == sorted(
        ["findings.view", "profiles.view", "scans.control", "scans.start", "scans.view", "targets.view"]
    )


def test_roles_say_what_they_are_over(api):
    data = api.get("/profile/roles/").data
    assert data["count"] == 1
    assert data["results"][0]["scope"] == {"tier": "account"}


def test_targets_are_those_that_the_caller_sees(home, api):
    target, _ = factories.target(home, name="A"), factories.target(home, name="B")
    _, secret = keys.create_key(
        actor=system_actor(home), name="one", role=queries.builtin_role("scanner"), tier="target", target=target
    )
    assert [row["name"] for row in api.get("/profile/targets/").data["results"]] == ["A", "B"]
    assert [row["name"] for row in Api(secret).get("/profile/targets/").data["results"]] == ["A"]


def test_a_key_has_no_password_to_change(api):
    answer = api.post("/profile/change_password/", {"old_password": "a", "new_password": "b"})
    assert answer.status == 403 and list(answer.data) == ["detail"]


def test_a_page_past_the_end_is_missing(api):
    assert api.get("/profile/roles/", page=2).status == 404
    assert api.get("/profile/roles/", page="x").status == 400
