"""Blackout periods, of a target or of the whole account."""

from __future__ import annotations

from vedette.server.api.probely.shapes.small import Json, moment, user
from vedette.server.targets.models import BlackoutPeriod


def period(row: BlackoutPeriod | None) -> Json | None:
    """A period; null for none."""
    if row is None:
        return None
    return {
        "begin": f"{row.begin:%H:%M:%S}",
        "cease": f"{row.cease:%H:%M:%S}",
        "weekdays": row.weekdays,
        "enabled": row.enabled,
        "timezone": row.timezone,
        "changed": moment(row.changed_at),
        "changed_by": user(row.changed_by, row.changed_by_key),
    }
