"""Who asks."""

from __future__ import annotations

from typing import Any

from vedette.server.api.invicti.shapes.small import DATE_FORMAT, zone_of
from vedette.server.tenancy.actor import Actor


def health_check(actor: Actor) -> dict[str, Any]:
    """UserHealthCheckApiModel."""
    return {
        "DateFormat": DATE_FORMAT,
        "DisplayName": actor.name,
        "Email": actor.email,
        "AlternateLoginEmail": None,
        "TimeZoneInfo": zone_of(actor.user),
    }
