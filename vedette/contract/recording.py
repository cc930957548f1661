"""Recorded sequences, as people hand them in: the list of steps that browser plug-ins write, or the export of the
recorder in Chrome's developer tools.

A plain step is a JSON object: `type` (one of STEP_KINDS; `change` with a `subtype` for choices) with `css`, `xpath`,
`frame`, `shadow_host_css` and what the kind needs. Steps of the developer tools are turned into plain ones, so that a
recording has one form wherever it is kept or shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from vedette.contract.job import RecordedStep

MAX_STEPS = 500
MAX_TEXT = 8192
TYPED = ("fill_value", "bfill_value")
"""Kinds whose value was typed: it may well be a credential."""
ENTER = 13

_KEYS = {ENTER: "Enter", 9: "Tab", 27: "Escape"}
_CHOICES = ("check", "select", "select_multi")
_POINTED = ("click", "dblclick", "mouseover", "bclick", "fill_otp", "wait", *TYPED)
_CHROME = {
    "click": "click", "doubleClick": "dblclick", "hover": "mouseover", "change": "fill_value", "waitForElement": "wait",
}  # fmt: skip
_CHROME_IDLE = ("setViewport", "emulateNetworkConditions", "scroll", "keyUp", "close", "customStep")
"""Steps that say nothing about where to go."""
_UNUSABLE = re.compile("[\0\ud800-\udfff]")
_PREFIX = re.compile(r"(aria|text|xpath|pierce)/", re.IGNORECASE)

Steps = list[dict[str, Any]]


class RecordingError(ValueError):
    """The text is no recording; the message names the step, counted from 1, and never repeats what was typed."""


def read(text: str) -> Steps:
    """The plain steps of a recording in either form, each of which `told` takes. Raises RecordingError."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise RecordingError("The recording is not JSON.") from None
    items = found.get("steps") if isinstance(found, dict) else found
    if not isinstance(items, list) or not items:
        raise RecordingError("The recording holds no steps.")
    if len(items) > MAX_STEPS:
        raise RecordingError(f"The recording has more than {MAX_STEPS} steps.")
    steps: Steps = []
    for number, item in enumerate(items, 1):
        where = f"Step {number}"
        step = _plain(item, where)
        if step is not None:
            told(step, where)
            steps.append(step)
    if not steps:
        raise RecordingError("The recording holds no steps that do anything.")
    return steps


def typed(step: Mapping[str, Any]) -> str:
    """What was typed in a plain step, or nothing."""
    value = step.get("value") if step.get("type") in TYPED else ""
    return "" if value is None or isinstance(value, bool) else str(value)


def told(step: Mapping[str, Any], where: str = "A step", *, code: str = "") -> RecordedStep:
    """A plain step as the engine takes it; what was typed when it equals `code` is a one-time code. Raises
    RecordingError."""
    kind = step["type"]
    if kind == "goto":
        url = _text(step, "url", where)
        if not url:
            raise RecordingError(f"{where} names no address.")
        return RecordedStep(kind=kind, url=url)
    if kind == "press_key":
        return RecordedStep(kind=kind, value=_key(step, where), **_place(step, where, needed=False))
    if kind == "change" or kind in _CHOICES:
        return _choice(step, where)
    if kind not in _POINTED:
        raise RecordingError(f"{where} is of a kind that cannot be replayed.")
    return _pointed(step, where, code)


def _pointed(step: Mapping[str, Any], where: str, code: str) -> RecordedStep:
    kind, value = step["type"], ""
    if kind in TYPED or kind == "wait":
        value = _text(step, "value", where)
    if code and kind in TYPED and value == code:
        kind, value = "fill_otp", ""
    coords = step.get("coords")
    at = coords if kind == "bclick" and isinstance(coords, Mapping) else {}
    place = _place(step, where, needed=not at and kind != "wait")
    return RecordedStep(kind=kind, value=value, x=_middle(at, "x", "width"), y=_middle(at, "y", "height"), **place)


