from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.server import factories
from tests.server.api.probely.cast import cast_of, fresh
from tests.server.layers import shared
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import User
from vedette.server.tenancy.services import people

MISSING = "2" * 12


@shared
def cast(home):
    return cast_of(home)


def role_of(api, name):
    return next(row for row in api.get("/roles/").data["results"] if row["name"] == name)


class TestList:
    def test_shows_people_with_their_roles(self, api, cast):
        data = api.get("/users/", ordering="name").data
        assert data["count"] == 2
        row = next(one for one in data["results"] if one["id"] == cast.user.user.public_id)
        assert row["email"] == cast.user.user.email and row["active"] is True and row["mfa_enabled"] is False
        grant = row["user_roles"][0]
        assert grant["role"]["name"] == "Developer" and grant["scope"] == {"tier": "account"}
        assert (row["is_owner"], row["is_apiuser"], row["is_billing_admin"]) == (False, False, False)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"active": "True"}, 2),
            ({"active": "0"}, 0),
            ({"mfa_enabled": "true"}, 0),
            ({"no_access": "true"}, 0),
            ({"account": "true"}, 2),
            ({"search": "developer"}, 1),
            ({"search": "nobody"}, 0),
        ],
    )
    def test_is_narrowed(self, api, cast, query, found):
        assert api.get("/users/", **query).data["count"] == found

    def test_is_narrowed_by_ids_roles_teams_targets_and_labels(self, api, cast):
        assert api.post("/user-roles/", cast.grant_on_team()).status == 201
        api.patch(f"/users/{cast.user.user.public_id}/", {"labels": [{"name": "night shift"}, {"name": "paged"}]})
        mine, owner = cast.user.user.public_id, cast.owner.user.public_id
        labels = {row["name"]: row["id"] for row in api.get("/labels/users/").data["results"]}

        def found(**query):
            return sorted(row["id"] for row in api.get("/users/", **query).data["results"])

        assert found(id=[mine, owner]) == sorted([mine, owner])
        assert found(exclude=mine) == [owner]
        assert found(role=cast.role.public_id) == [mine]
        assert found(team=cast.team.public_id) == [mine] == found(target=cast.target.public_id)
        assert found(exclude_team=cast.team.public_id) == [owner] == found(exclude_target=cast.target.public_id)
        assert found(label=[labels["night shift"], labels["user label"]]) == [mine]
        assert found(label=[labels["night shift"], labels["paged"]], label_logical_operator="and") == [mine]
        assert found(label=[labels["paged"], labels["user label"]], label_logical_operator="and") == []

    def test_refuses_what_it_does_not_know(self, api, cast):
        assert list(api.get("/users/", active="maybe").data) == ["active"]
        assert list(api.get("/users/", ordering="password").data) == ["ordering"]
        assert list(api.get("/users/", search="a\0").data) == ["search"]

    def test_takes_no_more_questions_for_more_people(self, api, home, cast):
        with CaptureQueriesContext(connection) as few:
            api.get("/users/", length=50)
        for _ in range(5):
            factories.person(home, "analyst")
        with CaptureQueriesContext(connection) as many:
            assert api.get("/users/", length=50).data["count"] == 7
        assert len(many) <= len(few)


class TestInvite:
    def test_makes_a_member_with_roles_and_a_token_that_works_once(self, api, cast):
        body = {
            "email": "New.Person@Example.org",
            "name": "New Person",
            "title": "dev",
            "labels": [{"name": "night shift"}],
            "user_roles": [{"role": {"id": role_of(api, "Analyst")["id"]}, "scope": {"tier": "account"}}],
        }
        answer = api.post("/users/", body)
        assert answer.status == 201
        data = answer.data
        assert data["email"] == "new.person@example.org" and data["title"] == "dev"
        assert [row["role"]["name"] for row in data["user_roles"]] == ["Analyst"]
        assert [row["name"] for row in data["labels"]] == ["night shift"]
        user = people.accept_invitation(token=data["invitation_token"], name="New", password="correct horse battery 7")
        assert user.public_id == data["id"]
        assert "invitation_token" not in api.get(f"/users/{data['id']}/").data
        assert data["invitation_token"] not in str(api.get("/audit-log/", length=100).data)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "email"),
            ({"email": "nobody"}, "email"),
            ({"email": "a@example.org", "title": "king"}, "title"),
            ({"email": "a@example.org", "user_roles": [{"role": MISSING}]}, "role"),
            ({"email": "a@example.org", "labels": [{"id": MISSING}]}, "labels"),
        ],
    )
    def test_names_what_is_wrong(self, api, cast, body, field):
        answer = api.post("/users/", body)
        assert answer.status == 400 and field in answer.data
        assert not User.objects.filter(email="a@example.org").exists()

    def test_twice_is_refused_whatever_the_case(self, api, cast):
        answer = api.post("/users/", {"email": cast.user.user.email.upper()})
        assert (answer.status, list(answer.data)) == (400, ["email"])

    def test_nobody_makes_someone_above_themselves(self, api, cast):
        body = {"email": "a@example.org", "user_roles": [{"role": role_of(api, "Owner")["id"]}]}
        assert api.post("/users/", body).status == 403
        assert not User.objects.filter(email="a@example.org").exists()


