"""Extra hosts of a target: its `assets`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vedette.server.api.probely.shapes.domain import ownership
from vedette.server.api.probely.shapes.request_setting import items, shown
from vedette.server.api.probely.shapes.small import Json, framework, moment, user
from vedette.server.targets import rules
from vedette.server.targets.models import ExtraHost


def full(row: ExtraHost) -> Json:
    """An extra host without its target."""
    return {
        "id": row.public_id,
        "account": row.target.organisation.public_id,
        "host": row.host,
        "name": row.name,
        "desc": row.desc,
        "include": row.include,
        "headers": shown(row, "header"),
        "cookies": shown(row, "cookie"),
        "stack": [framework(one) for one in rules.stack_of(row.host, row.target.stack)],
        **ownership(row.domain),
        "changed": moment(row.changed_at),
        "changed_by": user(row.changed_by, row.changed_by_key),
    }


def changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Validated input as the targets room takes it."""
    found = {name: given[name] for name in ("host", "name", "desc", "include") if name in given}
    return found | {name: items(given[name]) for name in ("headers", "cookies") if name in given}
