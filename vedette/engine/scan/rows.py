"""Reads and writes of the resume state's small rows, so that their keys stand in one place."""

from __future__ import annotations

import json
from typing import Any

from vedette.contract.batch import ResumeState, StateChange


def row(room: str, key: str, value: Any) -> StateChange:
    """A change that stores a JSON-able value; None deletes the row."""
    text = None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return StateChange(room, key, text)


def read(state: ResumeState, room: str, key: str, default: Any = None) -> Any:
    """The stored value, or the default."""
    text = state.get(room, {}).get(key)
    return default if text is None else json.loads(text)


def rows_with(state: ResumeState, room: str, prefix: str) -> dict[str, Any]:
    """The values of all rows of a room whose key starts with the prefix, by the rest of the key, in key order."""
    found = {key: text for key, text in state.get(room, {}).items() if key.startswith(prefix)}
    return {key[len(prefix) :]: json.loads(found[key]) for key in sorted(found)}
