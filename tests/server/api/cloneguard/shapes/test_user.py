from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.server.api.cloneguard.shapes import user as shape
from vedette.server.kernel import ids
from vedette.server.tenancy.models import ApiKey, RoleGrant, User

AT = datetime(2026, 3, 1, 9, 30, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "shown"),
    [("owner", "admin"), ("admin", "admin"), ("analyst", "member"), ("scanner", "member"), ("auditor", "viewer")],
)
def test_roles_are_those_that_come_closest(home, role, shown):
    factories.person(home)  # the first person of an instance is its operator
    assert shape.role_of(factories.actor(home, role)) == shown


def test_an_operator_is_super_admin_and_somebody_without_a_role_a_viewer(home):
    first = factories.actor(home)
    assert shape.role_of(first) == "super_admin"
    other = factories.actor(home, "analyst")
    RoleGrant.objects.filter(user=other.user).delete()
    from vedette.server.tenancy import queries

    assert shape.role_of(queries.actor_for_user(other.user, home, "")) == "viewer"


def test_a_user_in_full(home):
    factories.person(home)
    actor = factories.actor(home, "admin")
    person = User(public_id=actor.user.public_id, email="dana@example.org", name="Dana van Dam", created_at=AT)
    key = ApiKey(created_at=AT)
    data = shape.full(actor, person, shape.About(["app"], 9, key, True, AT))
    assert ids.from_uuid("user", data["id"]) == person.public_id
    assert (data["username"], data["first_name"], data["last_name"]) == ("dana@example.org", "Dana", "van Dam")
    assert (data["role"], data["partner"], data["app_type"]) == ("admin", True, "vrms")
    assert data["two_factor"] == {
        "enabled": True,
        "methods": ["app"],
        "default_method": "app",
        "phone_hint": None,
        "recovery_codes_left": 9,
    }
    assert data["access_token"] == {"present": True, "created_at": "2026-03-01T09:30:00Z", "last_used_at": None}
    assert ids.from_uuid("organisation", data["organization"]["id"]) == home.public_id


def test_only_admins_are_partners(home):
    factories.person(home)
    actor = factories.actor(home, "analyst")
    assert shape.full(actor, actor.user, shape.About([], 0, None, True))["partner"] is False
