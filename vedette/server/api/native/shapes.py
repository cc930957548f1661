"""Rows and records as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from vedette.server.schedules.preview import Run

Json = dict[str, Any]


def moment(at: datetime) -> str:
    """UTC, to the second: occurrences fall on whole ones."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def preview(runs: Sequence[Run], *, timezone: str, reader: str) -> Json:
    """Coming runs, with the zones in which they are told."""
    return {"timezone": timezone, "reader_timezone": reader, "runs": [run(one) for one in runs]}


def run(one: Run) -> Json:
    """One coming run."""
    return {
        "at": moment(one.at),
        "local": one.local.isoformat(),
        "reader": one.mine.isoformat(),
        "clock_change": one.change or None,
        "starts_at": moment(one.starts_at) if one.starts_at else None,
        "held_by": list(one.held_by),
        "long": one.long,
        "overtaken": one.overtaken,
    }
