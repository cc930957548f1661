from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.api.probely.cast import cast_of
from tests.server.api.probely.conftest import Api
from tests.server.layers import shared
from vedette.server.tenancy import queries
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.services import keys

MISSING = "2" * 12


@shared
def cast(home):
    return cast_of(home)


@pytest.fixture
def of_team(home, cast):
    """A key that may do what analysts may, over the team."""
    _, secret = keys.create_key(
        actor=system_actor(home), name="team", role=queries.builtin_role("analyst"), tier="team", team=cast.team
    )
    return Api(secret)


class TestTeams:
    def test_show_their_numbers(self, api, cast, of_team):
        api.post("/user-roles/", cast.grant_on_team())
        data = api.get(f"/teams/{cast.team.public_id}/").data
        numbers = {name: data[f"num_{name}"] for name in ("users", "api_keys", "targets", "available_targets")}
        assert numbers == {"users": 1, "api_keys": 1, "targets": 1, "available_targets": 2}
        assert [row["name"] for row in data["targets"]] == ["Shop"]
        assert api.get("/teams/", user=cast.user.user.public_id).data["results"] == [data]

    def test_are_made_changed_and_deleted(self, api):
        made = api.post("/teams/", {"name": "Bank", "quota": None})
        assert made.status == 201 and made.data["num_available_targets"] is None
        path = f"/teams/{made.data['id']}/"
        assert api.patch(path, {"quota": 5}).data["num_available_targets"] == 5
        assert api.put(path, {**made.data, "name": "Bank 2"}).data["quota"] is None
        assert api.delete(path).status == 204
        assert api.get(path).status == 404

    @pytest.mark.parametrize(
        ("body", "field"), [({}, "name"), ({"name": "shop TEAM"}, "name"), ({"name": "x", "quota": -1}, "quota")]
    )
    def test_wrong_input_is_named(self, api, cast, body, field):
        answer = api.post("/teams/", body)
        assert (answer.status, list(answer.data)) == (400, [field])

    def test_a_quota_below_its_targets_is_refused(self, api, cast):
        assert list(api.patch(f"/teams/{cast.team.public_id}/", {"quota": 0}).data) == ["quota"]

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    def test_an_unknown_one_is_missing(self, api, method):
        assert getattr(api, method)(f"/teams/{MISSING}/").status == 404

    def test_say_where_the_caller_may_do_what(self, api, cast, of_team):
        api.post("/teams/", {"name": "Bank"})
        assert api.get("/teams/", can_create_target="true").data["count"] == 2
        assert [row["name"] for row in of_team.get("/teams/", can_create_target="true").data["results"]] == [
            "Shop team"
        ]
        assert of_team.get("/teams/", can_move="false").data["count"] == 0

    def test_slots_are_summed_when_all_have_a_quota(self, api, cast):
        data = api.get("/teams/available-slots/").data
        assert data["available_slots"] == 2 and data["teams"][0]["available_slots"] == 2
        api.post("/teams/", {"name": "Bank"})
        assert api.get("/teams/available-slots/").data["available_slots"] is None


class TestMoving:
    def test_one_target(self, api, cast):
        bank = api.post("/teams/", {"name": "Bank"}).data["id"]
        path = f"/targets/{cast.target.public_id}/move-team/"
        answer = api.post(path, {"team": {"id": bank}})
        assert answer.status == 200
        assert [row["name"] for row in answer.data["teams"]] == ["Bank"]
        assert api.post(path, {"team": None}).data["teams"] == []

    def test_several_or_none(self, api, home, cast):
        other = factories.target(home)
        ids = [cast.target.public_id, other.public_id]
        answer = api.post("/targets/bulk/move-team/", {"ids": ids, "team": cast.team.public_id})
        assert (answer.status, answer.data) == (200, {"ids": ids})
        assert api.get(f"/teams/{cast.team.public_id}/").data["num_targets"] == 2
        answer = api.post("/targets/bulk/move-team/", {"ids": [*ids, MISSING], "team": None})
        assert answer.status == 404 and answer.data["invalid_ids"] == [MISSING]
        assert api.get(f"/teams/{cast.team.public_id}/").data["num_targets"] == 2

    def test_wrong_input_is_named(self, api, cast):
        path = f"/targets/{cast.target.public_id}/move-team/"
        assert list(api.post(path, {}).data) == ["team"]
        assert list(api.post(path, {"team": MISSING}).data) == ["team"]
        assert list(api.post("/targets/bulk/move-team/", {"team": None}).data) == ["ids"]
        assert api.post(f"/targets/{MISSING}/move-team/", {"team": None}).status == 404

    def test_a_full_team_takes_no_more(self, api, home, cast):
        api.patch(f"/teams/{cast.team.public_id}/", {"quota": 1})
        other = factories.target(home)
        assert api.post(f"/targets/{other.public_id}/move-team/", {"team": cast.team.public_id}).status == 429

    def test_needs_the_permission_on_both_sides(self, of_team, cast, api):
        bank = api.post("/teams/", {"name": "Bank"}).data["id"]
        answer = of_team.post(f"/targets/{cast.target.public_id}/move-team/", {"team": bank})
        assert answer.status in (400, 403)
        assert api.get(f"/teams/{cast.team.public_id}/").data["num_targets"] == 1
