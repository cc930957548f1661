from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.server.api.invicti.conftest import Api, basic, person_of
from vedette.server.api.invicti import limits
from vedette.server.kernel import clock
from vedette.server.kernel.errors import LimitReached
from vedette.server.kernel.ratelimit import Limit

ME = "/api/1.0/account/me"
START = datetime(2026, 3, 1, tzinfo=UTC)


def calls(actor, count):
    for _ in range(count):
        limits.count(actor)


def test_two_hundred_a_minute(api):
    with clock.frozen(START) as time:
        assert {api.get(ME).status_code for _ in range(200)} == {200}
        time.advance(20)
        answer = api.get(ME)
        assert answer.status_code == 429
        assert list(answer.json()) == ["Message"] and "200 per minute" in answer.json()["Message"]
        assert answer["Retry-After"] == "40"
        time.advance(40)
        assert api.get(ME).status_code == 200


@pytest.mark.parametrize(("count", "window_s", "word"), [(7_000, 3_600, "hour"), (18_000, 86_400, "day")])
def test_so_many_an_hour_and_a_day(actor, count, window_s, word):
    with clock.frozen(START) as time:
        made = 0
        while made < count:
            step = min(200, count - made)
            calls(actor, step)
            made += step
            # Evenly over the day, so that only the limit in question is met.
            time.advance(60 if window_s == 3_600 else 720)
        if window_s == 86_400:
            time.advance(86_399 - (clock.now() - START).total_seconds())
        with pytest.raises(LimitReached, match=f"{count} per {word}"):
            limits.count(actor)


def test_an_account_shares_one_limit_and_others_have_their_own(home, person, api, db, monkeypatch):
    monkeypatch.setattr(limits, "ALL_CALLS", (Limit("invicti", 3, 60), *limits.ALL_CALLS[1:]))
    from tests.server import factories

    colleague = person_of(home, "analyst")
    stranger = person_of(factories.organisation("Foreign"))
    with clock.frozen(START):
        assert [api.get(ME).status_code for _ in range(2)] == [200, 200]
        assert Api(basic("", colleague.token)).get(ME).status_code == 200
        assert Api(basic("", colleague.token)).get(ME).status_code == 429
        assert Api(basic("", stranger.token)).get(ME).status_code == 200


def test_refused_credentials_use_nothing_up(api, person):
    with clock.frozen(START):
        for _ in range(201):
            assert Api(basic("0" * 32, person.token)).get(ME).status_code == 401
        assert api.get(ME).status_code == 200
