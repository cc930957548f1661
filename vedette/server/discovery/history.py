"""The history of assets: lines written with what they tell of, in the transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from vedette.server.discovery import rules
from vedette.server.discovery.models import AssetLog, DiscoveryAsset, DiscoveryRun
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid
from vedette.server.scans.models import Scan
from vedette.server.tenancy.actor import Actor

ORDERINGS = {"created": "at", "event_type": "kind"}
"""Names to order lines by, each also with `-`."""


def write(asset: DiscoveryAsset, lines: Iterable[rules.Line], **by: Any) -> list[AssetLog]:
    """Adds lines of one moment; `by` are columns of all of them (`discovery`, `scan`, `user`, `actor_name`)."""
    now = clock.now()
    rows = [
        AssetLog(
            asset=asset, at=now, kind=one.kind, text=one.text, before=dict(one.before), after=dict(one.after), **by
        )
        for one in lines
    ]
    return AssetLog.objects.bulk_create(rows)


def by_person(actor: Actor, asset: DiscoveryAsset, *lines: rules.Line) -> None:
    """Adds what a person or key did."""
    write(asset, lines, user=actor.user, actor_name=actor.name[:255])


def by_run(run: DiscoveryRun, asset: DiscoveryAsset, lines: Iterable[rules.Line]) -> None:
    """Adds what a run saw."""
    write(asset, lines, discovery=run)


def by_scan(scan: Scan | None, asset: DiscoveryAsset, lines: Iterable[rules.Line]) -> None:
    """Adds what a scan of the asset's target told."""
    write(asset, lines, scan=scan)


def lines(asset: DiscoveryAsset, *, kinds: Iterable[str] = (), order: str = "-created") -> QuerySet[AssetLog]:
    """The history of an asset, newest first unless told. Raises Invalid under `ordering`."""
    column = ORDERINGS.get(order.removeprefix("-"))
    if column is None:
        raise Invalid(fields={"ordering": [f"Order by one of: {', '.join(ORDERINGS)}."]})
    rows = AssetLog.objects.filter(asset=asset).select_related("user", "scan", "discovery")
    wanted = list(kinds)
    rows = rows.filter(kind__in=wanted) if wanted else rows
    sign = "-" if order.startswith("-") else ""
    return rows.order_by(f"{sign}{column}", f"{sign}id")
