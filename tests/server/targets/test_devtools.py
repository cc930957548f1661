"""Recordings of Chrome's developer tools."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vedette.server.targets import devtools, steps
from vedette.server.targets.values import FieldError

RECORDING = {
    "title": "Log in",
    "steps": [
        {"type": "setViewport", "width": 800, "height": 600},
        {"type": "navigate", "url": "https://shop.example/login"},
        {"type": "change", "value": "ann", "selectors": [["aria/User"], ["#user"], ["xpath///*[@id='user']"]]},
        {"type": "keyDown", "key": "Tab"},
        {"type": "doubleClick", "selectors": [["text/Go"], ["body > button"], ["shadow-host", "button"]]},
        {"type": "keyDown", "key": "Enter"},
        {"type": "keyUp", "key": "Enter"},
        {"type": "hover", "selectors": ["#menu"]},
    ],
}


def test_steps_are_told_in_our_form() -> None:
    assert devtools.steps(RECORDING) == [
        {"type": "goto", "url": "https://shop.example/login"},
        {"type": "fill_value", "value": "ann", "css": "#user", "xpath": "//*[@id='user']"},
        {"type": "dblclick", "css": "body > button", "xpath": ""},
        {"type": "press_key", "value": 13},
        {"type": "mouseover", "css": "#menu", "xpath": ""},
    ]


def test_a_whole_recording_is_read() -> None:
    kinds = [step["type"] for step in steps.read(json.dumps(RECORDING))]
    assert kinds == ["goto", "fill_value", "dblclick", "press_key", "mouseover"]


@pytest.mark.parametrize(
    "given", [{}, {"steps": 7}, {"steps": [7]}, {"steps": [{"type": "customStep"}]}, {"steps": [{"type": []}]}]
)
def test_what_cannot_be_told_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(FieldError):
        devtools.steps(given)
