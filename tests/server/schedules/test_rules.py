"""Recurrences of local time, against a second reckoning that shares nothing with the first; and the input of people."""

from __future__ import annotations

import calendar
import itertools
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from vedette.server.schedules import rules
from vedette.server.schedules.rules import Rule
from vedette.server.targets.values import FieldError

ZONES = [
    "UTC",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Moscow",
    "Europe/Istanbul",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Africa/Lagos",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Asuncion",
    "America/Havana",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Gaza",
    "Asia/Pyongyang",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
FEW = ("Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
HOUR = timedelta(hours=1)


def wall(text):
    return datetime.fromisoformat(text)


# The second reckoning


class Clocks:
    """The clocks of a zone as stretches of equal offset, found by looking at every hour."""

    def __init__(self, zone: str, first: datetime, last: datetime) -> None:
        self._zone = ZoneInfo(zone)
        self.stretches = [(first, self._offset(first))]
        at = first
        while at < last:
            if self._offset(at + HOUR) != self._offset(at):
                moment = next(
                    at + timedelta(seconds=second)
                    for second in range(3601)
                    if self._offset(at + timedelta(seconds=second)) != self._offset(at)
                )
                self.stretches.append((moment, self._offset(moment)))
            at += HOUR

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self._zone).utcoffset() or timedelta()

    def first(self, wall: datetime) -> datetime:
        """The first moment at which the clocks show this time or a later one."""
        for (begin, offset), following in itertools.zip_longest(self.stretches, self.stretches[1:]):
            at = max(begin, wall.replace(tzinfo=UTC) - offset)
            if following is None or at < following[0]:
                return at
        raise AssertionError


def days(rule: Rule, last: date):
    start = rule.start.date()
    day = start
    while day <= last:
        months = (day.year - start.year) * 12 + day.month - start.month
        length = calendar.monthrange(day.year, day.month)[1]
        if rule.recurrence == "d":
            fits = True
        elif rule.recurrence == "w":
            fits = (day - start).days % 7 == 0
        elif months % (3 if rule.recurrence == "q" else 1):
            fits = False
        elif rule.week:
            same = [n for n in range(1, length + 1) if date(day.year, day.month, n).isoweekday() == rule.weekday]
            fits = (
                day.day == same[-1 if rule.week == "last" else ("first", "second", "third", "fourth").index(rule.week)]
            )
        else:
            fits = day.day == min(start.day, length)
        if fits:
            yield day
        day += timedelta(days=1)


def reckoned(rule: Rule, clocks: Clocks, last: date) -> list[datetime]:
    if rule.recurrence == "h":
        start = clocks.first(rule.start)
        return [start + step * HOUR for step in range((last - rule.start.date()).days * 24)]
    return sorted({clocks.first(datetime.combine(day, rule.start.time())) for day in days(rule, last)})


RULES = (
    {"recurrence": "d"},
    {"recurrence": "w"},
    {"recurrence": "m"},
    {"recurrence": "q"},
    {"recurrence": "m", "week": "third", "weekday": 3},
    {"recurrence": "m", "week": "last", "weekday": 7},
    {"recurrence": "q", "week": "first", "weekday": 1},
    {"recurrence": "q", "week": "last", "weekday": 5},
)
TIMES = ("00:00", "00:30", "01:30", "02:15", "02:30", "12:00", "23:45")


def compare(zone: str, years: range) -> int:
    last = date(years[-1], 12, 31)
    first = datetime(years[0], 1, 1, tzinfo=UTC)
    clocks = Clocks(zone, first - timedelta(days=2), datetime(years[-1] + 1, 1, 3, tzinfo=UTC))
    compared = 0
    for number, (time, options) in enumerate(itertools.product(TIMES, RULES)):
        rule = Rule(
            start=datetime.fromisoformat(f"{years[0]}-01-{(29, 30, 31)[number % 3]}T{time}"), timezone=zone, **options
        )
        wanted = reckoned(rule, clocks, last)
        found = [run.at for run in itertools.islice(rule.after(first), len(wanted))]
        assert found == wanted, (zone, rule)
        # Asked from the middle, the rule goes on where it was.
        middle = wanted[len(wanted) // 2]
        assert rule.next(middle) == next(at for at in wanted if at > middle), (zone, rule, middle)
        compared += len(found)
    return compared


@pytest.mark.parametrize("zone", FEW)
def test_recurrences_agree_with_a_second_reckoning(zone):
    assert compare(zone, range(2011, 2013)) > 7 * 700


@pytest.mark.long
@pytest.mark.parametrize("zone", ZONES)
def test_they_agree_for_twenty_years_in_thirty_zones(zone):
    assert len(set(ZONES)) == 30
    assert compare(zone, range(2010, 2030)) > 7 * 7300


# What is written on the tin


def runs(count=4, *, after="2000-01-01T00:00:00", **options):
    start = datetime.fromisoformat(options.pop("start"))
    found = Rule(start=start, **options).after(datetime.fromisoformat(after).replace(tzinfo=UTC))
    return [f"{run.at:%Y-%m-%d %H:%M}{run.change and ' ' + run.change}" for run in itertools.islice(found, count)]


def test_once_is_once():
    assert runs(start="2026-05-01T10:00", timezone="Europe/Lisbon") == ["2026-05-01 09:00"]


def test_every_hour_is_elapsed_time():
    assert runs(6, start="2026-03-29T00:30", timezone="Europe/Lisbon", recurrence="h") == [
        f"2026-03-29 {hour:02}:30" for hour in range(6)
    ]
    late = runs(1, start="2026-03-29T00:30", recurrence="h", after="2030-01-01T00:00:00")
    assert late == ["2030-01-01 00:30"]


def test_every_day_is_the_same_local_time():
    found = runs(4, start="2026-03-27T01:30", timezone="Europe/Lisbon", recurrence="d")
    # Missing on the 29th: at the first moment after.
    assert found == ["2026-03-27 01:30", "2026-03-28 01:30", "2026-03-29 01:00 missing", "2026-03-30 00:30"]
    found = runs(3, start="2026-10-24T01:30", timezone="Europe/Lisbon", recurrence="d")
    assert found == ["2026-10-24 00:30", "2026-10-25 00:30 repeated", "2026-10-26 01:30"]


def test_the_31st_is_the_last_day_of_shorter_months_and_comes_back():
    found = runs(5, start="2027-10-31T12:00", recurrence="m")
    assert [day[5:10] for day in found] == ["10-31", "11-30", "12-31", "01-31", "02-29"]
    found = runs(2, start="2027-10-31T12:00", recurrence="m", after="2028-02-01T00:00:00")
    assert [day[:10] for day in found] == ["2028-02-29", "2028-03-31"]
    assert [day[5:10] for day in runs(3, start="2026-11-30T12:00", recurrence="q")] == ["11-30", "02-28", "05-30"]


def test_weekdays_of_the_month_are_those_of_the_zone():
    # A third Wednesday in an eastern zone, which is still Tuesday in UTC.
    found = runs(14, start="2026-01-01T05:00", timezone="Asia/Tokyo", recurrence="m", week="third", weekday=3)
    assert len({day[:7] for day in found}) == 14
    assert found[:2] == ["2026-01-20 20:00", "2026-02-17 20:00"]
    found = runs(3, start="2026-01-01T12:00", recurrence="q", week="last", weekday=5)
    assert [day[:10] for day in found] == ["2026-01-30", "2026-04-24", "2026-07-31"]


def test_old_schedules_are_as_quick_as_new_ones():
    rule = Rule(start=wall("2000-01-31T02:30"), timezone="Europe/Lisbon", recurrence="d")
    begin = rule._near(wall("2150-01-01T00:00"))
    assert (begin.time(), (wall("2150-01-01T00:00") - begin).days) == (rule.start.time(), 0)


def test_there_is_an_end():
    assert runs(3, start="2199-12-31T22:30", recurrence="h") == ["2199-12-31 22:30", "2199-12-31 23:30"]
    assert runs(3, start="2199-11-30T22:30", recurrence="q") == ["2199-11-30 22:30"]


@pytest.mark.parametrize(
    ("recurrence", "now", "latest", "count"),
    [
        ("d", "2026-05-01T10:00", "2026-05-01T10:00", 1),
        ("d", "2026-05-03T12:00", "2026-05-03T10:00", 3),
        ("h", "2026-05-03T12:30", "2026-05-03T12:00", 51),
        ("w", "2026-05-03T12:00", "2026-05-01T10:00", 1),
        ("", "2026-05-09T12:00", "2026-05-01T10:00", 1),
    ],
)
def test_several_missed_ones_become_the_last(recurrence, now, latest, count):
    first = datetime(2026, 5, 1, 10, tzinfo=UTC)
    rule = Rule(start=wall("2026-05-01T10:00"), recurrence=recurrence)
    found = rule.missed(first, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == (datetime.fromisoformat(latest).replace(tzinfo=UTC), count)


# Input


@pytest.mark.parametrize(
    ("given", "local"),
    [
        ("2030-01-01T10:00:00", "2030-01-01T10:00"),
        ("2030-07-01T10:00:00Z", "2030-07-01T11:00"),
        ("2030-07-01T10:00:00.123456+02:00", "2030-07-01T09:00"),
        (datetime(2030, 7, 1, 10, tzinfo=UTC), "2030-07-01T11:00"),
        ("2030-01-01 10:00", "2030-01-01T10:00"),
    ],
)
def test_a_moment_is_local_unless_it_says_otherwise(given, local):
    assert rules.start_of(rules.read_moment(given), "Europe/Lisbon") == datetime.fromisoformat(local)


@pytest.mark.parametrize(
    ("read", "given"),
    [
        (rules.read_moment, "tomorrow"),
        (rules.read_moment, "2030-01-01"),
        (rules.read_moment, "0001-01-01T00:00:00+14:00"),
        (rules.read_moment, "9999-12-31T23:59:59-14:00"),
        (rules.read_moment, None),
        (rules.read_moment, 5),
        (rules.read_recurrence, "y"),
        (rules.read_recurrence, ["d"]),
        (rules.read_timezone, "europe/lisbon"),
        (rules.read_timezone, "A" * 65),
        (rules.read_weekday, 0),
        (rules.read_weekday, 8),
        (rules.read_weekday, True),
        (rules.read_weekday, "1"),
        (rules.read_week, "fifth"),
        (rules.read_week, 1),
    ],
)
def test_what_cannot_be_read_is_refused(read, given):
    with pytest.raises(FieldError):
        read(given)


def test_blanks_have_meanings():
    assert rules.read_recurrence(None) == rules.read_week(None) == rules.read_week("") == ""
    assert (rules.read_timezone(""), rules.read_weekday(None)) == ("UTC", None)


PLAIN = {"run_on_day_of_week": False, "recurrence": "d", "scheduled_day_of_week": None, "week_index": ""}


def test_a_weekday_of_the_month_needs_both_and_a_month():
    assert rules.faults(PLAIN) == {}
    assert list(rules.faults({**PLAIN, "run_on_day_of_week": True})) == [
        *("run_on_day_of_week", "scheduled_day_of_week", "week_index")
    ]
    whole = {"run_on_day_of_week": True, "recurrence": "q", "scheduled_day_of_week": 7, "week_index": "last"}
    assert rules.faults(whole) == {}


@pytest.mark.parametrize(
    ("schedule", "settings", "wanted"),
    [
        ({}, {}, (False, False, False)),
        ({"partial_scan": True, "incremental": True}, {}, (False, False, False)),
        ({}, {"schedule_incremental": True, "incremental": False}, (True, False, False)),
        ({}, {"incremental": True, "schedule_reduced_scope": True}, (False, True, False)),
        ({"override_target_settings": True, "partial_scan": True, "incremental": True}, {}, (True, False, False)),
        ({"override_target_settings": True, "incremental": True}, {"schedule_reduced_scope": True}, (False,) * 3),
        ({"override_target_settings": True}, {"schedule_crawl_sequences_only": True}, (False, False, True)),
    ],
)
def test_which_part_is_scanned(schedule, settings, wanted):
    flags = dict.fromkeys(("override_target_settings", "partial_scan", "incremental", "reduced_scope"), False)
    found = rules.wanted_part(SimpleNamespace(**flags | schedule), settings)
    assert tuple(found.values()) == wanted
