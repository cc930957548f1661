"""A month of scans by schedule: what was, what is to come, and the hours of blackout periods, on the clocks of whoever
reads."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from vedette.server.agents import queries as agents
from vedette.server.kernel import clock, zones
from vedette.server.schedules import clashes, queries
from vedette.server.schedules.clashes import Clashes, Crowd, Start
from vedette.server.schedules.models import Schedule
from vedette.server.targets import blackouts as periods
from vedette.server.targets import queries as targets
from vedette.server.targets.blackouts import Period
from vedette.server.targets.models import BlackoutPeriod
from vedette.server.targets.services import blackouts
from vedette.server.tenancy.actor import Actor
from vedette.server.web.schedule_filters import Chosen

_DAY = timedelta(days=1)
_MINUTES = 24 * 60
_HOUR = timedelta(hours=1)
UNFOLDED = 4
"""Runs of a day that stand there at once; the others are unfolded."""
MOST, HOURLY = 400, 10
"""Schedules and runs of them that are shown, and schedules by the hour: a page that people can still read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A run on a day. `outcome` is what became of it, empty while it is to come; `reason` and `scan` belong to that.
    `until` says when it may begin, if a blackout period holds it (`held`); None: not for two weeks. `there` is its time
    in the schedule's zone, where that differs. `hourly` stands for all runs of the day from this time on. `meets` is
    when the run of the same target is due that may still go on then: this one would be left out."""

    at: datetime
    schedule: Schedule
    outcome: str = ""
    reason: str = ""
    scan: str = ""
    held: bool = False
    until: datetime | None = None
    there: datetime | None = None
    hourly: bool = False
    meets: datetime | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """Hours of a day in which nothing is scanned, as shares of the day in per cent and in words."""

    start: float
    length: float
    words: str


@dataclass(slots=True)
class Day:
    """A day of the calendar. `inside` the month that is shown; `change` when clocks are put forward or back; `crowd`
    its fullest hour, where more begins than can go on at once."""

    day: date
    inside: bool
    today: bool
    change: bool
    entries: list[Entry] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    crowd: Crowd | None = None

    @property
    def shown(self) -> list[Entry]:
        """The first runs."""
        return self.entries[:UNFOLDED]

    @property
    def folded(self) -> list[Entry]:
        """The others."""
        return self.entries[UNFOLDED:]

    @property
    def hides_clash(self) -> bool:
        """Whether one of the others may be left out."""
        return any(one.meets for one in self.folded)


@dataclass(frozen=True, slots=True)
class Month:
    """Whole weeks around a month, with the blackout periods that are drawn. `cut` when there was more than can be
    shown."""

    first: date
    previous: date
    following: date
    zone: str
    days: list[Day]
    periods: list[BlackoutPeriod]
    cut: bool


def month(actor: Actor, rows: QuerySet[Schedule], chosen: Chosen) -> Month:
    """The month that the address asks for, or this one."""
    zone = queries.reader_zone(actor)
    today = zones.local(clock.now(), zone).date()
    first = chosen.month or today.replace(day=1)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    days = {
        day: Day(day, day.month == first.month, day == today, _changes(day, zone)) for week in weeks for day in week
    }
    begin, end = _start(min(days), zone), _start(max(days) + _DAY, zone)
    found = [*_past(rows, begin, end, zone), *_coming(actor, rows, begin, end, zone), *_hourly(rows, days, end, zone)]
    for entry in sorted(found, key=lambda one: (one.at, one.schedule.pk)):
        days[entry.at.date()].entries.append(entry)
    _crowds(days, found)
    held = _periods(actor, chosen)
    for row in held:
        for day, band in _bands(row, min(days), max(days), zone):
            if day in days:
                days[day].bands.append(band)
    return Month(
        first=first,
        previous=(first - _DAY).replace(day=1),
        following=(first + 31 * _DAY).replace(day=1),
        zone=zone,
        days=list(days.values()),
        periods=held,
        cut=_is_cut(rows, found, end),
    )


def _is_cut(rows: QuerySet[Schedule], found: list[Entry], end: datetime) -> bool:
    acting = _acting(rows, end).order_by()
    many = sum(bool(one.outcome) for one in found), sum(not one.outcome and not one.hourly for one in found)
    return (
        max(many) >= MOST
        or acting.filter(recurrence="h").count() > HOURLY
        or acting.exclude(recurrence="h").count() > MOST
    )


def _start(day: date, zone: str) -> datetime:
    return zones.instant(datetime.combine(day, time.min), zone).at


def _changes(day: date, zone: str) -> bool:
    return _start(day + _DAY, zone) - _start(day, zone) != _DAY


def _past(rows: QuerySet[Schedule], begin: datetime, end: datetime, zone: str) -> Iterator[Entry]:
    for one in queries.past(rows, begin, end, MOST):
        row = one.schedule
        scan = one.scan.public_id if one.scan else ""
        at = zones.local(one.at, zone)
        yield Entry(at, row, outcome=one.outcome, reason=one.reason, scan=scan, there=_there(row, one.at, at))


def _coming(actor: Actor, rows: QuerySet[Schedule], begin: datetime, end: datetime, zone: str) -> Iterator[Entry]:
    now = clock.now()
    first = list(_acting(rows, end).exclude(recurrence="h").values_list("pk", flat=True)[:MOST])
    plain = queries.with_target(rows.filter(pk__in=first))
    whole = blackouts.of_organisation(actor.organisation)
    known: dict[int, list[Period]] = {}
    met = Clashes(_first_hourly(rows, end))
    for run in queries.coming(plain, since=begin if begin > now else None, until=end, limit=MOST):
        row, at = run.schedule, zones.local(run.at, zone)
        if run.at >= end:
            continue
        if row.target_id not in known:
            both = (blackouts.of_target(row.target), whole)
            known[row.target_id] = [blackouts.period_of(one) for one in both if one and one.enabled]
        held = periods.is_open(known[row.target_id], run.at)
        until = periods.over_at(known[row.target_id], run.at) if held else None
        meets = met.with_start(Start(row.target_id, run.at, until if held else run.at))
        yield Entry(
            at,
            row,
            held=held,
            until=zones.local(until, zone) if until else None,
            there=_there(row, run.at, at),
            meets=zones.local(meets, zone) if meets else None,
        )


def _first_hourly(rows: QuerySet[Schedule], end: datetime) -> dict[int, datetime]:
    """When targets that are scanned every hour are next, by their keys."""
    found = _acting(rows, end).filter(recurrence="h").values_list("target_id", "next_at")
    return {target: at for target, at in found.reverse() if at is not None}


def _crowds(days: dict[date, Day], found: list[Entry]) -> None:
    """Notes for each day the hour in which too much begins. What may be left out does not count."""
    places = agents.places()
    begins: dict[date, list[datetime]] = {}
    for entry in found:
        if entry.outcome or entry.meets or (entry.held and entry.until is None):
            continue
        first = entry.until or entry.at
        last = datetime.combine(first.date(), time.max) if entry.hourly else first
        while first <= last:
            begins.setdefault(first.date(), []).append(first)
            first += _HOUR
    for day, moments in begins.items():
        if day in days:
            days[day].crowd = clashes.crowd(moments, places)


def _acting(rows: QuerySet[Schedule], end: datetime) -> QuerySet[Schedule]:
    """Those with a run before a moment, the next one first."""
    return rows.filter(enabled=True, next_at__lt=end).order_by("next_at", "id")


def _there(row: Schedule, at: datetime, here: datetime) -> datetime | None:
    there = zones.local(at, row.timezone)
    return there if there != here else None


def _hourly(rows: QuerySet[Schedule], days: dict[date, Day], end: datetime, zone: str) -> Iterator[Entry]:
    """One entry a day instead of twenty-four."""
    before: dict[int, datetime] = {}
    for row in queries.with_target(_acting(rows, end).filter(recurrence="h"))[:HOURLY]:
        if row.next_at is None:
            continue
        at = zones.local(row.next_at, zone)
        other = before.setdefault(row.target_id, at)
        for day in days:
            if day >= at.date():
                first = at if day == at.date() else datetime.combine(day, time(minute=at.minute))
                meets = first - (first - other) % _HOUR if other is not at else None
                yield Entry(first, row, hourly=True, meets=meets)


def _periods(actor: Actor, chosen: Chosen) -> list[BlackoutPeriod]:
    """The period of the organisation, and that of the target that was chosen."""
    whole = blackouts.of_organisation(actor.organisation)
    own = None
    if chosen.target:
        wanted = targets.TargetFilter(ids=(chosen.target,))
        target = targets.narrowed(targets.for_actor(actor), wanted).first()
        own = blackouts.of_target(target) if target else None
    return [row for row in (whole, own) if row is not None and row.enabled]


def _bands(row: BlackoutPeriod, first: date, last: date, zone: str) -> Iterator[tuple[date, Band]]:
    whose = "Blackout of the target" if row.target_id else "Blackout"
    for opens, closes in blackouts.period_of(row).windows(first - 2 * _DAY, last + _DAY):
        start, end = zones.local(opens, zone), zones.local(closes, zone)
        while start < end:
            midnight = datetime.combine(start.date() + _DAY, time.min)
            stop = min(end, midnight)
            since = start.hour * 60 + start.minute
            length = min((stop - start) // timedelta(minutes=1), _MINUTES - since)
            words = f"{whose} {start:%H:%M} to {'24:00' if stop == midnight else f'{stop:%H:%M}'}"
            yield start.date(), Band(100 * since / _MINUTES, 100 * length / _MINUTES, words)
            start = stop
