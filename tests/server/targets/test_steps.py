"""Recorded steps: read, shown without what was typed, told to the engine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.contract.job import STEP_KINDS, RecordedStep
from vedette.server.targets import steps
from vedette.server.targets.values import FieldError

EVERY: list[tuple[dict[str, Any], RecordedStep]] = [
    (
        {"type": "goto", "url": "https://shop.example/#/in", "windowWidth": 800},
        RecordedStep(kind="goto", url="https://shop.example/#/in"),
    ),
    ({"type": "click", "css": "#a", "value": "Go"}, RecordedStep(kind="click", css="#a")),
    ({"type": "dblclick", "xpath": "//a"}, RecordedStep(kind="dblclick", xpath="//a")),
    ({"type": "mouseover", "css": "a", "frame": "#f>>>#g"}, RecordedStep(kind="mouseover", css="a", frame="#f>>>#g")),
    (
        {"type": "bclick", "coords": {"x": 3, "y": 4.5, "width": 1}, "shadow_host_css": "x-app"},
        RecordedStep(kind="bclick", x=3.0, y=4.5, shadow_host="x-app"),
    ),
    ({"type": "fill_value", "css": "#u", "value": "ann"}, RecordedStep(kind="fill_value", css="#u", value="ann")),
    ({"type": "bfill_value", "css": "#u", "value": 42}, RecordedStep(kind="bfill_value", css="#u", value="42")),
    ({"type": "fill_otp", "css": "#c", "value": "x"}, RecordedStep(kind="fill_otp", css="#c")),
    (
        {"type": "change", "subtype": "check", "css": "#c", "checked": True},
        RecordedStep(kind="check", css="#c", checked=True),
    ),
    (
        {"type": "change", "subtype": "select", "css": "#s", "selected": 2, "value": "de"},
        RecordedStep(kind="select", css="#s", value="de"),
    ),
    (
        {"type": "change", "subtype": "select_multi", "css": "#s", "selected": ["a", "b"]},
        RecordedStep(kind="select_multi", css="#s", values=("a", "b")),
    ),
    ({"type": "press_key", "value": 13}, RecordedStep(kind="press_key", value="13")),
    ({"type": "wait", "value": 2}, RecordedStep(kind="wait", value="2")),
]


@pytest.mark.parametrize(("step", "told"), EVERY)
def test_each_kind_is_told(step: dict[str, Any], told: RecordedStep) -> None:
    assert steps.told(step) == told


def test_there_is_no_other_kind() -> None:
    assert {told.kind for _, told in EVERY} == set(STEP_KINDS)


def test_a_code_that_was_typed_is_told_as_a_fresh_one() -> None:
    step = {"type": "fill_value", "css": "#c", "value": "123456"}
    assert steps.told(step, code="123456") == RecordedStep(kind="fill_otp", css="#c")
    assert steps.told(step, code="654321").kind == "fill_value"


@pytest.mark.parametrize(
    "step",
    [
        7,
        {},
        {"type": 7},
        {"type": "explode"},
        {"type": "click"},
        {"type": "goto", "url": "javascript:alert(1)"},
        {"type": "goto"},
        {"type": "change", "css": "#a", "subtype": "x"},
        {"type": "click", "css": ["#a"]},
        {"type": "click", "css": "a\0"},
        {"type": "fill_value", "css": "#a", "value": "x" * 9000},
    ],
)
def test_what_is_no_step_is_refused_with_its_number(step: Any) -> None:
    with pytest.raises(FieldError, match="Step 2"):
        steps.read(json.dumps([{"type": "wait"}, step]))


@pytest.mark.parametrize("text", [None, 7, "", "x", "7", "[]", "{}", "a\0", "[" * 100_000, "x" * 600_000])
def test_what_is_no_recording_is_refused(text: object) -> None:
    with pytest.raises(FieldError):
        steps.read(text)


def test_what_was_typed_is_hidden_and_nothing_else() -> None:
    given_steps = [step for step, _ in EVERY]
    shown = json.loads(steps.shown(given_steps, lambda value: f"<{value}>"))
    assert steps.typed(given_steps) == ["ann", "42"]
    assert [step.get("value") for step in shown if step["type"] in steps.TYPED] == ["<ann>", "<42>"]
    rest = [step for step in shown if step["type"] not in steps.TYPED]
    assert rest == [step for step in given_steps if step["type"] not in steps.TYPED]
    back = steps.replaced(shown, lambda value: value.strip("<>"))
    assert steps.typed(back) == ["ann", "42"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("type", "url", "css", "value", "coords", "subtype", "selected")


# A busy machine is no fault of the reader.
@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(STEP_KINDS) | JSON), max_size=3) | JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        found = steps.read(json.dumps(value))
    except FieldError as refused:
        assert str(refused)
        return
    assert all(steps.told(step) for step in found)
