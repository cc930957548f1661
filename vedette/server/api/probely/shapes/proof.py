"""The proof of a finding as lists show it: the heads of its exchanges, without their bodies."""

from __future__ import annotations

from typing import Any

from vedette.contract import wire
from vedette.contract.exchange import Step
from vedette.server.findings.models import Finding


def heads(row: Finding) -> list[Step]:
    """The steps of a finding that was read with its evidence. Bodies are stored apart and never read for a list."""
    kept = getattr(row, "evidence", None)
    return [] if kept is None else [wire.load(Step, _bare(step)) for step in kept.steps]


def _bare(step: dict[str, Any]) -> dict[str, Any]:
    parts = {name: {**part, "body": ""} for name in ("request", "response") if (part := step["exchange"].get(name))}
    return {**step, "exchange": {**step["exchange"], **parts}}