class TestDetail:
    def test_shows_one(self, api, cast):
        data = api.get(f"/users/{cast.user.user.public_id}/").data
        assert data["email"] == cast.user.user.email

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    @pytest.mark.parametrize("missing", [MISSING, "0OIl", "x"])
    def test_is_missing_for_an_unknown_id(self, api, cast, method, missing):
        answer = getattr(api, method)(f"/users/{missing}/")
        assert (answer.status, answer.data) == (404, {"detail": "Not found."})

    def test_changes_what_is_given(self, api, cast):
        path = f"/users/{cast.user.user.public_id}/"
        data = api.patch(path, {"name": "Renamed", "labels": [cast.labels["user"].public_id]}).data
        assert data["name"] == "Renamed" and [row["name"] for row in data["labels"]] == ["user label"]
        assert api.put(path, data).data["name"] == "Renamed"

    def test_roles_are_replaced_as_a_whole(self, api, cast):
        given = [{"role": {"id": cast.role.public_id}, "scope": {"tier": "team", "team": cast.team.public_id}}]
        data = api.patch(f"/users/{cast.user.user.public_id}/", {"user_roles": given}).data
        assert [(row["role"]["name"], row["scope"]["team"]["name"]) for row in data["user_roles"]] == [
            ("Reader", "Shop team")
        ]

    def test_wrong_input_is_named(self, api, cast):
        answer = api.patch(f"/users/{cast.user.user.public_id}/", {"title": "king"})
        assert (answer.status, list(answer.data)) == (400, ["title"])

    def test_delete_shuts_out_and_active_lets_in_again(self, api, cast):
        path = f"/users/{cast.user.user.public_id}/"
        assert api.delete(path).status == 204
        assert api.get(path).data["active"] is False
        assert queries.actor_for_user(cast.user.user, cast.home, "") is None
        assert api.patch(path, {"active": True}).data["active"] is True

    def test_an_admin_key_cannot_touch_the_owner(self, api, cast):
        assert api.delete(f"/users/{cast.owner.user.public_id}/").status == 403

    def test_the_last_owner_stays(self, api_as, cast):
        answer = api_as("owner").delete(f"/users/{cast.owner.user.public_id}/")
        assert answer.status == 400 and fresh(cast)[0].active


class TestTargets:
    def test_are_those_that_the_person_sees(self, api, home, cast):
        other = factories.target(home, name="Other")
        path = f"/users/{cast.user.user.public_id}/targets/"
        assert [row["id"] for row in api.get(path).data["results"]] == [other.public_id, cast.target.public_id]
        scope = {"tier": "team", "team": cast.team.public_id}
        roles = {"user_roles": [{"role": cast.role.public_id, "scope": scope}]}
        api.patch(f"/users/{cast.user.user.public_id}/", roles)
        assert [row["id"] for row in api.get(path).data["results"]] == [cast.target.public_id]
        api.delete(f"/users/{cast.user.user.public_id}/")
        assert api.get(path).data["count"] == 0
        assert api.get(path, length="-1").status == 400
        assert api.get(f"/users/{MISSING}/targets/").status == 404

    def test_looking_does_not_count_as_a_visit(self, api, cast):
        api.get(f"/users/{cast.user.user.public_id}/targets/")
        assert api.get(f"/users/{cast.user.user.public_id}/").data["last_login"] is None


class TestBulk:
    def test_changes_all(self, api, home, cast):
        other = factories.person(home, "developer")
        ids = [cast.user.user.public_id, other.public_id]
        answer = api.post("/users/bulk/update/", {"ids": ids, "active": False})
        assert (answer.status, answer.data) == (200, {"ids": ids})
        assert api.get("/users/", active="false").data["count"] == 2

    def test_changes_none_when_one_may_not_be(self, api, cast):
        body = {"ids": [cast.user.user.public_id, cast.owner.user.public_id], "active": False}
        assert api.post("/users/bulk/update/", body).status == 403
        assert fresh(cast)[0].active

    def test_names_ids_that_are_missing(self, api, cast):
        answer = api.post("/users/bulk/update/", {"ids": [cast.user.user.public_id, MISSING], "active": False})
        assert answer.status == 404 and answer.data["invalid_ids"] == [MISSING]
        assert fresh(cast)[0].active

    def test_needs_ids(self, api, cast):
        assert list(api.post("/users/bulk/update/", {"active": False}).data) == ["ids"]
        assert list(api.post("/users/bulk/update/", {"ids": []}).data) == ["ids"]
