"""The audit log, as JSON and as lines of a table."""

from __future__ import annotations

from vedette.server.api.probely.shapes.small import Json, moment
from vedette.server.audit.models import DomainEvent
from vedette.server.audit.rules import sentence

COLUMNS = (
    "id",
    "timestamp",
    "event",
    "description",
    "user",
    "user_type",
    "ip_address",
    "object_type",
    "object_id",
    "object_name",
)


def entry(row: DomainEvent) -> Json:
    """A fact of the log. `id` is its number in the sealed chain."""
    return {
        "id": row.seq,
        "timestamp": moment(row.at),
        "event": row.kind,
        "description": sentence(row.kind, actor=row.actor_name, object_name=row.object_name),
        "user": {"id": row.actor_id, "email": "", "name": row.actor_name or "Vedette"},
        "user_type": row.actor_kind,
        "ip_address": row.address,
        "object_type": row.object_kind,
        "object_id": row.object_id,
        "object_name": row.object_name,
        "details": row.payload,
    }


def line(row: DomainEvent) -> list[str]:
    """The same as cells of `COLUMNS`."""
    shown = {**entry(row), "user": row.actor_name or "Vedette"}
    return ["" if shown[name] is None else str(shown[name]) for name in COLUMNS]
