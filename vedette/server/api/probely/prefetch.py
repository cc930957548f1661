"""What the rows of a page carry along, so that shaping a page takes a bounded number of queries."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from vedette.server.discovery import queries as discovery_queries
from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.findings.models import Finding
from vedette.server.scans.models import Scan
from vedette.server.schedules import queries as schedules
from vedette.server.targets import queries as target_queries
from vedette.server.targets.models import ExtraHost, Target
from vedette.server.tenancy.actor import Actor

_OF_TARGET = ("labels__changed_by", "teams", "request_settings", "extra_hosts", "blackout__changed_by")


def targets(rows: QuerySet[Target]) -> QuerySet[Target]:
    """Targets with the live numbers of the scans that run on them, and when each is scanned next."""
    near = target_queries.for_page(rows).select_related("running_scan__live", "running_scan__target")
    return near.prefetch_related(schedules.coming_of_targets())


def scans(rows: QuerySet[Scan]) -> QuerySet[Scan]:
    """Scans with all that is shown of their targets."""
    near = ("live", "changed_by", "created_by", "target__domain", "target__organisation", "target__changed_by")
    return rows.select_related(*near).prefetch_related(*(f"target__{name}" for name in _OF_TARGET))


def extra_hosts(actor: Actor, rows: QuerySet[ExtraHost]) -> QuerySet[ExtraHost]:
    """Extra hosts with all that is shown of their targets."""
    wanted = Prefetch("target", target_queries.for_page(target_queries.for_actor(actor)))
    return rows.select_related(None).select_related("domain", "changed_by").prefetch_related(wanted, "request_settings")


def assets(rows: QuerySet[DiscoveryAsset]) -> QuerySet[DiscoveryAsset]:
    """Discovered assets with all that is shown of their targets."""
    near = ("target__domain", "target__organisation", "target__changed_by")
    found = discovery_queries.for_page(rows).select_related(*near)
    return found.prefetch_related(*(f"target__{name}" for name in _OF_TARGET))


def findings(rows: Sequence[Finding], *, last_scan: bool = False) -> Sequence[Finding]:
    """Findings that a list has read already, with all that is shown of their targets, and the last scan if wanted."""
    near = ("domain", "organisation", "changed_by", *_OF_TARGET)
    scans = ("last_scan",) if last_scan else ()
    prefetch_related_objects(rows, "labels__changed_by", "evidence", *scans, *(f"target__{name}" for name in near))
    return rows
