"""The numbers behind charts: how many findings were open on each day, how many came and went, how long repairs take.

Past days follow from what is open now and from every step between then and now, so that they do not change when a later
scan looks elsewhere. Days end at midnight UTC. Steps are counted when they are taken (`FindingDay`): no chart reads
findings but that of repairs, which walks an index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, Sum, Window
from django.db.models.functions import RowNumber

from vedette.server.findings import kept, queries, rules
from vedette.server.findings.models import Finding, FindingDay
from vedette.server.findings.queries import ALL, FindingFilter
from vedette.server.findings.took import Took
from vedette.server.kernel import clock
from vedette.server.tenancy.actor import Actor

DAYS = 90
WEEKS = 12
EXPIRES_SOON_DAYS = 14
SHOWN = (40, 30, 20, 10)
"""The severities that charts show, worst first."""


@dataclass(frozen=True, slots=True)
class Trend:
    """How many findings were open at the end of each day, per severity number, the last day being now."""

    days: tuple[date, ...]
    open: dict[int, tuple[int, ...]]
    as_of: datetime

    def total(self, severities: tuple[int, ...], days_ago: int = 0) -> int:
        """How many of these severities were open so many days ago."""
        return sum(self.open[severity][-1 - days_ago] for severity in severities)


@dataclass(frozen=True, slots=True)
class Flow:
    """How many findings came and went in each week (its Monday), by the time of the step; reopened is not new."""

    weeks: tuple[date, ...]
    new: tuple[int, ...]
    fixed: tuple[int, ...]
    reopened: tuple[int, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Fixes:
    """How many findings were fixed on each day, and how many were open at its end, the last day being now."""

    days: tuple[date, ...]
    fixed: tuple[int, ...]
    pending: tuple[int, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Repair:
    """How long findings of a severity were open until a scan showed them fixed: `count` of them, and the days within
    which half and nine tenths were fixed."""

    severity: int
    count: int
    median_days: float
    p90_days: float


@dataclass(frozen=True, slots=True)
class Repairs:
    """Repairs per severity, worst first; severities without any are left out."""

    rows: tuple[Repair, ...]
    as_of: datetime


def trend(actor: Actor, *, chosen: FindingFilter = ALL, days: int = DAYS) -> Trend:
    """Open findings per severity at the end of each of the last days, of the targets that the filter means:
    its targets, their labels and teams count. Severities are told apart in any case."""
    return kept.get(_key(actor, "trend", chosen, days), lambda: _trend(actor, chosen, days))


def flow(actor: Actor, *, chosen: FindingFilter = ALL, weeks: int = WEEKS) -> Flow:
    """New, fixed and reopened findings per week, the present one included."""
    return kept.get(_key(actor, "flow", chosen, weeks), lambda: _flow(actor, chosen, weeks))


def fixes(actor: Actor, *, chosen: FindingFilter = ALL, days: int = DAYS) -> Fixes:
    """Findings fixed on each of the last days against those that were open, of the filter's severities."""
    return kept.get(_key(actor, "fixes", chosen, days), lambda: _fixes(actor, chosen, days))


def repairs(actor: Actor, *, chosen: FindingFilter = ALL, weeks: int = WEEKS) -> Repairs:
    """From first seen to shown fixed, of what was fixed within the last weeks. Accepted risks and what was marked as
    no flaw do not count."""
    return kept.get(_key(actor, "repairs", chosen, weeks), lambda: _repairs(actor, chosen, weeks))


def expiring(actor: Actor, *, days: int = EXPIRES_SOON_DAYS) -> int:
    """How many accepted risks end within so many days."""
    accepted = Finding.objects.filter(_of(actor, ALL), state=rules.ACCEPTED)
    return accepted.filter(expiration_date__lte=_today() + timedelta(days=days)).count()


# What is counted


@dataclass(frozen=True, slots=True)
class _Step:
    """So many findings of a severity made this step on this day. `before` and `after` are as in `FindingDay`."""

    day: date
    severity: int
    before: str
    after: str
    count: int


def _trend(actor: Actor, chosen: FindingFilter, days: int) -> Trend:
    today = _today()
    wanted = tuple(today - timedelta(days=ago) for ago in reversed(range(days)))
    opened: Counter[tuple[int, date]] = Counter()
    for step in _steps(actor, chosen, wanted[0]):
        change = (step.after == rules.OPEN) - (step.before == rules.OPEN)
        opened[step.severity, step.day] += change * step.count
    counted = queries.counts(actor, replace(chosen, states=(rules.OPEN,), severities=()))
    now = {severity: count for (severity, _), count in counted.items()}
    return Trend(wanted, {one: _backwards(now.get(one, 0), one, wanted, opened) for one in SHOWN}, clock.now())


