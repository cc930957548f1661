from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.api.probely.cast import cast_of, fresh
from vedette.server.api.probely.shapes import people as shape
from vedette.server.kernel import clock
from vedette.server.tenancy import filters, queries, rules
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.services import keys, teams


@pytest.fixture
def cast(home):
    return cast_of(home)


def test_a_person(cast):
    data = shape.person(fresh(cast)[0])
    assert (data["id"], data["active"], data["is_owner"]) == (cast.user.user.public_id, True, False)
    assert [row["role"]["name"] for row in data["user_roles"]] == ["Developer"]


def test_a_key_shows_its_secret_only_where_it_is_given(cast):
    row = fresh(cast)[1]
    assert shape.key(row, "vdt_psecret")["key"] == "vdt_psecret"
    assert shape.key(row)["key"] == f"{row.prefix}…"
    assert sorted(shape.older_key(row)) == ["id", "key", "name"]
    assert set(shape.caller(row)) == set(shape.person(fresh(cast)[0]))
    assert "key" not in shape.caller(row)


def test_the_life_of_a_key(home, cast):
    made, _ = keys.create_key(actor=system_actor(home), name="short", days_valid_for=3)
    assert shape.key(made)["days_valid_for"] == 3
    made.expires_at = None
    assert shape.key(made)["days_valid_for"] is None and shape.key(made)["expiration_date"] is None
    assert clock.now() > made.created_at


def test_a_role_lists_its_permissions_in_one_order(cast):
    data = shape.role(cast.role)
    assert data["permissions"] == [
        {"id": "targets.view", "name": rules.PERMISSIONS["targets.view"]},
        {"id": "scans.view", "name": rules.PERMISSIONS["scans.view"]},
    ]
    assert shape.role(queries.builtin_role("owner"))["custom"] is False


def test_grants_of_keys_and_people(cast):
    assert shape.grant(cast.key_grant)["user"]["name"] == "Pipeline"
    assert shape.grant(cast.user_grant)["user"]["email"] == cast.user.user.email


def test_free_places_of_teams(home, cast):
    actor = system_actor(home)
    assert shape.slots(filters.teams(actor))["available_slots"] == 2
    teams.create(actor=actor, name="Open")
    data = shape.slots(filters.teams(actor))
    assert data["available_slots"] is None and [one["available_slots"] for one in data["teams"]] == [2, None]
    assert shape.slots([]) == {"available_slots": None, "teams": []}


def test_own_permissions_are_sorted_by_place(home, cast):
    actor = factories.actor(home, "auditor")
    data = shape.own_permissions(actor, [cast.user_grant])
    assert data["account"] == sorted(actor.held()) and data["teams"] == {} == data["targets"]
