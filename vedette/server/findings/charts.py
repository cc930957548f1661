"""The numbers behind charts: how many findings were open on each day, how many came and went, how long repairs take.

Past days follow from what is open now and from every step between then and now, so that they do not change when a later
scan looks elsewhere. Days end at midnight UTC. Steps are counted when they are taken (`FindingDay`): no chart reads
findings but that of repairs, which walks an index.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, FloatField, Func, Q, Sum, Window
from django.db.models.functions import RowNumber

from vedette.server.findings import queries, rules
from vedette.server.findings.models import Finding, FindingDay
from vedette.server.kernel import clock
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor

DAYS = 90
WEEKS = 12
EXPIRES_SOON_DAYS = 14
SHOWN = (40, 30, 20, 10)
"""The severities that charts show, worst first."""

_KEEP_S = 10
_KEPT = 500

T = TypeVar("T")


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


def trend(actor: Actor, *, target: str = "", days: int = DAYS) -> Trend:
    """Open findings per severity at the end of each of the last days, of all targets or of one (a public id)."""
    return _kept.get(_key(actor, "trend", target, days), lambda: _trend(actor, target, days))


def flow(actor: Actor, *, target: str = "", weeks: int = WEEKS) -> Flow:
    """New, fixed and reopened findings per week, the present one included."""
    return _kept.get(_key(actor, "flow", target, weeks), lambda: _flow(actor, target, weeks))


def repairs(actor: Actor, *, target: str = "", weeks: int = WEEKS) -> Repairs:
    """From first seen to shown fixed, of what was fixed within the last weeks. Accepted risks and what was marked as
    no flaw do not count."""
    return _kept.get(_key(actor, "repairs", target, weeks), lambda: _repairs(actor, target, weeks))


def expiring(actor: Actor, *, days: int = EXPIRES_SOON_DAYS) -> int:
    """How many accepted risks end within so many days."""
    accepted = Finding.objects.filter(_of(actor, ""), state=rules.ACCEPTED)
    return accepted.filter(expiration_date__lte=_today() + timedelta(days=days)).count()


def forget() -> None:
    """Drops all numbers that this process remembers."""
    _kept.clear()


# What is counted


@dataclass(frozen=True, slots=True)
class _Step:
    """So many findings of a severity made this step on this day. `before` and `after` are as in `FindingDay`."""

    day: date
    severity: int
    before: str
    after: str
    count: int


def _trend(actor: Actor, target: str, days: int) -> Trend:
    today = _today()
    wanted = tuple(today - timedelta(days=ago) for ago in reversed(range(days)))
    opened: Counter[tuple[int, date]] = Counter()
    for step in _steps(actor, target, wanted[0]):
        change = (step.after == rules.OPEN) - (step.before == rules.OPEN)
        opened[step.severity, step.day] += change * step.count
    chosen = queries.FindingFilter(states=(rules.OPEN,), targets=(target,) if target else ())
    now = {severity: count for (severity, _), count in queries.counts(actor, chosen).items()}
    return Trend(wanted, {one: _backwards(now.get(one, 0), one, wanted, opened) for one in SHOWN}, clock.now())


def _flow(actor: Actor, target: str, weeks: int) -> Flow:
    monday = _monday(_today())
    wanted = tuple(monday - timedelta(weeks=ago) for ago in reversed(range(weeks)))
    seen: Counter[tuple[str, date]] = Counter()
    for step in _steps(actor, target, wanted[0]):
        kind = _kind(step)
        if kind:
            seen[kind, _monday(step.day)] += step.count
    per = {kind: tuple(seen[kind, week] for week in wanted) for kind in ("new", "fixed", "reopened")}
    return Flow(wanted, per["new"], per["fixed"], per["reopened"], clock.now())


def _steps(actor: Actor, target: str, since: date) -> Iterator[_Step]:
    """The steps of each day since that one, of shown severities and of information."""
    rows = FindingDay.objects.filter(_within(actor, target), day__gte=since).order_by()
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


class _Took(Func):
    """How far two moments are apart, told by the database alone: SQLite would call Django back for each row."""

    output_field = FloatField()
    template = "EXTRACT(EPOCH FROM (%(expressions)s))"
    arg_joiner = " - "

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The same in its own words."""
        template = "JULIANDAY(%(expressions)s)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - JULIANDAY(", **context)


def _repairs(actor: Actor, target: str, weeks: int) -> Repairs:
    start = clock.now() - timedelta(weeks=weeks)
    fixed = Finding.objects.filter(_of(actor, target), state=rules.FIXED, fixed_at__gte=start).order_by()
    fixed = fixed.filter(severity__in=SHOWN)  # names the column that stands first in the index
    counts = dict(fixed.values_list("severity").annotate(found=Count("*")))
    took = _Took("fixed_at", "first_seen_at")
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


def _of(actor: Actor, target: str) -> Q:
    """The shown findings of live targets that the actor may see, of one of them when it is named."""
    # SQLite uses the index for a list of one, not for a bare truth value.
    return _within(actor, target) & Q(shown__in=(True,))


def _within(actor: Actor, target: str) -> Q:
    """The rows of live targets that the actor may see."""
    mine = Q(organisation=actor.organisation)
    if actor.everywhere("findings.view") and not target:
        own = Target.objects.filter(organisation=actor.organisation, archived_at__isnull=False)
        gone = sorted(own.values_list("pk", flat=True))
        return mine & ~Q(target__in=gone) if gone else mine
    rows = targets.for_actor(actor, "findings.view")
    keys = (rows.filter(public_id=target) if target else rows).values_list("pk", flat=True)
    return mine & Q(target__in=sorted(keys))


def _today() -> date:
    return clock.now().astimezone(UTC).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# What is remembered


@dataclass(slots=True)
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    value: Any = None
    until: datetime | None = None

    @property
    def fresh(self) -> bool:
        """Whether the value may still be given out."""
        return self.until is not None and clock.now() < self.until


class _Kept:
    """Values of this process, kept for ten seconds; one thread computes while the others are given what there was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[object, ...], _Entry] = OrderedDict()

    def get(self, key: tuple[object, ...], compute: Callable[[], T]) -> T:
        entry = self._entry(key)
        if entry.fresh:
            return entry.value  # type: ignore[no-any-return]
        with _held(entry.lock, blocking=entry.value is None) as mine:
            if mine and not entry.fresh:
                entry.value = compute()
                entry.until = clock.now() + timedelta(seconds=_KEEP_S)
            return entry.value  # type: ignore[no-any-return]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def _entry(self, key: tuple[object, ...]) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > _KEPT:
                self._entries.popitem(last=False)
            return entry


@contextmanager
def _held(lock: threading.Lock, *, blocking: bool) -> Iterator[bool]:
    mine = lock.acquire(blocking=blocking)
    try:
        yield mine
    finally:
        if mine:
            lock.release()


_kept = _Kept()


def _key(actor: Actor, name: str, target: str, size: int) -> tuple[object, ...]:
    everywhere = actor.everywhere("findings.view")
    scope = () if everywhere else (actor.targets("findings.view"), actor.teams("findings.view"))
    return (actor.organisation.public_id, name, target, size, _today(), everywhere, *scope)
