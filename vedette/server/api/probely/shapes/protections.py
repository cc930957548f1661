"""What protects the requests of a site, as it is shown: never with a key."""

from __future__ import annotations

from vedette.server.api.probely.shapes.small import Json
from vedette.server.targets import protections
from vedette.server.targets.models import Target


def state(row: Target, block: str) -> Json:
    """Whether it is set up, and switched on."""
    known = protections.of(row.settings, block)
    return {"configured": bool(known), "enabled": protections.is_on(row.settings, block)}
