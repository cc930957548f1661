"""Recordings of both forms become the same plain steps, and these what the engine takes; the rest is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.contract import recording
from vedette.contract.job import STEP_KINDS, RecordedStep
from vedette.contract.recording import RecordingError

CHROME = {
    "title": "Log in",
    "steps": [
        {"type": "setViewport", "width": 800, "height": 600},
        {"type": "navigate", "url": "https://shop.example/login", "assertedEvents": []},
        {"type": "change", "value": "ann", "selectors": [["aria/User"], ["#user"], ["xpath///*[@id='user']"]]},
        {"type": "keyDown", "key": "Tab"},
        {"type": "keyDown", "key": "a"},
        {"type": "change", "value": "hunter22", "selectors": [["#host", "input[type=password]"]], "frame": [0, 1]},
        {"type": "keyUp", "key": "Tab"},
        {"type": "doubleClick", "selectors": [["text/Go"], ["body > button"]]},
        {"type": "click", "selectors": [['aria/Log in[role="button"]'], ["text/Log in"]], "offsetX": 1},
        {"type": "hover", "selectors": ["#menu"]},
        {"type": "keyDown", "key": "Enter"},
        {"type": "waitForElement", "selectors": [".welcome"]},
    ],
}

EVERY: list[tuple[dict[str, Any], RecordedStep]] = [
    (
        {"type": "goto", "url": "https://shop.example/#/in", "windowWidth": 800},
        RecordedStep(kind="goto", url="https://shop.example/#/in"),
    ),
    ({"type": "click", "css": "#a", "value": "Go"}, RecordedStep(kind="click", css="#a")),
    ({"type": "dblclick", "xpath": "//a"}, RecordedStep(kind="dblclick", xpath="//a")),
    ({"type": "mouseover", "css": "a", "frame": "#f>>>#g"}, RecordedStep(kind="mouseover", css="a", frame="#f>>>#g")),
    (
        {"type": "bclick", "coords": {"x": 3, "y": 4.5, "width": 2, "height": 1}, "shadow_host_css": "x-app"},
        RecordedStep(kind="bclick", x=4.0, y=5.0, shadow_host="x-app"),
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
    ({"type": "press_key", "value": 13}, RecordedStep(kind="press_key", value="Enter")),
    ({"type": "wait", "value": 2}, RecordedStep(kind="wait", value="2")),
]


@pytest.mark.parametrize(("step", "told"), EVERY)
def test_each_kind_is_told(step: dict[str, Any], told: RecordedStep) -> None:
    assert recording.told(step) == told


def test_there_is_no_other_kind() -> None:
    assert {told.kind for _, told in EVERY} == set(STEP_KINDS)


def test_a_code_that_was_typed_is_told_as_a_fresh_one() -> None:
    step = {"type": "fill_value", "css": "#c", "value": "123456"}
    assert recording.told(step, code="123456") == RecordedStep(kind="fill_otp", css="#c")
    assert recording.told(step, code="654321").kind == "fill_value"


def test_steps_of_the_developer_tools_become_plain_ones() -> None:
    label = '//*[normalize-space(.)="Log in" or @aria-label="Log in"]'
    assert recording.read(json.dumps(CHROME)) == [
        {"type": "goto", "url": "https://shop.example/login"},
        {"type": "fill_value", "value": "ann", "css": "#user", "xpath": "//*[@id='user']", "label": "User"},
        {"type": "press_key", "value": 9},
        {
            "type": "fill_value",
            "value": "hunter22",
            "css": "input[type=password]",
            "shadow_host_css": "#host",
            "frame": "nth=0 >>> nth=1",
        },
        {"type": "dblclick", "css": "body > button", "label": "Go"},
        {"type": "click", "xpath": label, "label": "Log in"},
        {"type": "mouseover", "css": "#menu"},
        {"type": "press_key", "value": 13},
        {"type": "wait", "css": ".welcome"},
    ]


def test_a_label_with_quotes_stays_one_text() -> None:
    (step,) = recording.read('{"steps": [{"type": "click", "selectors": [["text/Say \\"hi\\""]]}]}')
    assert "concat(" in step["xpath"]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (7, "no type"),
        ({}, "no type"),
        ({"type": 7}, "no type"),
        ({"type": "explode"}, "cannot be replayed"),
        ({"type": "waitForExpression", "selectors": ["a"]}, "cannot be replayed"),
        ({"type": "click"}, "names no element"),
        ({"type": "click", "selectors": []}, "names no element"),
        ({"type": "goto"}, "names no address"),
        ({"type": "navigate"}, "names no address"),
        ({"type": "press_key", "value": 65}, "key that cannot be replayed"),
        ({"type": "change", "css": "#a", "subtype": "x"}, "subtype"),
        ({"type": "click", "css": ["#a"]}, "a css that cannot be used"),
        ({"type": "click", "css": "a\0"}, "a css that cannot be used"),
        ({"type": "click", "css": "a\ud800"}, "a css that cannot be used"),
        ({"type": "fill_value", "css": "#a", "value": "x" * 9000}, "a value that cannot be used"),
    ],
)
def test_what_is_no_step_is_refused_with_its_number(step: Any, reason: str) -> None:
    with pytest.raises(RecordingError, match=f"Step 2.* {reason}"):
        recording.read(json.dumps([{"type": "wait", "value": 1}, step]))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("7", "no steps"),
        ("{}", "no steps"),
        ('{"steps": 7}', "no steps"),
        ("[]", "no steps"),
        ('{"steps": [{"type": "scroll"}]}', "do anything"),
        (json.dumps([{"type": "click", "css": "a"}] * 501), "more than 500"),
    ],
)
def test_what_is_no_recording_is_told_in_words(text: str, reason: str) -> None:
    with pytest.raises(RecordingError, match=reason):
        recording.read(text)


@pytest.mark.parametrize(
    "step", [{"type": "hunter22"}, {"type": "fill_value", "value": "hunter22"}, {"type": "hunter22", "selectors": []}]
)
def test_a_refusal_repeats_nothing(step: dict[str, Any]) -> None:
    with pytest.raises(RecordingError) as refused:
        recording.read(json.dumps([step]))
    assert "hunter22" not in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("type", "url", "css", "value", "coords", "subtype", "selected", "selectors", "frame", "key")


# A busy machine is no fault of the reader.
@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(STEP_KINDS) | JSON), max_size=3) | JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        found = recording.read(json.dumps(value))
    except RecordingError as refused:
        assert str(refused)
        return
    assert all(recording.told(step) for step in found)
