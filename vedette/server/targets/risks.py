"""Risk over time, and the targets that need attention most.

A target's risk is its worst open severity: 10 to 40, 0 for none, None before any finished scan. Past days follow from
what is so now and from every change since (`RiskDay`). Days end at midnight UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from vedette.server.kernel import clock
from vedette.server.targets import queries
from vedette.server.targets.models import RiskDay, Target
from vedette.server.targets.queries import TargetFilter
from vedette.server.tenancy.actor import Actor

DAYS = 90
TOP = 10
RISKS = (40, 30, 20, 10, 0, None)
_COLUMNS = ("criticals", "highs", "mediums", "lows")


@dataclass(frozen=True, slots=True)
class RiskTrend:
    """At the end of each day, the last being now: the risks of all assessed targets added up, and how many of them
    there were."""

    days: tuple[date, ...]
    total: tuple[int, ...]
    assessed: tuple[int, ...]
    as_of: datetime

    @property
    def mean(self) -> tuple[float | None, ...]:
        """The risk of a target on average, to one digit; None while no target was assessed."""
        pairs = zip(self.total, self.assessed, strict=True)
        return tuple(round(total / count, 1) if count else None for total, count in pairs)


def trend(actor: Actor, *, chosen: TargetFilter | None = None, days: int = DAYS) -> RiskTrend:
    """The risk of the targets that the filter means."""
    rows = _rows(actor, chosen)
    today = clock.now().astimezone(UTC).date()
    wanted = [today - timedelta(days=ago) for ago in range(days)]
    now = rows.aggregate(total=Sum("risk"), assessed=Count("risk"))
    changes = _changes(actor, rows, wanted[-1])
    total, assessed = int(now["total"] or 0), int(now["assessed"])
    found: list[tuple[int, int]] = []
    for day in wanted:
        found.append((total, assessed))
        more, new = changes.get(day, (0, 0))
        total, assessed = total - more, assessed - new
    found.reverse()
    totals, counts = tuple(one for one, _ in found), tuple(one for _, one in found)
    return RiskTrend(tuple(reversed(wanted)), totals, counts, clock.now())


def split(actor: Actor, *, chosen: TargetFilter | None = None) -> dict[int | None, int]:
    """How many targets have which risk now; every one of RISKS is there, worst first."""
    found = dict(_rows(actor, chosen).values_list("risk").annotate(found=Count("*")))
    return {risk: found.get(risk, 0) for risk in RISKS}


def worst(actor: Actor, *, chosen: TargetFilter | None = None, limit: int = TOP) -> list[Target]:
    """The targets with open findings, those with most of the worst severity first."""
    order = (*(f"-{name}" for name in _COLUMNS), "id")
    return list(_rows(actor, chosen).filter(risk__gt=0).order_by(*order)[:limit])


def _rows(actor: Actor, chosen: TargetFilter | None) -> QuerySet[Target]:
    rows = queries.for_actor(actor, "findings.view").order_by()
    return queries.narrowed(rows, chosen) if chosen is not None else rows


def _changes(actor: Actor, rows: QuerySet[Target], since: date) -> dict[date, tuple[int, int]]:
    """By how much the risks added up grew on each day, and the number of assessed targets."""
    steps = RiskDay.objects.filter(organisation=actor.organisation, day__gte=since, target__in=rows.values("pk"))
    found = (
        steps.order_by()
        .values_list("day")
        .annotate(later=Sum("after"), earlier=Sum("before"), new=Count("pk", filter=Q(before=None)))
    )
    return {day: (int(later or 0) - int(earlier or 0), new) for day, later, earlier, new in found}
