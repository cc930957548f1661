"""Recorded steps of a target's sequences: read from what was handed in, shown without what was typed. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from vedette.contract import recording
from vedette.contract.recording import RecordingError, Steps, typed
from vedette.server.targets import references
from vedette.server.targets.logins import page_url
from vedette.server.targets.values import FieldError, storable

TABLE = "sequence"
COLUMN = "steps"
"""Where steps and what stands for their placeholders are sealed."""
MAX_CONTENT = 512 * 1024
_PLACEHOLDER = re.compile(r"\[CUSTOM_\w{1,100}\]", re.ASCII)

Hide = Callable[[str], str]


def read(text: object) -> Steps:
    """The plain steps of a recording (`contract/recording.py`). Raises FieldError."""
    if not isinstance(text, str) or not storable(text):
        raise FieldError("Not a valid string.")
    if len(text) > MAX_CONTENT:
        raise FieldError(f"A recording has at most {MAX_CONTENT} characters.")
    try:
        steps = recording.read(text)
    except RecordingError as refused:
        raise FieldError(str(refused)) from None
    for number, step in enumerate(steps, 1):
        if step["type"] == "goto":
            _address(step["url"], number)
    return steps


def _address(url: object, number: int) -> None:
    try:
        page_url(url)
    except FieldError as refused:
        raise FieldError(f"Step {number}: {refused}") from None


def shown(steps: Steps, hide: Hide) -> str:
    """The steps as JSON, with what was typed hidden. What stands for something else tells nothing, and is shown."""
    return json.dumps(replaced(steps, lambda value: value if _stands_for_another(value) else hide(value)))


def _stands_for_another(value: str) -> bool:
    return references.is_reference(value) or _PLACEHOLDER.fullmatch(value) is not None


def all_typed(steps: Steps) -> list[str]:
    """What was typed, in order."""
    return [typed(step) for step in steps if typed(step)]


def replaced(steps: Steps, value_of: Callable[[str], str]) -> Steps:
    """The steps with each typed value put through a function."""
    return [{**step, "value": value_of(typed(step))} if typed(step) else step for step in steps]
