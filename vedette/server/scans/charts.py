"""Numbers about scans for the overview: what runs badly, and what was not looked at for long."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet

from vedette.server.kernel import clock
from vedette.server.scans import queries
from vedette.server.scans.models import Scan
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor

FRESH_DAYS = 30
TROUBLE_DAYS = 7
GOOD = Q(status__in=("completed", "under_review"), verdict__in=("clean", "findings"))
"""Scans whose result may be relied on."""
BAD = Q(status__in=("failed", "completed_with_errors")) | Q(verdict__in=("failed", "incomplete"))


def stale_targets(actor: Actor, *, days: int = FRESH_DAYS) -> QuerySet[Target]:
    """The targets without a scan in the last days whose result may be relied on."""
    since = clock.now() - timedelta(days=days)
    good = Scan.objects.filter(GOOD, organisation=actor.organisation, started_at__gte=since, kind="scan")
    return targets.for_actor(actor).exclude(pk__in=good.values("target"))


def troubled(actor: Actor, *, days: int | None = TROUBLE_DAYS) -> QuerySet[Scan]:
    """The scans of the last days (None: of all time) that failed or left gaps; those that somebody stopped do not
    count."""
    found = queries.for_actor(actor).filter(BAD).exclude(status="canceled")
    return found if days is None else found.filter(created_at__gte=clock.now() - timedelta(days=days))


def by_scans(actor: Actor, rows: QuerySet[Target], show: str) -> QuerySet[Target]:
    """The targets of a list by how scanning them stands: `active` (a scan is under way), `never` (none has ended yet),
    `stale` (see `stale_targets`), `trouble` (the last scan failed or left gaps); any other word leaves all."""
    if show == "active":
        return rows.filter(running_scan__isnull=False)
    if show == "never":
        return rows.filter(last_scan=None)
    if show == "stale":
        return rows.filter(pk__in=stale_targets(actor).values("pk"))
    if show == "trouble":
        return rows.filter(last_scan__in=Scan.objects.filter(BAD, organisation=actor.organisation).values("pk"))
    return rows
