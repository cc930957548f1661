"""Targets as lines of a table. What an upload reads stands under the same names."""

from __future__ import annotations

from vedette.server.api.probely.shapes.small import moment
from vedette.server.targets.models import Target

COLUMNS = (
    "id",
    "url",
    "name",
    "desc",
    "type",
    "verified",
    "risk",
    "criticals",
    "highs",
    "mediums",
    "lows",
    "scan_profile",
    "labels",
    "teams",
    "last_scan_status",
    "last_scan_date",
    "changed",
)


def line(row: Target) -> list[object]:
    """A target as cells of `COLUMNS`; no risk means never assessed."""
    last = row.last_scan
    return [
        row.public_id,
        row.url,
        row.name,
        row.desc,
        row.kind,
        "true" if row.domain is not None and row.domain.verified else "false",
        row.risk,
        row.criticals,
        row.highs,
        row.mediums,
        row.lows,
        row.profile,
        "; ".join(one.name for one in row.labels.all()),
        "; ".join(one.name for one in row.teams.all()),
        last.status if last else "",
        moment(row.latest_scan_at) or "",
        moment(row.changed_at) or "",
    ]
