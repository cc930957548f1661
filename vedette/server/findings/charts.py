"""The numbers behind charts: how many findings were open on each day, how many came and went, how long repairs take.

Past days follow from what is open now and from every step between then and now, so that they do not change when a later
scan looks elsewhere. Days end at midnight UTC. The steps of past days are counted seldom, as nobody can change them;
those of today come by an index and are at most ten seconds old.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, TypeVar

from django.db.models import CharField, Count, ExpressionWrapper, F, Q, QuerySet, Window
from django.db.models import DurationField as Duration
from django.db.models.functions import Cast, RowNumber, Substr

from vedette.server.findings import queries, rules
from vedette.server.findings.models import Finding, FindingLog
from vedette.server.kernel import clock
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor

DAYS = 90
WEEKS = 12
EXPIRES_SOON_DAYS = 14
SHOWN = (40, 30, 20, 10)
"""The severities that charts show, worst first."""

_KEEP_S = 10.0
_KEEP_PAST_S = 60.0
_KEEP_FACTOR = 300.0
_KEPT = 500
_MOVES = ("fixed", "reopened", "accepted", "invalid")

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
    today = _today()
    wanted = tuple(today - timedelta(days=ago) for ago in reversed(range(min(days, DAYS))))
    steps, now = _steps(actor, target)
    opened: Counter[tuple[int, date]] = Counter()
    for step in steps:
        change = (step.after == rules.OPEN) - (step.before == rules.OPEN)
        opened[step.severity, step.day] += change * step.count
    return Trend(wanted, {one: _backwards(now.open.get(one, 0), one, wanted, opened) for one in SHOWN}, now.as_of)


def flow(actor: Actor, *, target: str = "", weeks: int = WEEKS) -> Flow:
    """New, fixed and reopened findings per week, the present one included."""
    monday = _monday(_today())
    wanted = tuple(monday - timedelta(weeks=ago) for ago in reversed(range(min(weeks, WEEKS))))
    steps, now = _steps(actor, target)
    seen: Counter[tuple[str, date]] = Counter()
    for step in steps:
        kind = _kind(step)
        if kind:
            seen[kind, _monday(step.day)] += step.count
    per = {kind: tuple(seen[kind, week] for week in wanted) for kind in ("new", "fixed", "reopened")}
    return Flow(wanted, per["new"], per["fixed"], per["reopened"], now.as_of)


def repairs(actor: Actor, *, target: str = "", weeks: int = WEEKS) -> Repairs:
    """From first seen to shown fixed, of what was fixed within the last weeks. Accepted risks and what was marked as
    no flaw do not count."""
    return _kept.get(_key(actor, "repairs", target, weeks), _KEEP_S, lambda: _repairs(actor, target, weeks))


def expiring(actor: Actor, *, days: int = EXPIRES_SOON_DAYS) -> int:
    """How many accepted risks end within so many days."""
    accepted = queries.filtered(actor, queries.FindingFilter(states=(rules.ACCEPTED,)))
    return accepted.filter(expiration_date__lte=_today() + timedelta(days=days)).count()


def forget() -> None:
    """Drops all numbers that this process remembers."""
    _kept.clear()


# What is counted


@dataclass(frozen=True, slots=True)
class _Step:
    """So many findings of a severity made this step on this day. `before` and `after` are states, empty for none."""

    day: date
    severity: int
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class _Now:
    """The steps of today, and what is open after them per severity."""

    steps: tuple[_Step, ...]
    open: dict[int, int]
    as_of: datetime


def _steps(actor: Actor, target: str) -> tuple[Iterator[_Step], _Now]:
    """Every step since the first day that charts show, and how things stand now."""
    today = _today()
    since = min(today - timedelta(days=DAYS - 1), _monday(today) - timedelta(weeks=WEEKS - 1))
    past = _kept.get(
        _key(actor, "past", target, DAYS), _KEEP_PAST_S, lambda: tuple(_counted(actor, target, since, today))
    )
    now = _kept.get(_key(actor, "now", target, 0), _KEEP_S, lambda: _now(actor, target, today))
    return chain(past, now.steps), now


def _now(actor: Actor, target: str, today: date) -> _Now:
    chosen = queries.FindingFilter(states=(rules.OPEN,), targets=(target,) if target else ())
    counts = {severity: count for (severity, _), count in queries.counts(actor, chosen).items()}
    return _Now(tuple(_counted(actor, target, today, None)), counts, clock.now())


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


def _counted(actor: Actor, target: str, since: date, until: date | None) -> Iterator[_Step]:
    """The steps from the start of one day to the start of another, or to now: first seen, and each change of state."""
    start = _midnight(since)
    first = Finding.objects.filter(_of(actor, target, ""), first_seen_at__gte=start).order_by()
    logs = FindingLog.objects.filter(_of(actor, target, "finding__"), type__in=_MOVES, at__gte=start).order_by()
    if until is None:
        # Every step marks its finding as changed, and that is indexed; as a list of its own the index is used.
        changed = Finding.objects.filter(_of(actor, target, ""), changed_at__gte=start).order_by().values("pk")
        first, logs = first.filter(pk__in=changed), logs.filter(finding__in=changed)
    else:
        first, logs = first.filter(first_seen_at__lt=_midnight(until)), logs.filter(at__lt=_midnight(until))
    for day, severity, count in _grouped(first, "first_seen_at", "severity"):
        yield _Step(date.fromisoformat(day), severity, "", rules.OPEN, count)
    for day, severity, before, after, count in _grouped(
        logs, "at", "finding__severity", "before__state", "after__state"
    ):
        if before and after and before != after:
            yield _Step(date.fromisoformat(day), severity, before, after, count)


def _grouped(rows: QuerySet[Any], moment: str, *columns: str) -> Iterable[tuple[Any, ...]]:
    # The first ten characters of a moment are its day on every database, and cheaper than a call for each row.
    day = Substr(Cast(moment, CharField()), 1, 10)
    found: Iterable[tuple[Any, ...]] = rows.annotate(day=day).values_list("day", *columns).annotate(found=Count("pk"))
    return found


def _repairs(actor: Actor, target: str, weeks: int) -> Repairs:
    start = clock.now() - timedelta(weeks=weeks)
    fixed = Finding.objects.filter(_of(actor, target, ""), state=rules.FIXED, fixed_at__gte=start).order_by()
    counts = dict(fixed.values_list("severity").annotate(found=Count("pk")))
    took = ExpressionWrapper(F("fixed_at") - F("first_seen_at"), output_field=Duration())
    place = Window(RowNumber(), partition_by=["severity"], order_by=["took", "pk"])
    ranked = fixed.annotate(took=took).annotate(place=place)
    wanted = Q()
    for severity, count in counts.items():
        wanted |= Q(severity=severity, place__in=(_place(count, 0.5), _place(count, 0.9)))
    found: dict[tuple[int, int], timedelta] = {}
    if counts:
        for severity, place_, span in ranked.filter(wanted).values_list("severity", "place", "took"):
            found[severity, place_] = span
    rows = [_repair(severity, counts[severity], found) for severity in SHOWN if counts.get(severity)]
    return Repairs(tuple(rows), clock.now())


def _place(count: int, share: float) -> int:
    """Which of so many, in order, is the first within which that share lies."""
    return max(1, -int(-count * share // 1))


def _repair(severity: int, count: int, found: dict[tuple[int, int], timedelta]) -> Repair:
    median, p90 = (found[severity, _place(count, share)] / timedelta(days=1) for share in (0.5, 0.9))
    return Repair(severity, count, round(median, 2), round(p90, 2))


def _of(actor: Actor, target: str, prefix: str) -> Q:
    """The shown findings of live targets that the actor may see; `prefix` leads from the row to its finding."""
    # SQLite uses the index for a list of one, not for a bare truth value.
    mine = Q(**{f"{prefix}organisation": actor.organisation, f"{prefix}shown__in": (True,)})
    if actor.everywhere("findings.view") and not target:
        own = Target.objects.filter(organisation=actor.organisation, archived_at__isnull=False)
        gone = sorted(own.values_list("pk", flat=True))
        return mine & ~Q(**{f"{prefix}target__in": gone}) if gone else mine
    rows = targets.for_actor(actor, "findings.view")
    keys = (rows.filter(public_id=target) if target else rows).values_list("pk", flat=True)
    return mine & Q(**{f"{prefix}target__in": sorted(keys)})


def _today() -> date:
    return clock.now().astimezone(UTC).date()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


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
    """Values of this process. Each is kept for so many seconds, and longer when it took long, so that hardly any time
    goes into it; one thread computes while the others are given what there was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[object, ...], _Entry] = OrderedDict()

    def get(self, key: tuple[object, ...], keep_s: float, compute: Callable[[], T]) -> T:
        entry = self._entry(key)
        if entry.fresh:
            return entry.value  # type: ignore[no-any-return]
        with _held(entry.lock, blocking=entry.value is None) as mine:
            if mine and not entry.fresh:
                started = time.monotonic()
                entry.value = compute()
                took = time.monotonic() - started
                entry.until = clock.now() + timedelta(seconds=max(keep_s, took * _KEEP_FACTOR))
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