def _flow(actor: Actor, chosen: FindingFilter, weeks: int) -> Flow:
    monday = _monday(_today())
    wanted = tuple(monday - timedelta(weeks=ago) for ago in reversed(range(weeks)))
    seen: Counter[tuple[str, date]] = Counter()
    for step in _steps(actor, chosen, wanted[0]):
        kind = _kind(step)
        if kind:
            seen[kind, _monday(step.day)] += step.count
    per = {kind: tuple(seen[kind, week] for week in wanted) for kind in ("new", "fixed", "reopened")}
    return Flow(wanted, per["new"], per["fixed"], per["reopened"], clock.now())


def _fixes(actor: Actor, chosen: FindingFilter, days: int) -> Fixes:
    severities = chosen.severities or SHOWN
    open_then = _trend(actor, chosen, days)
    fixed: Counter[date] = Counter()
    for step in _steps(actor, chosen, open_then.days[0]):
        if step.severity in severities and step.after == rules.FIXED and step.before:
            fixed[step.day] += step.count
    pending = tuple(open_then.total(severities, ago) for ago in reversed(range(days)))
    return Fixes(open_then.days, tuple(fixed[day] for day in open_then.days), pending, open_then.as_of)


def _steps(actor: Actor, chosen: FindingFilter, since: date) -> Iterator[_Step]:
    """The steps of each day since that one, of shown severities and of information."""
    rows = FindingDay.objects.filter(_within(actor, chosen), day__gte=since).order_by()
    columns = ("day", "severity", "before", "after")
    for day, severity, before, after, count in rows.values_list(*columns).annotate(found=Sum("count")):
        yield _Step(day, severity, before, after, count)


def _backwards(now: int, severity: int, days: tuple[date, ...], opened: Counter[tuple[int, date]]) -> tuple[int, ...]:
    found, level = [], now
    for day in reversed(days):
        found.append(max(level, 0))
        level -= opened[severity, day]
    return tuple(reversed(found))


def _kind(step: _Step) -> str:
    if not step.before:
        return "new"
    if step.after == rules.FIXED:
        return "fixed"
    return "reopened" if step.before == rules.FIXED and step.after == rules.OPEN else ""


def _repairs(actor: Actor, chosen: FindingFilter, weeks: int) -> Repairs:
    start = clock.now() - timedelta(weeks=weeks)
    fixed = Finding.objects.filter(_of(actor, chosen), state=rules.FIXED, fixed_at__gte=start).order_by()
    fixed = fixed.filter(severity__in=SHOWN)  # names the column that stands first in the index
    counts = dict(fixed.values_list("severity").annotate(found=Count("*")))
    took = Took("fixed_at", "first_seen_at")
    ranked = fixed.annotate(place=Window(RowNumber(), partition_by=["severity"], order_by=took))
    wanted = Q()
    for severity, count in counts.items():
        wanted |= Q(severity=severity, place__in=(_place(count, 0.5), _place(count, 0.9)))
    found: dict[tuple[int, int], timedelta] = {}
    if counts:
        columns = ("severity", "place", "fixed_at", "first_seen_at")
        for severity, place, fixed_at, seen_at in ranked.filter(wanted).values_list(*columns):
            found[severity, place] = fixed_at - seen_at
    rows = [_repair(severity, counts[severity], found) for severity in SHOWN if counts.get(severity)]
    return Repairs(tuple(rows), clock.now())


def _place(count: int, share: float) -> int:
    """Which of so many, in order, is the first within which that share lies."""
    return max(1, -int(-count * share // 1))


def _repair(severity: int, count: int, found: dict[tuple[int, int], timedelta]) -> Repair:
    median, p90 = (found[severity, _place(count, share)] / timedelta(days=1) for share in (0.5, 0.9))
    return Repair(severity, count, round(median, 2), round(p90, 2))


def _of(actor: Actor, chosen: FindingFilter) -> Q:
    """The shown findings of the targets that count."""
    # SQLite uses the index for a list of one, not for a bare truth value.
    return _within(actor, chosen) & Q(shown__in=(True,))


def _within(actor: Actor, chosen: FindingFilter) -> Q:
    """The rows of live targets that the actor may see and the filter means."""
    scope = queries.scope_of(actor, chosen)
    found = Q(organisation=actor.organisation)
    if scope.only is not None:
        found &= Q(target__in=sorted(scope.only))
    if scope.hidden:
        found &= ~Q(target__in=sorted(scope.hidden))
    return found


def _today() -> date:
    return clock.now().astimezone(UTC).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _key(actor: Actor, name: str, chosen: FindingFilter, size: int) -> kept.Key:
    return (*kept.key_of(actor, name, chosen), size, _today())
