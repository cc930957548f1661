from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.server import factories
from tests.server.api.probely.cast import cast_of
from tests.server.api.probely.conftest import Api
from tests.server.layers import shared
from vedette.server.kernel import clock
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import ApiKey

MISSING = "2" * 12


@shared
def cast(home):
    return cast_of(home)


def scanner():
    return queries.builtin_role("scanner").public_id


class TestCreate:
    def test_shows_the_secret_once(self, api, cast):
        with clock.frozen(datetime(2026, 3, 1, tzinfo=UTC)):
            made = api.post("/api-users/", {"name": "CI", "days_valid_for": 10, "user_roles": [{"role": scanner()}]})
        assert made.status == 200
        secret, public_id = made.data["key"], made.data["id"]
        assert secret.startswith("vdt_p") and len(secret) == 48
        assert (made.data["expiration_date"], made.data["days_valid_for"]) == ("2026-03-11T00:00:00.000000Z", 10)
        shown = api.get(f"/api-users/{public_id}/").data["key"]
        assert shown == f"{secret[:11]}…"
        for path in ("/api-users/", "/keys/", "/audit-log/", f"/keys/{public_id}/"):
            assert secret not in str(api.get(path, length=100).data)

    def test_the_key_works_until_it_ends(self, api, cast):
        with clock.frozen(datetime(2026, 3, 1, tzinfo=UTC)) as time:
            body = {"name": "CI", "days_valid_for": 1, "user_roles": [{"role": scanner()}]}
            secret = api.post("/api-users/", body).data["key"]
            assert Api(secret).get("/targets/").data["count"] == 1
            time.advance(86_400)
            assert Api(secret).get("/targets/").status == 401

    def test_a_key_without_roles_opens_nothing(self, api, cast):
        bare = Api(api.post("/api-users/", {"name": "bare"}).data["key"])
        assert bare.get("/targets/").data["count"] == 0
        assert bare.get("/users/").data["count"] == 0
        assert bare.post("/teams/", {"name": "x"}).status == 403

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "name"),
            ({"name": "a", "days_valid_for": 0}, "days_valid_for"),
            ({"name": "a", "days_valid_for": 1000}, "days_valid_for"),
            ({"name": "a", "user_roles": [{"role": MISSING}]}, "role"),
            ({"name": "a", "user_roles": "all"}, "user_roles"),
        ],
    )
    def test_names_what_is_wrong(self, api, cast, body, field):
        answer = api.post("/api-users/", body)
        assert answer.status == 400 and field in answer.data

    def test_nobody_makes_a_key_above_themselves(self, api, api_as, cast):
        owner = {"name": "a", "user_roles": [{"role": queries.builtin_role("owner").public_id}]}
        assert api.post("/api-users/", owner).status == 403
        assert api_as("analyst").post("/api-users/", {"name": "a"}).status == 403
        assert not ApiKey.objects.filter(name="a").exists()


class TestListAndDetail:
    def test_lists_the_keys_of_scripts_alone(self, api, home, cast):
        names = [row["name"] for row in api.get("/api-users/", search="Pipe").data["results"]]
        assert names == ["Pipeline"]
        assert api.get("/api-users/", role=scanner()).data["count"] == 1
        assert api.get("/api-users/", creator=cast.owner.user.public_id).data["count"] == 0
        assert api.get("/api-users/", no_access="true").data["count"] == 0

    def test_shows_roles(self, api, cast):
        data = api.get(f"/api-users/{cast.key.public_id}/").data
        assert data["is_apiuser"] is True
        assert [row["role"]["name"] for row in data["user_roles"]] == ["Scanner"]

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    @pytest.mark.parametrize("prefix", ["api-users", "keys"])
    def test_is_missing_for_an_unknown_id(self, api, cast, method, prefix):
        answer = getattr(api, method)(f"/{prefix}/{MISSING}/")
        assert answer.status == (405 if prefix == "keys" and method in ("put", "patch") else 404)

    def test_changes_what_is_given(self, api, cast):
        path = f"/api-users/{cast.key.public_id}/"
        data = api.patch(path, {"name": "Nightly", "labels": [{"name": "ci"}]}).data
        assert data["name"] == "Nightly" and data["labels"][0]["name"] == "ci"
        assert api.put(path, data).status == 200
        assert list(api.patch(path, {"name": ""}).data) == ["name"]

    def test_delete_switches_off_at_once(self, api, home, cast):
        secret = factories.key(home, "scanner")
        key = queries.authenticate_key(secret, kinds=("probely",), address="").key
        answer = api.delete(f"/api-users/{key.public_id}/")
        assert answer.status == 200 and answer.data["active"] is False
        assert Api(secret).get("/profile/").status == 401

    def test_targets_are_those_that_the_key_sees(self, api, cast):
        path = f"/api-users/{cast.key.public_id}/targets/"
        assert [row["name"] for row in api.get(path).data["results"]] == ["Shop"]
        api.patch(f"/api-users/{cast.key.public_id}/", {"user_roles": []})
        assert api.get(path).data["count"] == 0
        assert api.get(f"/api-users/{MISSING}/targets/").status == 404


class TestBulk:
    def test_changes_all_or_none(self, api, cast):
        ids = [cast.key.public_id]
        assert api.post("/api-users/bulk/update/", {"ids": ids, "active": False}).data == {"ids": ids}
        assert api.get("/api-users/", active="false").data["count"] == 1
        answer = api.post("/api-users/bulk/update/", {"ids": [*ids, MISSING], "active": True})
        assert answer.status == 404 and answer.data["invalid_ids"] == [MISSING]
        assert api.get("/api-users/", active="false").data["count"] == 1

    def test_needs_ids(self, api):
        assert list(api.post("/api-users/bulk/update/", {}).data) == ["ids"]


class TestPolicy:
    def test_rules_the_life_of_new_keys(self, api):
        policy = {"max_api_key_duration_days": 5, "enable_max_api_key_duration": True}
        assert api.put("/api-users/policy/", policy).data["max_api_key_duration_days"] == 5
        assert api.get("/api-users/policy/").data["max_api_key_duration_days"] == 5
        assert api.post("/api-users/", {"name": "long", "days_valid_for": 6}).status == 400
        assert api.post("/api-users/", {"name": "short"}).data["days_valid_for"] == 5
        api.put("/api-users/policy/", {"enable_max_api_key_duration": False})
        assert api.post("/api-users/", {"name": "endless"}).data["expiration_date"] is None

    def test_refuses_nonsense_and_strangers(self, api, api_as):
        assert list(api.put("/api-users/policy/", {"max_api_key_duration_days": 0}).data) == [
            "max_api_key_duration_days"
        ]
        assert api_as("scanner").put("/api-users/policy/", {"max_api_key_duration_days": 5}).status == 403


class TestOlderKeys:
    def test_a_new_one_may_do_what_its_maker_may(self, home, cast, api):
        made = api.post("/keys/", {"name": "old script"})
        assert made.status == 201 and sorted(made.data) == ["id", "key", "name"]
        assert Api(made.data["key"]).get("/profile/permissions/").data == api.get("/profile/permissions/").data

    def test_needs_a_name(self, api):
        assert list(api.post("/keys/", {}).data) == ["name"]

    def test_delete_removes_it(self, api, cast):
        path = f"/keys/{cast.key.public_id}/"
        assert api.get(path).data["name"] == "Pipeline"
        assert api.delete(path).status == 204
        assert api.get(path).status == 404
