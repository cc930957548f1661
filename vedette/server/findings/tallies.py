"""Numbers of what is worth knowing but no flaw, for lists of scans: the other severities are kept with the rows."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Sum

from vedette.server.findings import rules
from vedette.server.findings.models import FindingCount, Sighting

INFORMATION = 0
"""The severity of such findings."""


def information_seen(scan_pks: Collection[int]) -> dict[int, int]:
    """How many of them each scan saw, by the scan's primary key; scans without any are left out."""
    seen = Sighting.objects.filter(scan__in=scan_pks, outcome="seen", severity=INFORMATION, finding__shown=True)
    return dict(seen.order_by().values_list("scan_id").annotate(n=Count("pk")))


def information_open(target_pks: Collection[int]) -> dict[int, int]:
    """How many of them are open on each target, by the target's primary key; targets without any are left out."""
    kept = FindingCount.objects.filter(target__in=target_pks, severity=INFORMATION, state=rules.OPEN)
    return dict(kept.order_by().values_list("target_id").annotate(n=Sum("count")))
