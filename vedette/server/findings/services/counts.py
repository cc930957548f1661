"""The totals of findings: kept by differences in the transaction that changes a finding, so that no list counts rows.

The caller holds the lock of the target's row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F

from vedette.server.findings import rules
from vedette.server.findings.models import Finding, FindingCount
from vedette.server.targets.models import Target
from vedette.server.targets.services import targets as target_services

Place = tuple[int, str]
"""Where a finding is counted: severity and state."""


def place_of(finding: Finding) -> Place | None:
    """Where it is counted; None when it is not shown."""
    return (finding.severity, finding.state) if finding.shown else None


@dataclass(slots=True)
class Tally:
    """Differences that wait to be applied, per target's primary key."""

    deltas: dict[int, Counter[Place]] = field(default_factory=dict)

    def move(self, target_pk: int, before: Place | None, after: Place | None) -> None:
        """Takes a finding from one place to another; None is nowhere."""
        if before == after:
            return
        own = self.deltas.setdefault(target_pk, Counter())
        if before is not None:
            own[before] -= 1
        if after is not None:
            own[after] += 1


def apply(*, organisation_id: int, tally: Tally) -> None:
    """Applies the differences and passes the open counts on to the targets."""
    for target_pk, deltas in sorted(tally.deltas.items()):
        changed = {place: delta for place, delta in sorted(deltas.items()) if delta}
        for (severity, state), delta in changed.items():
            mine = FindingCount.objects.filter(target_id=target_pk, severity=severity, state=state)
            if not mine.update(count=F("count") + delta):
                FindingCount.objects.create(
                    organisation_id=organisation_id, target_id=target_pk, severity=severity, state=state, count=delta
                )
        if changed:
            tell_target(target_pk=target_pk)


def tell_target(*, target_pk: int, assessed: bool = False) -> None:
    """Gives a target its open counts per severity; `assessed` when a scan has just looked at it to the end."""
    rated = assessed or Target.objects.filter(pk=target_pk, risk__isnull=False).exists()
    counts = FindingCount.objects.filter(target_id=target_pk, state=rules.OPEN).values_list("severity", "count")
    target_services.recount(target_pk=target_pk, counts=dict(counts), assessed=rated)


def counted(*, target_pk: int) -> Mapping[Place, int]:
    """The totals of a target by counting its rows: what the kept ones must equal."""
    rows = Finding.objects.filter(target_id=target_pk, shown=True).order_by()
    found = rows.values_list("severity", "state").annotate(count=Count("pk"))
    return {(severity, state): count for severity, state, count in found}
