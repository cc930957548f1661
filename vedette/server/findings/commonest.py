"""Which flaws there are most of, and how long each kind takes to be fixed.

A kind of flaw is what one check finds, under the name of its definition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Avg, Count

from vedette.server.definitions import queries as definitions
from vedette.server.findings import kept, queries, rules
from vedette.server.findings.charts import DAYS, SHOWN
from vedette.server.findings.queries import ALL, FindingFilter
from vedette.server.findings.took import Took
from vedette.server.kernel import clock
from vedette.server.tenancy.actor import Actor

TOP = 10


@dataclass(frozen=True, slots=True)
class Common:
    """A kind of flaw, and how many findings of it are open."""

    check_id: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class FixTime:
    """A kind of flaw, how many findings of it were shown to be fixed, and the days that took on average, counted from
    when each was first seen."""

    check_id: str
    name: str
    count: int
    mean_days: float


def commonest(actor: Actor, *, chosen: FindingFilter = ALL, limit: int = TOP) -> tuple[Common, ...]:
    """The kinds with most open findings, most first."""
    key = (*kept.key_of(actor, "commonest", chosen), limit)
    return kept.get(key, lambda: _commonest(actor, chosen, limit))


def fix_times(actor: Actor, *, chosen: FindingFilter = ALL, days: int = DAYS) -> tuple[FixTime, ...]:
    """The kinds of which any were fixed within the last days, the slowest first. What people decided does not count."""
    key = (*kept.key_of(actor, "fix_times", chosen), days)
    return kept.get(key, lambda: _fix_times(actor, chosen, days))


def _commonest(actor: Actor, chosen: FindingFilter, limit: int) -> tuple[Common, ...]:
    found = queries.open_by_check(actor, _of(chosen, rules.OPEN))
    most = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:limit]
    return tuple(Common(check, definitions.for_check(check).name, count) for check, count in most)


def _fix_times(actor: Actor, chosen: FindingFilter, days: int) -> tuple[FixTime, ...]:
    rows = queries.filtered(actor, _of(chosen, rules.FIXED)).filter(fixed_at__gte=clock.now() - timedelta(days=days))
    mean = Avg(Took("fixed_at", "first_seen_at"))
    counted = rows.order_by().values_list("check_id").annotate(found=Count("*"), mean=mean)
    return tuple(
        FixTime(one, definitions.for_check(one).name, count, round(mean, 2))
        for one, count, mean in counted.order_by("-mean", "check_id")
    )


def _of(chosen: FindingFilter, state: str) -> FindingFilter:
    return replace(chosen, states=(state,), severities=chosen.severities or SHOWN)
