"""Connectors as `/integrations/…/` shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vedette.server.api.probely.shapes.small import Json, moment
from vedette.server.targets.models import Connector
from vedette.server.targets.services import connectors

_NAMES = {"cloudflare": "token_name"}
"""Where the name that people gave an account stands, for those that have one."""


def full(kind: str, row: Connector | None) -> Json:
    """A connector; one that was never set is empty and off."""
    given = connectors.shown(row) if row else dict.fromkeys(connectors.KINDS[kind].credentials, "")
    named = {_NAMES[kind]: row.name if row else ""} if kind in _NAMES else {}
    return {
        **given,
        **named,
        "enabled": bool(row and row.enabled),
        "has_list_zones_permission": bool(row and row.can_list_zones),
        "has_list_records_permission": bool(row and row.can_list_records),
        "last_error": row.last_error if row else "",
        "last_refresh": moment(row.refreshed_at) if row else None,
    }


def changes(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the service is told."""
    name = _NAMES.get(kind, "")
    return {"name" if key == name else key: value for key, value in given.items()}
