"""Stored credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vedette.server.api.probely.shapes.small import Json, moment, team, user
from vedette.server.targets.models import Credential
from vedette.server.targets.references import uri
from vedette.server.targets.services.stored_values import opened

_FIELDS = {"name": "name", "value": "value", "is_sensitive": "sensitive", "description": "desc"}


def full(row: Credential) -> Json:
    """A credential. The value of a sensitive one is null."""
    return {
        "id": row.public_id,
        "name": row.name,
        "value": None if row.sensitive else opened(row),
        "is_sensitive": row.sensitive,
        "description": row.desc,
        "team": team(row.team) if row.team else None,
        "uri": uri(row.public_id),
        "changed": moment(row.changed_at),
        "changed_by": user(row.changed_by, row.changed_by_key),
    }


def changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Validated input as the targets room takes it. A null value is what reads back of a sensitive one: it says
    nothing."""
    found = {ours: given[theirs] for theirs, ours in _FIELDS.items() if theirs in given}
    if found.get("value", "") is None:
        del found["value"]
    if "team" in given:
        found["team"] = given["team"] or ""
    return found
