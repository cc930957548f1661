"""Scans, in the three sizes that this dialect knows: simple, running, full."""

from __future__ import annotations

from collections.abc import Callable

from vedette.server.api.probely.shapes import parts
from vedette.server.api.probely.shapes.small import Json, framework, moment
from vedette.server.scans.models import Scan

ProfileShape = Callable[[str], str | Json]
"""How a profile's id is shown."""


def simple(row: Scan, profile: ProfileShape = str) -> Json:
    """A scan as its target shows it once it is over."""
    return {
        "id": row.public_id,
        "status": row.status,
        "started": moment(row.started_at),
        "completed": moment(row.completed_at),
        "scan_profile": profile(row.profile),
        "lows": row.lows,
        "mediums": row.mediums,
        "highs": row.highs,
        "criticals": row.criticals,
        "created": moment(row.created_at),
    }


def running(row: Scan, profile: ProfileShape = str) -> Json:
    """A scan as its target shows it while it runs."""
    return {
        **simple(row, profile),
        "crawler": parts.crawler(row),
        "fingerprinter": parts.fingerprinter(row),
        "scanner": parts.scanner(row),
        "stack": [framework(one) for one in row.stack],
    }
