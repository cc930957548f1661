from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.api.probely.cast import cast_of
from tests.server.layers import shared
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import RoleGrant

MISSING = "2" * 12


@shared
def cast(home):
    return cast_of(home)


def builtin(key):
    return queries.builtin_role(key).public_id


class TestPeople:
    def test_lists_with_filters(self, api, cast):
        assert api.get("/user-roles/").data["count"] == 2
        assert api.get("/user-roles/", user=cast.user.user.public_id).data["count"] == 1
        assert api.get("/user-roles/", role=builtin("owner")).data["count"] == 1
        assert api.get("/user-roles/", team=cast.team.public_id).data["count"] == 0
        assert api.get("/user-roles/", account="false").data["count"] == 0
        assert api.get("/user-roles/", ordering="-role").data["results"][0]["role"]["name"] == "Owner"

    def test_gives_changes_and_takes_away(self, api, cast):
        made = api.post("/user-roles/", cast.grant_on_team())
        assert made.status == 201
        assert made.data["user"]["email"] == cast.user.user.email
        assert made.data["scope"] == {"tier": "team", "team": {"id": cast.team.public_id, "name": "Shop team"}}
        path = f"/user-roles/{made.data['id']}/"
        scope = {"tier": "target", "target": {"id": cast.target.public_id}}
        changed = api.patch(path, {"scope": scope}).data
        assert changed["id"] == made.data["id"] and changed["role"]["name"] == "Reader"
        assert changed["scope"]["target"]["name"] == "Shop"
        assert api.put(path, changed).data == changed
        assert api.delete(path).status == 204
        assert api.get(path).status == 404

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"role": MISSING}, "role"),
            ({"user": MISSING}, "user"),
            ({"scope": {"tier": "galaxy"}}, "scope"),
            ({"scope": {"tier": "team"}}, "scope"),
            ({"scope": {"tier": "team", "team": MISSING}}, "scope"),
            ({"scope": {"tier": "target", "target": MISSING}}, "scope"),
        ],
    )
    def test_wrong_input_is_named(self, api, cast, change, field):
        answer = api.post("/user-roles/", {**cast.grant_on_team(), **change})
        assert answer.status == 400 and field in answer.data

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    def test_an_unknown_one_is_missing(self, api, cast, method):
        assert getattr(api, method)(f"/user-roles/{MISSING}/").status == 404
        # A key's grant is none of a person's.
        assert getattr(api, method)(f"/user-roles/{cast.key_grant.public_id}/").status == 404

    def test_a_role_is_not_handed_on(self, api, cast):
        body = {"user": cast.owner.user.public_id}
        assert list(api.patch(f"/user-roles/{cast.user_grant.public_id}/", body).data) == ["user"]

    def test_a_role_held_already_is_not_given_by_another_grant(self, api, cast):
        api.post("/user-roles/", cast.grant_on_team())
        body = {"role": cast.role.public_id, "scope": {"tier": "team", "team": cast.team.public_id}}
        assert list(api.patch(f"/user-roles/{cast.user_grant.public_id}/", body).data) == ["role"]

    def test_nobody_gives_above_their_rank(self, api, cast):
        body = {"user": cast.user.user.public_id, "role": builtin("owner")}
        assert api.post("/user-roles/", body).status == 403
        assert api.patch(f"/user-roles/{cast.user_grant.public_id}/", {"role": builtin("owner")}).status == 403

    def test_the_last_owner_is_kept_however_it_is_tried(self, api_as, cast):
        owner = api_as("owner")
        grant = owner.get("/user-roles/", role=builtin("owner")).data["results"][0]["id"]
        assert owner.delete(f"/user-roles/{grant}/").status == 400
        assert owner.patch(f"/user-roles/{grant}/", {"role": builtin("admin")}).status == 400
        assert owner.post("/user-roles/bulk/delete/", {"ids": [grant]}).status == 400
        assert owner.get(f"/user-roles/{grant}/").data["role"]["name"] == "Owner"


