"""Sequences, log-out detectors and reduced scopes, both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vedette.server.api.probely.shapes.small import Json
from vedette.server.api.probely.shapes.target import simple
from vedette.server.targets.models import LogoutDetector, ReducedScope, Sequence
from vedette.server.targets.services import sequences

_OURS = {"type": "kind", "requires_authentication": "requires_login", "index": "position"}


def sequence(row: Sequence, *, with_content: bool, with_target: bool) -> Json:
    """A sequence; its steps only when asked for, and never with what was typed."""
    text, mappings = sequences.shown(row)
    found: Json = {
        "id": row.public_id,
        "name": row.name,
        "type": row.kind,
        "requires_authentication": row.requires_login,
        "enabled": row.enabled,
        "index": row.position,
        "custom_field_mappings": [
            {"name": one.name, "value": one.value, "value_is_sensitive": one.hidden} for one in mappings
        ],
    }
    if with_content:
        found["content"] = text
    if with_target:
        found["target"] = simple(row.target)
    return found


def sequence_changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Validated input as the targets room takes it. Steps may come as JSON text, or as the JSON itself."""
    names = ("name", "type", "requires_authentication", "enabled", "index")
    found = {_OURS.get(name, name): given[name] for name in names if name in given}
    if "content" in given:
        content = given["content"]
        found["content"] = content if isinstance(content, str) else json.dumps(content)
    if "custom_field_mappings" in given:
        rows = given["custom_field_mappings"] or ()
        found["mappings"] = [
            {"name": one["name"], "value": one["value"], "hidden": one["value_is_sensitive"]} for one in rows
        ]
    return found


def detector(row: LogoutDetector) -> Json:
    """A log-out detector."""
    return {"id": row.public_id, "type": row.kind, "value": row.value}


def detector_changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Validated input as the targets room takes it."""
    return {_OURS.get(name, name): given[name] for name in ("type", "value") if name in given}


def reduced_scope(row: ReducedScope) -> Json:
    """A reduced scope."""
    return {"id": row.public_id, "url": row.url, "enabled": row.enabled}
