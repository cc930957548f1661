"""Schedules and their coming runs in plain words."""

from datetime import UTC, datetime, time

import pytest

from vedette.server.schedules import preview, wording
from vedette.server.schedules.rules import Rule
from vedette.server.targets.blackouts import Period

at = datetime.fromisoformat
START = at("2026-01-31T22:00")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Once, on 2026-01-31 at 22:00, UTC"),
        ({"recurrence": "h"}, "Every hour from 2026-01-31 22:00 on, UTC"),
        ({"recurrence": "d", "timezone": "Europe/Lisbon"}, "Every day at 22:00, Europe/Lisbon"),
        ({"recurrence": "w"}, "Every Saturday at 22:00, UTC"),
        ({"recurrence": "m"}, "Every month on the 31st, or the last day of a shorter month, at 22:00, UTC"),
        ({"recurrence": "q", "week": "last", "weekday": 5}, "Every three months on the last Friday at 22:00, UTC"),
    ],
)
def test_a_rule_is_said_in_one_sentence(fields, words):
    assert wording.when(Rule(start=START, **fields)) == words


@pytest.mark.parametrize(
    ("day", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (22, "22nd")]
)
def test_days_are_counted_as_people_do(day, words):
    assert f"on the {words} at 22:00:30" in wording.when(Rule(start=at(f"2026-01-{day:02}T22:00:30"), recurrence="m"))


def runs(rule, now, **periods):
    return preview.runs(rule, now=now.replace(tzinfo=UTC), count=3, **periods)


def test_clock_changes_are_told():
    rule = Rule(start=at("2026-03-28T01:30"), timezone="Europe/Lisbon", recurrence="d")
    told = [wording.remarks(run, "UTC") for run in runs(rule, at("2026-03-28T00:00"))]
    assert told[0] == [] and "jump over" in told[1][0] and told[2] == []
    autumn = Rule(start=at("2026-10-24T01:30"), timezone="Europe/Lisbon", recurrence="d")
    told = [wording.remarks(run, "UTC") for run in runs(autumn, at("2026-10-24T00:00"))]
    assert "twice" in told[1][0] and "changed since" in told[2][0]


def test_blackout_periods_are_told_with_the_time_at_which_a_scan_begins():
    night = Period(time(22), time(6))
    (first, *_) = runs(Rule(start=START, recurrence="d"), at("2026-01-31T00:00"), target=[night], organisation=[night])
    assert wording.remarks(first, "Europe/Berlin") == [
        (
            "Falls into the blackout period of the target and the organisation: "
            "its scan begins at 2026-02-01 07:00, Europe/Berlin."
        )
    ]


def test_runs_that_wait_for_long_or_for_good_are_told():
    weekend = Period(time(0), time(0), (6, 7, 1))
    (first, *_) = runs(Rule(start=START, recurrence="d"), at("2026-01-31T00:00"), target=[weekend])
    assert wording.remarks(first, "UTC")[1:] == [
        "It waits for more than a day.",
        "The next run comes before it could begin, and is left out.",
    ]
    always = Period(time(0), time(0))
    (first, *_) = runs(Rule(start=START, recurrence="d"), at("2026-01-31T00:00"), target=[always])
    assert "no time is left for two weeks." in wording.remarks(first, "UTC")[0]
