"""Reads of schedules, always through what an actor may see, and what they will do."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Prefetch, Q, QuerySet

from vedette.server.kernel import clock, ids, unique, zones
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.schedules import preview as forecast
from vedette.server.schedules import rules
from vedette.server.schedules.models import Occurrence, Schedule
from vedette.server.schedules.rules import Rule
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Target
from vedette.server.targets.services import blackouts
from vedette.server.targets.values import storable
from vedette.server.tenancy.actor import Actor

ORDERINGS = {"changed": "changed_at", "date_time": "next_at", "created": "created_at", "target__name": "target__name"}
MAX_COMING = 1000
AHEAD = timedelta(days=366)
MAX_PREVIEW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFilter:
    """What a list of schedules may be narrowed by, by public ids; empty means not at all."""

    ids: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    search: str = ""


@dataclass(frozen=True, slots=True)
class Coming:
    """A run that is to come."""

    schedule: Schedule
    at: datetime


def for_actor(actor: Actor, permission: str = "scans.view", *, over: bool = True) -> QuerySet[Schedule]:
    """The schedules of the targets on which the actor has the permission; those that are over when wanted, too."""
    rows = Schedule.objects.filter(organisation=actor.organisation, target__archived_at=None)
    if not over:
        rows = rows.filter(next_at__isnull=False)
    return rows if actor.everywhere(permission) else rows.filter(target__in=targets.for_actor(actor, permission))


def filtered(rows: QuerySet[Schedule], given: ScheduleFilter) -> QuerySet[Schedule]:
    """Narrowed by what was given. Words that can be no id match nothing."""
    if given.ids:
        rows = rows.filter(public_id__in=_ids(given.ids))
    if given.targets:
        rows = rows.filter(target__public_id__in=_ids(given.targets))
    if given.labels:
        rows = rows.filter(target__in=Target.objects.filter(labels__public_id__in=_ids(given.labels)).values("pk"))
    if given.teams:
        rows = rows.filter(target__in=Target.objects.filter(teams__public_id__in=_ids(given.teams)).values("pk"))
    if given.search:
        words = Q(target__name__icontains=given.search) | Q(target__url__icontains=given.search)
        rows = rows.filter(words) if storable(given.search) else rows.none()
    return rows


def ordered(rows: QuerySet[Schedule], ordering: str) -> QuerySet[Schedule]:
    """By one of ORDERINGS, `-` in front for descending, ties broken by id. Raises Invalid for another name."""
    column, down = ORDERINGS.get(ordering.removeprefix("-")), ordering.startswith("-")
    if column is None:
        raise Invalid(fields={"ordering": [f'"{ordering}" is not one of {", ".join(sorted(ORDERINGS))}.']})
    field = F(column)
    order = field.desc(nulls_last=True) if down else field.asc(nulls_last=True)
    return rows.order_by(order, "-id" if down else "id")


def get(actor: Actor, public_id: str, *, target: str = "", permission: str = "scans.view") -> Schedule:
    """One schedule, of this target when one is named. Raises NotFound."""
    rows = filtered(for_actor(actor, permission), ScheduleFilter(ids=(public_id,), targets=(target,) if target else ()))
    row = unique.find(with_target(rows))
    if row is None:
        raise NotFound
    return row


def require(actor: Actor, public_ids: Iterable[str]) -> list[Schedule]:
    """The schedules of these ids, each once, in the order given. Raises NotFound with `invalid_ids`."""
    wanted = list(dict.fromkeys(public_ids))
    found = {row.public_id: row for row in with_target(for_actor(actor).filter(public_id__in=_ids(wanted)))}
    missing = [public_id for public_id in wanted if public_id not in found]
    if missing:
        raise NotFound(data={"invalid_ids": missing})
    return [found[public_id] for public_id in wanted]


def with_target(rows: QuerySet[Schedule]) -> QuerySet[Schedule]:
    """The same rows with their targets and who changed them at hand."""
    near = ("changed_by", "organisation", "target__organisation", "target__domain", "target__blackout__changed_by")
    return rows.select_related(*near)


def coming_of_targets() -> Prefetch[str, QuerySet[Schedule], str]:
    """What lists of targets prefetch to know when each is scanned next; `next_of` reads it."""
    rows = Schedule.objects.filter(enabled=True, next_at__isnull=False).select_related("changed_by")
    return Prefetch("schedules", rows.order_by("next_at", "id"), to_attr="coming_schedules")


def next_of(target: Target) -> Schedule | None:
    """The schedule that scans a target next."""
    known: list[Schedule] | None = getattr(target, "coming_schedules", None)
    if known is not None:
        return known[0] if known else None
    rows = Schedule.objects.filter(target=target, enabled=True, next_at__isnull=False).select_related("changed_by")
    return rows.order_by("next_at", "id").first()


def occurrences(schedule: Schedule) -> QuerySet[Occurrence]:
    """What became of a schedule's occurrences, the latest first."""
    return Occurrence.objects.filter(schedule=schedule).select_related("scan").order_by("-at")