class TestBulk:
    def test_creates_from_an_array_or_an_object(self, api, home, cast):
        first = {"user": cast.user.user.public_id, "role": builtin("scanner")}
        answer = api.post("/user-roles/bulk/create/", [cast.grant_on_team(), first])
        assert answer.status == 201
        assert [row["role"]["name"] for row in answer.data] == ["Reader", "Scanner"]
        more = {"user": factories.person(home, "scanner").public_id, "role": builtin("auditor")}
        assert api.post("/user-roles/bulk/create/", {"user_roles": [more]}).status == 201

    def test_updates_with_what_was_fetched(self, api, cast):
        row = api.get(f"/user-roles/{cast.user_grant.public_id}/").data
        row["role"] = api.get(f"/roles/{builtin('analyst')}/").data
        answer = api.post("/user-roles/bulk/update/", [row])
        assert answer.status == 201
        assert [(one["id"], one["role"]["name"]) for one in answer.data] == [(row["id"], "Analyst")]
        assert RoleGrant.objects.filter(user=cast.user.user).count() == 1

    def test_deletes(self, api, cast):
        ids = [cast.user_grant.public_id]
        assert api.post("/user-roles/bulk/delete/", {"ids": ids}).data == {"ids": ids}
        assert api.get("/users/", no_access="true").data["count"] == 1

    def test_does_all_or_nothing(self, api, cast):
        body = {
            "create": [cast.grant_on_team()],
            "update": [{"id": cast.user_grant.public_id, "role": builtin("owner")}],
        }
        assert api.post("/user-roles/bulk/operations/", body).status == 403
        assert api.get("/user-roles/", role=cast.role.public_id).data["count"] == 0
        made = api.post("/user-roles/", cast.grant_on_team()).data["id"]
        body = {
            "create": [{"user": cast.user.user.public_id, "role": builtin("auditor")}],
            "update": [{"id": cast.user_grant.public_id, "role": builtin("analyst")}],
            "delete": [{"id": made}],
        }
        answer = api.post("/user-roles/bulk/operations/", body)
        assert answer.status == 200 and answer.data["deleted"] == [made]
        assert [row["role"]["name"] for row in answer.data["created"] + answer.data["updated"]] == [
            "Auditor",
            "Analyst",
        ]

    @pytest.mark.parametrize("action", ["create", "update", "delete"])
    def test_needs_something(self, api, action):
        assert api.post(f"/user-roles/bulk/{action}/", []).status == 400
        assert api.post(f"/user-roles/bulk/{action}/", {}).status == 400

    def test_names_ids_that_are_missing(self, api, cast):
        for path, body in (
            ("delete", {"ids": [MISSING]}),
            ("update", [{"id": MISSING, "role": builtin("scanner")}]),
            ("operations", {"delete": [MISSING]}),
        ):
            answer = api.post(f"/user-roles/bulk/{path}/", body)
            assert answer.status == 404 and answer.data["invalid_ids"] == [MISSING]


class TestKeys:
    def test_are_listed_and_changed_apart_from_people(self, api, cast):
        assert api.get("/api-user-roles/", user=cast.key.public_id).data["count"] == 1
        path = f"/api-user-roles/{cast.key_grant.public_id}/"
        assert api.get(path).data["user"] == {"id": cast.key.public_id, "email": "", "name": "Pipeline"}
        assert api.patch(path, {"role": builtin("auditor")}).data["role"]["name"] == "Auditor"
        made = api.post("/api-user-roles/", {"user": cast.key.public_id, "role": cast.role.public_id})
        assert made.status == 201
        assert api.post("/api-user-roles/bulk/delete/", {"ids": [made.data["id"]]}).status == 200
        assert api.delete(path).status == 204
        assert api.get(f"/api-user-roles/{cast.user_grant.public_id}/").status == 404

    def test_a_person_is_no_key(self, api, cast):
        body = {"user": cast.user.user.public_id, "role": cast.role.public_id}
        assert list(api.post("/api-user-roles/", body).data) == ["user"]
        assert api.post("/api-user-roles/bulk/create/", [body]).status == 400
        assert api.post("/api-user-roles/bulk/update/", [{**body, "id": cast.user_grant.public_id}]).status == 404
        assert api.post("/api-user-roles/bulk/operations/", {"delete": [cast.user_grant.public_id]}).status == 404
