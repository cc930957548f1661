from __future__ import annotations

from datetime import UTC, datetime

from tests.server import factories
from tests.server.api.cloneguard.conftest import SIGN_IN, USER, application, refused
from vedette.server.api.cloneguard import limits
from vedette.server.kernel import clock
from vedette.server.kernel.ratelimit import Limit

START = datetime(2026, 3, 1, tzinfo=UTC)
RESET = str(int(START.timestamp()) + 60)


def test_a_credential_has_120_a_minute(api, user):
    with clock.frozen(START) as time:
        session = api.as_session(api.sign_in(user).json()["token"])
        first = session.get(USER)
        assert (first["X-RateLimit-Limit"], first["X-RateLimit-Remaining"]) == ("120", "119")
        assert first["X-RateLimit-Reset"] == RESET
        assert {session.get(USER).status_code for _ in range(119)} == {200}
        answer = session.get(USER)
        refused(answer, 429, "rate_limited")
        assert (answer["Retry-After"], answer["X-RateLimit-Remaining"]) == ("60", "0")
        time.advance(60)
        assert session.get(USER).status_code == 200


def test_an_application_has_a_limit_for_all_its_people(api, user, home, monkeypatch):
    monkeypatch.setattr(limits, "BY_APPLICATION", Limit("cloneguard-application", 3, 60))
    with clock.frozen(START):
        session = api.as_session(api.sign_in(user).json()["token"])
        answer = session.get(USER)
        assert (answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]) == ("3", "1")
        session.get(USER)
        refused(session.get(USER), 429, "rate_limited")
        refused(api.post(SIGN_IN, {}), 429, "rate_limited")
        assert application(home).sign_in(user).status_code == 200


def test_sign_ins_have_ten_a_minute_for_a_name_and_address(api, home, user):
    with clock.frozen(START) as time:
        for _ in range(9):
            api.post(SIGN_IN, {"username": user.email, "password": "wrong"})
        assert api.sign_in(user).status_code == 200
        answer = api.sign_in(user)
        refused(answer, 429, "rate_limited")
        assert (answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]) == ("10", "0")
        assert (answer["Retry-After"], answer["X-RateLimit-Reset"]) == ("60", RESET)
        # The family shares the limit, and another name has its own.
        body = {"username": user.email.upper(), "password": factories.PASSWORD}
        refused(api.post("/v2/auth/check_2fa", body), 429, "rate_limited")
        colleague = factories.person(home, "analyst", password=factories.PASSWORD)
        assert api.sign_in(colleague).status_code == 200
        time.advance(60)
        assert api.sign_in(user).status_code == 200
