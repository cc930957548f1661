"""A commit batch: what happened, and the change to the resume state that belongs to it. Stored both or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from vedette.contract.events import Event

ROOMS = (
    "head",
    "frontier",
    "identity",
    "units",
    "session",
    "browser",
    "tokens",
    "verify",
    "timing",
    "pace",
    "clean-up",
    "discovery",
)
"""The rooms of the resume state. Rows of `session` are never written to a file."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """One row of the resume state; a value of None deletes it. Values are JSON text."""

    room: str
    key: str
    value: str | None


@dataclass(slots=True)
class Batch:
    """Numbered from 1 within an epoch; an epoch is one claim of the scan by a worker."""

    epoch: int
    batch: int
    events: list[Event] = field(default_factory=list)
    state: list[StateChange] = field(default_factory=list)


ResumeState = dict[str, dict[str, str]]
"""All rows: room -> key -> JSON text."""


def apply(state: ResumeState, changes: list[StateChange]) -> None:
    """Applies the changes in order."""
    for change in changes:
        rows = state.setdefault(change.room, {})
        if change.value is None:
            rows.pop(change.key, None)
        else:
            rows[change.key] = change.value
