from __future__ import annotations

from tests.server import factories
from tests.server.api.invicti.conftest import Api, basic, person_of


def test_says_who_asks(api, person):
    data = api.get("/api/1.0/account/me").json()
    assert (data["Email"], data["DateFormat"], data["TimeZoneInfo"]) == (person.user.email, "dd/MM/yyyy", "UTC")


def test_says_it_to_nobody_else(home, api):
    stranger = person_of(factories.organisation("Foreign"))
    assert Api(basic("", stranger.token)).get("/api/1.0/account/me").json()["Email"] == stranger.user.email
    assert stranger.user.email not in api.get("/api/1.0/account/me").content.decode()


def test_no_token_is_ever_shown(api, person):
    assert person.token not in api.get("/api/1.0/account/me").content.decode()
