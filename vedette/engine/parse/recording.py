"""Recorded sequences: the recorder of Chrome's developer tools, and the list of steps that browser plug-ins write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from vedette.contract.job import RecordedStep

MAX_STEPS = 500
MAX_TEXT = 16_384
_PLAIN = frozenset(("goto", "click", "dblclick", "mouseover", "bclick", "fill_value", "bfill_value", "fill_otp"))
_CHOICES = frozenset(("check", "select", "select_multi"))
_CHROME = {
    "navigate": "goto", "click": "click", "doubleClick": "dblclick", "hover": "mouseover", "change": "fill_value",
    "keyDown": "press_key", "waitForElement": "wait",
}  # fmt: skip
_CHROME_IDLE = frozenset(("setViewport", "scroll", "keyUp", "close", "emulateNetworkConditions", "customStep"))
_KEY_CODES = {"13": "Enter", "9": "Tab", "27": "Escape"}
_SECRET = re.compile(r"pass|pwd|kennwort|contrase|senha|secret|wachtwoord|haslo|\bpin\b", re.IGNORECASE)
_PREFIX = re.compile(r"(aria|text|xpath|pierce)/", re.IGNORECASE)


class RecordingError(ValueError):
    """The text is no recording; the message names the step, counted from 1, and never repeats what was typed."""


class Recording(NamedTuple):
    """The steps in order; `secrets` maps the names that steps refer to by `secret` to what was typed there."""

    steps: tuple[RecordedStep, ...]
    secrets: dict[str, str]


def read(text: str, values: Mapping[str, str] | None = None, prefix: str = "login-step") -> Recording:
    """The steps of a recording in either form. `[CUSTOM_NAME]` in what is typed stands for `values["NAME"]`, or is
    left as it is. What goes into a field for passwords becomes a secret `PREFIX-NUMBER`. Raises RecordingError."""
    try:
        raw = json.loads(text)
    except ValueError:
        raise RecordingError("the recording is not JSON") from None
    items = raw.get("steps") if isinstance(raw, dict) else raw
    if not isinstance(items, list) or not items:
        raise RecordingError("the recording holds no steps")
    if len(items) > MAX_STEPS:
        raise RecordingError(f"the recording has more than {MAX_STEPS} steps")
    steps: list[RecordedStep] = []
    secrets: dict[str, str] = {}
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or not isinstance(item.get("type"), str):
            raise RecordingError(f"step {number} has no type")
        step = _step(item, number)
        if step is not None:
            step, found = _apart(_filled(step, values or {}), item, f"{prefix}-{number}")
            steps.append(step)
            secrets |= found
    if not steps:
        raise RecordingError("the recording holds no steps that do anything")
    return Recording(tuple(steps), secrets)


def _step(item: dict[str, Any], number: int) -> RecordedStep | None:
    if "selectors" in item or item["type"] in _CHROME_IDLE or item["type"] in ("navigate", "keyDown"):
        return _of_chrome(item, number)
    return _of_plugin(item, number)


def _of_plugin(item: dict[str, Any], number: int) -> RecordedStep:
    kind = item["type"]
    if kind == "change":
        kind = str(item.get("subtype", ""))
    if kind == "press_key":
        code = str(item.get("value", ""))
        return RecordedStep(kind="press_key", value=_KEY_CODES.get(code, code), css=_text(item, "css"))
    if kind not in _PLAIN and kind not in _CHOICES:
        raise RecordingError(f"step {number} is of a kind that cannot be replayed: {kind[:40]!r}")
    chosen = item.get("selected")
    at = item.get("coords") if isinstance(item.get("coords"), dict) else {}
    step = RecordedStep(
        kind=kind,
        url=_text(item, "url"),
        css=_text(item, "css"),
        xpath=_text(item, "xpath"),
        frame=_text(item, "frame"),
        shadow_host=_text(item, "shadow_host_css"),
        value=_text(item, "value"),
        values=tuple(str(one) for one in chosen) if isinstance(chosen, list) else (),
        checked=bool(item.get("checked")),
        x=_middle(at, "x", "width"),
        y=_middle(at, "y", "height"),
    )
    if not step.url and not step.css and not step.xpath and not (step.x or step.y):
        raise RecordingError(f"step {number} ({kind}) names neither an address nor an element")
    return step


def _middle(at: Any, start: str, size: str) -> float:
    try:
        return float(at.get(start) or 0) + float(at.get(size) or 0) / 2
    except (TypeError, ValueError, AttributeError):
        return 0.0


def _of_chrome(item: dict[str, Any], number: int) -> RecordedStep | None:
    kind = _CHROME.get(item["type"])
    if kind is None:
        if item["type"] in _CHROME_IDLE:
            return None
        raise RecordingError(f"step {number} is of a kind that cannot be replayed: {item['type'][:40]!r}")
    if kind == "goto":
        if not _text(item, "url"):
            raise RecordingError(f"step {number} names no address")
        return RecordedStep(kind=kind, url=_text(item, "url"))
    if kind == "press_key":
        key = _text(item, "key")
        # Other keys were typed into a field, whose change is a step of its own.
        return RecordedStep(kind=kind, value=key) if key in _KEY_CODES.values() else None
    host, css, xpath = _selector(item.get("selectors"))
    if not css and not xpath:
        raise RecordingError(f"step {number} ({item['type']}) names no element")
    return RecordedStep(
        kind=kind, css=css, xpath=xpath, shadow_host=host, frame=_frames(item.get("frame")), value=_text(item, "value")
    )


def _selector(listed: Any) -> tuple[str, str, str]:
    """The host of the shadow tree, the CSS and the XPath selector that a step offers, as far as it does."""
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
    if not css and not xpath:
        words = next((str(way[-1]) for way in ways if way and str(way[-1]).startswith(("text/", "aria/"))), "")
        name = words.partition("/")[2].partition("[role")[0]
        xpath = f"//*[normalize-space(.)={_quoted(name)} or @aria-label={_quoted(name)}]" if name else ""
    return host, css, xpath


def _quoted(text: str) -> str:
    if '"' not in text:
        return f'"{text}"'
    return "concat(" + ",'\"',".join(f'"{part}"' for part in text.split('"')) + ")"


def _frames(frame: Any) -> str:
    """Child frames by number, as `nth=0 >>> nth=1`."""
    numbers = frame if isinstance(frame, list) else []
    return " >>> ".join(f"nth={number}" for number in numbers if isinstance(number, int))


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value[:MAX_TEXT] if isinstance(value, str) else ""


def _filled(step: RecordedStep, values: Mapping[str, str]) -> RecordedStep:
    value = step.value
    for name, text in values.items():
        value = value.replace(f"[CUSTOM_{name}]", text)
    return replace(step, value=value) if value != step.value else step


def _apart(step: RecordedStep, item: dict[str, Any], name: str) -> tuple[RecordedStep, dict[str, str]]:
    typed = step.kind in ("fill_value", "bfill_value")
    if typed and step.value and _SECRET.search(f"{step.css} {step.xpath} {item.get('selectors', '')}"):
        return replace(step, value="", secret=name), {name: step.value}
    return step, {}