def past(rows: QuerySet[Schedule], since: datetime, until: datetime, limit: int = MAX_COMING) -> list[Occurrence]:
    """What became of the occurrences of these schedules from one moment until before another, the latest first, at most
    `limit`."""
    found = Occurrence.objects.filter(schedule__in=rows.values("pk"), at__gte=since, at__lt=until)
    near = found.select_related("scan", "schedule__target__organisation")
    return list(near.order_by("-at", "-id")[:limit])


def rule_of(row: Schedule) -> Rule:
    """The rule of a schedule."""
    names = ("timezone", "recurrence", "run_on_day_of_week", "scheduled_day_of_week", "week_index")
    return rules.rule_of((row.start_date, row.start_time), {name: getattr(row, name) for name in names})


def shown_at(row: Schedule) -> datetime:
    """The moment that a schedule shows: its next run, or the last one when none is to come."""
    found = row.next_at or row.last_at
    if found is not None:
        return found
    return zones.instant(datetime.combine(row.start_date, row.start_time), row.timezone).at


def coming(
    rows: QuerySet[Schedule], *, until: datetime | None = None, since: datetime | None = None, limit: int = MAX_COMING
) -> list[Coming]:
    """The coming runs of enabled schedules in order, recurrences unrolled: those within a year or `until`, from now or
    `since` on, at most `limit`."""
    now = clock.now()
    begin = max(now, since) if since else now
    end = min(until or now + AHEAD, now + AHEAD)
    # No schedule past the first so many can have a run among the first so many.
    first = rows.filter(enabled=True, next_at__isnull=False, next_at__lte=end)
    if since is None:
        first = first.order_by("next_at", "id")[:limit]
    found: list[Coming] = []
    for run in heapq.merge(*(_of(row, begin, end) for row in first), key=lambda run: (run.at, run.schedule.pk)):
        if len(found) >= limit:
            break
        found.append(run)
    return found


def _of(row: Schedule, begin: datetime, end: datetime) -> Iterator[Coming]:
    at = row.next_at
    if at is None:
        return
    if at >= begin:
        yield Coming(row, at)
    for moment in rule_of(row).after(max(at, begin)):
        if moment.at > end:
            return
        yield Coming(row, moment.at)


def reader_zone(actor: Actor) -> str:
    """The zone in which whoever asks reads times."""
    return actor.user.timezone if actor.user else "UTC"


def preview(
    actor: Actor, rule: Rule, *, target: Target | None = None, timezone: str = "", count: int = 10
) -> list[forecast.Run]:
    """The next runs of a rule for whoever reads, with the blackout periods of the target and the organisation. Their
    own zone is that of the actor, unless another is named. Raises Invalid."""
    mine = timezone or reader_zone(actor)
    if not zones.is_zone(mine):
        raise Invalid(fields={"reader_timezone": ["The time zone is not known: use a name such as Europe/Lisbon."]})
    if not 1 <= count <= MAX_PREVIEW:
        raise Invalid(fields={"count": [f"Enter a whole number between 1 and {MAX_PREVIEW}."]})
    own = blackouts.of_target(target) if target else None
    whole = blackouts.of_organisation(actor.organisation)
    return forecast.runs(
        rule,
        now=clock.now(),
        count=count,
        mine=mine,
        target=[blackouts.period_of(own)] if own and own.enabled else [],
        organisation=[blackouts.period_of(whole)] if whole and whole.enabled else [],
    )


def _ids(words: Iterable[str]) -> list[str]:
    return [word if ids.is_id(word) else "" for word in words]