def _choice(step: Mapping[str, Any], where: str) -> RecordedStep:
    subtype = step.get("subtype") if step["type"] == "change" else step["type"]
    if subtype not in _CHOICES:
        raise RecordingError(f"{where} has a subtype that cannot be replayed.")
    place = _place(step, where, needed=True)
    if subtype == "check":
        return RecordedStep(kind=subtype, checked=bool(step.get("checked")), **place)
    chosen = step.get("selected")
    if subtype == "select_multi":
        many = chosen if isinstance(chosen, list) else []
        values = tuple(_text({"selected": one}, "selected", where) for one in many)
        return RecordedStep(kind=subtype, values=values, **place)
    value = _text(step, "value", where) or _text(step, "selected", where)
    return RecordedStep(kind=subtype, value=value, **place)


def _key(step: Mapping[str, Any], where: str) -> str:
    name = _text(step, "value", where)
    if not name.isdecimal():
        return name or _KEYS[ENTER]
    if int(name[:9]) not in _KEYS:
        raise RecordingError(f"{where} presses a key that cannot be replayed.")
    return _KEYS[int(name[:9])]


def _place(step: Mapping[str, Any], where: str, *, needed: bool) -> dict[str, Any]:
    found = {name: _text(step, name, where) for name in ("css", "xpath", "frame")}
    if needed and not (found["css"] or found["xpath"]):
        raise RecordingError(f"{where} names no element: give css or xpath.")
    return {**found, "shadow_host": _text(step, "shadow_host_css", where)}


def _text(step: Mapping[str, Any], name: str, where: str) -> str:
    value = step.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float) or len(str(value)) > MAX_TEXT or _UNUSABLE.search(str(value)):
        raise RecordingError(f"{where} has a {name} that cannot be used.")
    return str(value)


def _middle(at: Mapping[str, Any], start: str, size: str) -> float:
    return _number(at.get(start)) + _number(at.get(size)) / 2


def _number(value: Any) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6
    return float(value) if usable else 0.0


# Steps of the developer tools


def _plain(item: Any, where: str) -> dict[str, Any] | None:
    """A step in plain form; None for one that says nothing. Steps of both recorders may stand in one list."""
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        raise RecordingError(f"{where} has no type.")
    kind = item["type"]
    if kind in _CHROME_IDLE:
        return None
    if kind == "navigate":
        return {"type": "goto", "url": item.get("url")}
    if kind == "keyDown":
        # Other keys were typed into a field, whose change is a step of its own.
        code = next((code for code, name in _KEYS.items() if name == item.get("key")), None)
        return None if code is None else {"type": "press_key", "value": code}
    if "selectors" not in item:
        return item
    if kind not in _CHROME:
        raise RecordingError(f"{where} is of a kind that cannot be replayed.")
    told_kind = _CHROME[kind]
    typed_value = {"value": item.get("value")} if told_kind in TYPED else {}
    return {"type": told_kind, **typed_value, **_selector(item["selectors"]), **_frames(item.get("frame"))}


def _selector(listed: Any) -> dict[str, str]:
    """The first plain CSS selector with the hosts of its shadow trees, and the first path; where a step offers neither,
    a path made of its words."""
    ways = [way if isinstance(way, list) else [way] for way in listed] if isinstance(listed, list) else []
    host = css = xpath = ""
    for way in ways:
        parts = [str(part)[:MAX_TEXT] for part in way]
        last = parts[-1] if parts else ""
        plain = not any(_PREFIX.match(part) for part in parts)
        if plain and last and not css:
            css, host = last, " >>> ".join(parts[:-1])
        elif last.startswith("xpath/") and not xpath:
            xpath = last.removeprefix("xpath/")
        elif last.startswith("pierce/") and not css:
            css = last.removeprefix("pierce/")
    words = next((str(way[-1]) for way in ways if way and str(way[-1]).startswith(("text/", "aria/"))), "")
    label = words.partition("/")[2].partition("[role")[0]
    if label and not css and not xpath:
        xpath = f"//*[normalize-space(.)={_quoted(label)} or @aria-label={_quoted(label)}]"
    found = {"css": css, "xpath": xpath, "shadow_host_css": host, "label": label[:200]}
    return {name: text for name, text in found.items() if text}


def _quoted(text: str) -> str:
    if '"' not in text:
        return f'"{text}"'
    return "concat(" + ",'\"',".join(f'"{part}"' for part in text.split('"')) + ")"


def _frames(frame: Any) -> dict[str, str]:
    """Child frames by number, as `nth=0 >>> nth=1`."""
    numbers = [number for number in frame if isinstance(number, int)] if isinstance(frame, list) else []
    return {"frame": " >>> ".join(f"nth={number}" for number in numbers)} if numbers else {}
