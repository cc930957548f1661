from __future__ import annotations

import pytest

from tests.server import factories
from vedette.server.api.cloneguard import people
from vedette.server.api.cloneguard.errors import Refused
from vedette.server.tenancy.actor import system_actor


def test_a_user_is_told_with_what_belongs_to_them(home, enrolled, user):
    from vedette.server.tenancy import queries

    actor = queries.actor_for_user(user, home, "")
    assert actor is not None
    data = people.shown(actor)
    assert data["two_factor"]["methods"] == ["app"]
    assert data["two_factor"]["recovery_codes_left"] == len(enrolled)
    assert data["access_token"] == {"present": False, "created_at": None, "last_used_at": None}


def test_what_is_no_person_is_no_user(home):
    factories.person(home)
    with pytest.raises(Refused):
        people.shown(system_actor(home))
