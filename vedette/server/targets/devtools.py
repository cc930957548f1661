"""What the recorder of Chrome's developer tools exports, as steps of our own form. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vedette.server.targets.values import FieldError

_CLICKS = {"click": "click", "doubleClick": "dblclick", "hover": "mouseover"}
_LEFT_OUT = ("setViewport", "emulateNetworkConditions", "scroll", "keyUp", "waitForElement", "waitForExpression")
"""Steps that say nothing about where to go: elements are waited for anyway."""


def steps(recording: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The steps of a recording. Raises FieldError for one that cannot be told otherwise."""
    given = recording.get("steps")
    if not isinstance(given, list):
        raise FieldError("Expected a list of steps.")
    found = [_step(one, f"Step {number}") for number, one in enumerate(given, 1)]
    return [one for one in found if one]


def _step(step: Any, where: str) -> dict[str, Any]:
    if not isinstance(step, Mapping) or not isinstance(step.get("type"), str):
        raise FieldError(f"{where} needs a type.")
    kind = step["type"]
    if kind in _LEFT_OUT:
        return {}
    if kind == "navigate":
        return {"type": "goto", "url": step.get("url")}
    if kind == "keyDown":
        return {"type": "press_key", "value": 13} if step.get("key") == "Enter" else {}
    if kind in _CLICKS:
        return {"type": _CLICKS[kind], **_place(step)}
    if kind == "change":
        return {"type": "fill_value", "value": step.get("value"), **_place(step)}
    raise FieldError(f"{where} has a type that is not known.")


def _place(step: Mapping[str, Any]) -> dict[str, str]:
    """The first plain CSS selector and the first path; those of other kinds (text, accessible name) are left out."""
    found = {"css": "", "xpath": ""}
    groups = step.get("selectors")
    for group in groups if isinstance(groups, list) else []:
        texts = [group] if isinstance(group, str) else group if isinstance(group, list) else []
        if len(texts) != 1 or not isinstance(texts[0], str):
            continue
        text = texts[0]
        if text.startswith("xpath/"):
            found["xpath"] = found["xpath"] or text.removeprefix("xpath/")
        elif not text.startswith(("aria/", "text/", "pierce/")):
            found["css"] = found["css"] or text
    return found
