"""Recorded steps: read from what a recorder wrote, shown without what was typed, and told to the engine. Pure.

The form is a JSON list of steps: `type` with `css`, `xpath`, `frame` and what the kind needs; or what the recorder of
Chrome's developer tools exports: an object with `steps`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from vedette.contract.job import RecordedStep
from vedette.server.targets import devtools
from vedette.server.targets.logins import page_url
from vedette.server.targets.values import FieldError, storable

MAX_CONTENT = 512 * 1024
MAX_STEPS = 500
MAX_TEXT = 8192
TYPED = ("fill_value", "bfill_value")
"""Kinds whose value was typed: it may well be a credential."""
_CHANGES = ("check", "select", "select_multi")
_POINTED = ("click", "dblclick", "mouseover", "bclick", "fill_otp", *TYPED)
ENTER = 13

Steps = list[dict[str, Any]]
Hide = Callable[[str], str]


def read(text: object) -> Steps:
    """The steps of a recording, each a JSON object as it came. Raises FieldError."""
    if not isinstance(text, str) or not storable(text):
        raise FieldError("Not a valid string.")
    if len(text) > MAX_CONTENT:
        raise FieldError(f"A recording has at most {MAX_CONTENT} characters.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise FieldError("This is no JSON.") from None
    steps = devtools.steps(found) if isinstance(found, dict) else found
    if not isinstance(steps, list) or not steps:
        raise FieldError("Expected a list of steps.")
    if len(steps) > MAX_STEPS:
        raise FieldError(f"At most {MAX_STEPS} steps are possible.")
    for number, step in enumerate(steps, 1):
        told(step, f"Step {number}")
    return steps


def shown(steps: Steps, hide: Hide) -> str:
    """The steps as JSON, with what was typed hidden."""
    return json.dumps([{**step, "value": hide(_typed(step))} if _typed(step) else step for step in steps])


def typed(steps: Steps) -> list[str]:
    """What was typed, in order."""
    return [_typed(step) for step in steps if _typed(step)]


def replaced(steps: Steps, value_of: Callable[[str], str]) -> Steps:
    """The steps with each typed value put through a function."""
    return [{**step, "value": value_of(_typed(step))} if _typed(step) else step for step in steps]


def told(step: Any, where: str = "A step", *, code: str = "") -> RecordedStep:
    """A step as the engine takes it; what was typed when it equals `code` is a one-time code. Raises FieldError."""
    if not isinstance(step, Mapping) or not isinstance(step.get("type"), str):
        raise FieldError(f"{where} needs a type.")
    kind = step["type"]
    if kind == "goto":
        return RecordedStep(kind=kind, url=_address(step, where))
    if kind == "wait":
        return RecordedStep(kind=kind, value=_text(step, "value", where))
    if kind == "press_key":
        return RecordedStep(
            kind=kind, value=_text(step, "value", where) or str(ENTER), **_place(step, where, needed=False)
        )
    if kind == "change":
        return _change(step, where)
    if kind not in _POINTED:
        raise FieldError(f"{where} has a type that is not known.")
    return _pointed(step, kind, where, code)


def _pointed(step: Mapping[str, Any], kind: str, where: str, code: str) -> RecordedStep:
    value = _text(step, "value", where) if kind in TYPED else ""
    if code and value == code:
        kind, value = "fill_otp", ""
    coords = step.get("coords")
    at = coords if kind == "bclick" and isinstance(coords, Mapping) else {}
    place = _place(step, where, needed=not at)
    return RecordedStep(kind=kind, value=value, x=_number(at.get("x")), y=_number(at.get("y")), **place)


def _change(step: Mapping[str, Any], where: str) -> RecordedStep:
    subtype = step.get("subtype")
    if subtype not in _CHANGES:
        raise FieldError(f"{where} has a subtype that is not known.")
    place = _place(step, where, needed=True)
    if subtype == "check":
        return RecordedStep(kind="check", checked=bool(step.get("checked")), **place)
    chosen = step.get("selected")
    if subtype == "select_multi":
        many = chosen if isinstance(chosen, list) else []
        values = tuple(_text({"selected": one}, "selected", where) for one in many)
        return RecordedStep(kind="select_multi", values=values, **place)
    value = _text(step, "value", where) or _text(step, "selected", where)
    return RecordedStep(kind="select", value=value, **place)


def _typed(step: Mapping[str, Any]) -> str:
    value = step.get("value") if step.get("type") in TYPED else ""
    return "" if value is None or isinstance(value, bool) else str(value)


def _place(step: Mapping[str, Any], where: str, *, needed: bool) -> dict[str, Any]:
    found = {name: _text(step, name, where) for name in ("css", "xpath", "frame")}
    if needed and not (found["css"] or found["xpath"]):
        raise FieldError(f"{where} names no element: give css or xpath.")
    return {**found, "shadow_host": _text(step, "shadow_host_css", where)}


def _address(step: Mapping[str, Any], where: str) -> str:
    try:
        found = page_url(step.get("url"))
    except FieldError as error:
        raise FieldError(f"{where}: {error}") from None
    if not found:
        raise FieldError(f"{where} needs a url.")
    return found


def _text(step: Mapping[str, Any], name: str, where: str) -> str:
    value = step.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float) or len(str(value)) > MAX_TEXT or not storable(str(value)):
        raise FieldError(f"{where} has a {name} that cannot be used.")
    return str(value)


def _number(value: Any) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6
    return float(value) if usable else 0.0
