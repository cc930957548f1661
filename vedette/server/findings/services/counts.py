"""The totals of findings, and how many took which step on which day: kept by differences in the transaction that
changes a finding, so that neither lists nor charts count rows.

The caller holds the lock of the target's row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import Count

from vedette.server.findings import rules
from vedette.server.findings.models import CheckCount, Finding, FindingCount, FindingDay
from vedette.server.kernel.rows import Rows
from vedette.server.targets.services import targets as target_services

Place = tuple[int, str]
"""Where a finding is counted: severity and state."""
Step = tuple[int, str, str]
"""What a finding did: its severity, the state before and the one after; see `FindingDay`."""

_COUNTED = ("target_id", "severity", "state")
_COUNTS = Rows(FindingCount, ("organisation_id", *_COUNTED, "count"), key=_COUNTED, added=("count",))
_KIND = ("target_id", "check_id", "severity")
_KINDS = Rows(CheckCount, ("organisation_id", *_KIND, "count"), key=_KIND, added=("count",))
_STEP = ("target_id", "day", "severity", "before", "after")
_DAYS = Rows(FindingDay, ("organisation_id", *_STEP, "count"), key=_STEP, added=("count",))


def place_of(finding: Finding) -> Place | None:
    """Where it is counted; None when it is not shown."""
    return (finding.severity, finding.state) if finding.shown else None


@dataclass(slots=True)
class Tally:
    """Differences that wait to be applied, and the steps they come from, per target's primary key."""

    deltas: dict[int, Counter[Place]] = field(default_factory=dict)
    steps: dict[int, Counter[Step]] = field(default_factory=dict)
    kinds: dict[int, Counter[tuple[str, int]]] = field(default_factory=dict)

    def move(self, target_pk: int, before: Place | None, after: Place | None, check_id: str) -> None:
        """Takes a finding of a check from one place to another; None is nowhere."""
        if before == after:
            return
        own = self.deltas.setdefault(target_pk, Counter())
        if before is not None:
            own[before] -= 1
        if after is not None:
            own[after] += 1
        self.steps.setdefault(target_pk, Counter()).update(_steps(before, after))
        kinds = self.kinds.setdefault(target_pk, Counter())
        for place, change in ((before, -1), (after, 1)):
            if place is not None and place[1] == rules.OPEN:
                kinds[check_id, place[0]] += change


def _steps(before: Place | None, after: Place | None) -> list[Step]:
    if before is None or after is None or before[0] == after[0]:
        severity = (after or before or (0, ""))[0]
        return [(severity, before[1] if before else "", after[1] if after else "")]
    return [(before[0], before[1], rules.RATED), (after[0], rules.RATED, after[1])]


def apply(*, organisation_id: int, tally: Tally, now: datetime) -> None:
    """Applies the differences and passes the open counts on to the targets. `now` says on which day."""
    changed = [
        (organisation_id, pk, *place, delta)
        for pk, deltas in sorted(tally.deltas.items())
        for place, delta in sorted(deltas.items())
        if delta
    ]
    _COUNTS.put(changed)
    kinds = [
        (organisation_id, pk, *kind, delta)
        for pk, deltas in sorted(tally.kinds.items())
        for kind, delta in sorted(deltas.items())
        if delta
    ]
    _KINDS.put(kinds)
    day = now.astimezone(UTC).date()
    steps = [
        (organisation_id, pk, day, *step, count)
        for pk, taken in sorted(tally.steps.items())
        for step, count in sorted(taken.items())
    ]
    _DAYS.put(steps)
    for target_pk in sorted({row[1] for row in changed}):
        tell_target(target_pk=target_pk)


def tell_target(*, target_pk: int, assessed: bool = False) -> None:
    """Gives a target its open counts per severity; `assessed` when a scan has just looked at it to the end."""
    counts = FindingCount.objects.filter(target_id=target_pk, state=rules.OPEN).values_list("severity", "count")
    target_services.recount(target_pk=target_pk, counts=dict(counts), assessed=assessed)


def counted(*, target_pk: int) -> Mapping[Place, int]:
    """The totals of a target by counting its rows: what the kept ones must equal."""
    rows = Finding.objects.filter(target_id=target_pk, shown=True).order_by()
    found = rows.values_list("severity", "state").annotate(count=Count("pk"))
    return {(severity, state): count for severity, state, count in found}
