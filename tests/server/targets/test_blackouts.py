"""When blackout periods are open, and how they are read."""

from datetime import UTC, datetime, time, timedelta

import pytest

from vedette.server.targets import blackouts
from vedette.server.targets.blackouts import Period
from vedette.server.targets.values import FieldError


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NIGHT = Period(time(23), time(6), (5,), "Europe/Lisbon")  # Fridays into Saturdays
OFFICE = Period(time(9), time(18), (1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("period", "moment", "closes"),
    [
        (OFFICE, "2026-06-01T09:00:00", "2026-06-01T18:00:00"),  # a Monday
        (OFFICE, "2026-06-01T08:59:59", None),
        (OFFICE, "2026-06-01T18:00:00", None),
        (OFFICE, "2026-06-06T12:00:00", None),  # a Saturday
        # Over midnight the weekday is that of the begin.
        (NIGHT, "2026-06-05T22:30:00", "2026-06-06T05:00:00"),
        (NIGHT, "2026-06-06T04:59:00", "2026-06-06T05:00:00"),
        (NIGHT, "2026-06-06T23:30:00", None),
        # The same time is the whole day.
        (Period(time(0), time(0), (7,)), "2026-06-07T23:59:59", "2026-06-08T00:00:00"),
        (Period(time(12), time(12), (7,)), "2026-06-08T11:00:00", "2026-06-08T12:00:00"),
        # The night on which clocks are put forward begins with the first moment that there is.
        (Period(time(1, 30), time(3), timezone="Europe/Lisbon"), "2026-03-29T01:00:00", "2026-03-29T02:00:00"),
        # Where the end comes twice, the later one counts.
        (Period(time(0), time(1, 30), timezone="Europe/Lisbon"), "2026-10-25T00:45:00", "2026-10-25T01:30:00"),
    ],
)
def test_a_window_is_open_from_its_begin_to_its_end(period, moment, closes):
    assert period.end(at(moment)) == (at(closes) if closes else None)
    assert blackouts.is_open([period], at(moment)) is (closes is not None)


def test_windows_that_touch_are_one():
    nights = Period(time(18), time(8), (1, 2, 3, 4, 5))
    weekend = Period(time(0), time(0), (6, 7))
    friday = at("2026-06-05T20:00:00")
    assert blackouts.over_at([nights, weekend], friday) == at("2026-06-08T00:00:00")
    assert blackouts.over_at([nights], friday) == at("2026-06-06T08:00:00")
    assert blackouts.over_at([], friday) == friday
    assert blackouts.over_at([Period(time(0), time(0))], friday) is None


def test_a_period_is_open_as_often_as_its_days_come():
    moment, seen = at("2026-01-01T00:00:00"), 0
    for hour in range(24 * 7 * 8):
        seen += blackouts.is_open([NIGHT], moment + timedelta(hours=hour, minutes=30))
    assert seen == 8 * 7


def test_a_period_is_read_with_its_defaults():
    assert blackouts.read({"begin": "22:00", "cease": "06:30:15"}) == {
        "begin": time(22),
        "cease": time(6, 30, 15),
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "enabled": True,
        "timezone": "UTC",
    }


@pytest.mark.parametrize("given", [None, "", [], {}, {"begin": None, "weekdays": []}, {"changed": "2026-01-01"}])
def test_blanks_take_it_away(given):
    assert blackouts.read(given) is None


def test_what_is_not_given_stays():
    current = blackouts.read({"begin": "22:00", "cease": "06:00", "weekdays": [5, 1, 5], "timezone": "Asia/Tokyo"})
    assert current is not None and current["weekdays"] == [1, 5]
    assert blackouts.read({"enabled": False}, current) == current | {"enabled": False}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("22:00", "object"),
        ({"begin": "22:00"}, "cease"),
        ({"enabled": True}, "begin and cease"),
        ({"begin": "24:00", "cease": "06:00"}, "HH:MM"),
        ({"begin": "22:00+01:00", "cease": "06:00"}, "HH:MM"),
        ({"begin": 22, "cease": "06:00"}, "HH:MM"),
        ({"begin": "22:00", "cease": "06:00", "weekdays": [0]}, "weekdays"),
        ({"begin": "22:00", "cease": "06:00", "weekdays": [True]}, "weekdays"),
        ({"begin": "22:00", "cease": "06:00", "weekdays": "all"}, "weekdays"),
        ({"begin": "22:00", "cease": "06:00", "weekdays": []}, "at least one"),
        ({"begin": "22:00", "cease": "06:00", "timezone": "Mars/Base"}, "zone"),
        ({"begin": "22:00", "cease": "06:00", "enabled": "perhaps"}, "boolean"),
    ],
)
def test_what_is_wrong_is_said(given, words):
    with pytest.raises(FieldError) as caught:
        blackouts.read(given)
    assert words.lower() in str(caught.value).lower()
