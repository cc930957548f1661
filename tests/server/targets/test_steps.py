"""Recorded steps of a target: what is handed in, and what is shown of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vedette.server.targets import steps
from vedette.server.targets.values import FieldError

GIVEN: list[dict[str, Any]] = [
    {"type": "goto", "url": "https://shop.example/#/in", "windowWidth": 800},
    {"type": "fill_value", "css": "#u", "value": "ann"},
    {"type": "bfill_value", "css": "#u", "value": 42},
    {"type": "click", "css": "#a", "value": "Go"},
]


def test_plain_steps_are_kept_as_they_came() -> None:
    assert steps.read(json.dumps(GIVEN)) == GIVEN


def test_a_recording_of_the_developer_tools_is_kept_in_plain_form() -> None:
    given = {"steps": [{"type": "navigate", "url": "https://shop.example/"}, {"type": "keyDown", "key": "Enter"}]}
    assert steps.read(json.dumps(given)) == [
        {"type": "goto", "url": "https://shop.example/"},
        {"type": "press_key", "value": 13},
    ]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"type": "explode"}, "Step 2 is of a kind"),
        ({"type": "goto", "url": "javascript:alert(1)"}, "Step 2: "),
        ({"type": "goto", "url": "/relative"}, "Step 2: "),
        ({"type": "goto", "url": 7}, "Step 2: "),
    ],
)
def test_what_is_no_step_is_refused_with_its_number(step: dict[str, Any], reason: str) -> None:
    with pytest.raises(FieldError, match=reason):
        steps.read(json.dumps([{"type": "wait", "value": 1}, step]))


@pytest.mark.parametrize("text", [None, 7, "", "x", "7", "[]", "{}", "a\0", "[" * 100_000, "x" * 600_000])
def test_what_is_no_recording_is_refused(text: object) -> None:
    with pytest.raises(FieldError):
        steps.read(text)


def test_what_was_typed_is_hidden_and_nothing_else() -> None:
    shown = json.loads(steps.shown(GIVEN, lambda value: f"<{value}>"))
    assert steps.all_typed(GIVEN) == ["ann", "42"]
    assert [step.get("value") for step in shown] == [None, "<ann>", "<42>", "Go"]
    back = steps.replaced(shown, lambda value: value.strip("<>"))
    assert steps.all_typed(back) == ["ann", "42"]


def test_what_stands_for_something_else_is_shown() -> None:
    values = ["[CUSTOM_PASSWORD]", f"credentials://{'a' * 12}", "[CUSTOM_A] and more", "[x]"]
    given = [{"type": "fill_value", "css": "#u", "value": value} for value in values]
    shown = json.loads(steps.shown(given, lambda value: "hidden"))
    assert [step["value"] for step in shown] == [*values[:2], "hidden", "hidden"]
