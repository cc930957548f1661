from __future__ import annotations

import pytest

from tests.server.api.probely.cast import cast_of, fresh
from vedette.server.api.probely.schemas import people as schemas
from vedette.server.api.probely.shapes import people as shape
from vedette.server.targets import filters as targets
from vedette.server.tenancy import filters
from vedette.server.tenancy.actor import system_actor


def test_answers_are_declared_as_they_are(home):
    cast = cast_of(home)
    member, key = fresh(cast)
    team = filters.team(system_actor(home), cast.team.public_id)
    shown = [
        (schemas.PersonSchema, shape.person(member)),
        (schemas.KeySchema, shape.key(key)),
        (schemas.OlderKeySchema, shape.older_key(key)),
        (schemas.RoleSchema, shape.role(cast.role)),
        (schemas.GrantSchema, shape.grant(cast.user_grant)),
        (schemas.TeamFullSchema, shape.team(team, targets.of_team(system_actor(home), team.pk))),
        (schemas.TeamsSlotsSchema, shape.slots([team])),
    ]
    for schema, data in shown:
        assert set(schema().fields) == set(data), schema


def test_scopes_are_read_from_ids_or_objects():
    given = schemas.NewGrantSchema(
        data={"user": {"id": "u"}, "role": "r", "scope": {"tier": "team", "team": {"id": "t"}}}
    )
    assert given.is_valid()
    assert given.validated_data["user"] == "u" and given.validated_data["scope"]["team"] == "t"
    plain = schemas.NewGrantSchema(data={"user": "u", "role": {"id": "r", "name": "any"}})
    assert plain.is_valid() and plain.validated_data["scope"] == {"tier": "account"}


@pytest.mark.parametrize("roles", [{}, "all", [7], [{"scope": {}}], [{"role": "r", "scope": {"tier": "x"}}]])
def test_wrong_roles_are_refused(roles):
    given = schemas.NewPersonSchema(data={"email": "a@example.org", "user_roles": roles})
    assert not given.is_valid() and list(given.errors) == ["user_roles"]
