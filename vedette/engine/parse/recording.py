"""Recorded sequences as a run needs them: placeholders filled, and what was typed into secret fields kept apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from vedette.contract import recording
from vedette.contract.job import RecordedStep

_SECRET = re.compile(r"pass|pwd|kennwort|contrase|senha|secret|wachtwoord|haslo|\bpin\b", re.IGNORECASE)


class Recording(NamedTuple):
    """The steps in order; `secrets` maps the names that steps refer to by `secret` to what was typed there."""

    steps: tuple[RecordedStep, ...]
    secrets: dict[str, str]


def read(text: str, values: Mapping[str, str] | None = None, prefix: str = "login-step") -> Recording:
    """The steps of a recording. `[CUSTOM_NAME]` in what is typed stands for `values["NAME"]`, or is left as it is.
    What goes into a field for passwords becomes a secret `PREFIX-NUMBER`. Raises RecordingError."""
    steps: list[RecordedStep] = []
    secrets: dict[str, str] = {}
    for number, plain in enumerate(recording.read(text), 1):
        step, found = _apart(_filled(recording.told(plain), values or {}), plain, f"{prefix}-{number}")
        steps.append(step)
        secrets |= found
    return Recording(tuple(steps), secrets)


def _filled(step: RecordedStep, values: Mapping[str, str]) -> RecordedStep:
    value = step.value
    for name, text in values.items():
        value = value.replace(f"[CUSTOM_{name}]", text)
    return replace(step, value=value) if value != step.value else step


def _apart(step: RecordedStep, plain: Mapping[str, Any], name: str) -> tuple[RecordedStep, dict[str, str]]:
    place = f"{step.css} {step.xpath} {plain.get('label', '')}"
    if step.kind in recording.TYPED and step.value and _SECRET.search(place):
        return replace(step, value="", secret=name), {name: step.value}
    return step, {}
