"""Recordings of both forms become the same steps; what cannot be replayed is named."""

import json

import pytest

from vedette.contract.job import STEP_KINDS
from vedette.engine.parse.recording import RecordingError, read

CHROME = {
    "title": "Log in",
    "steps": [
        {"type": "setViewport", "width": 800, "height": 600},
        {"type": "navigate", "url": "http://site.test/login", "assertedEvents": []},
        {"type": "change", "value": "jane", "selectors": [["aria/User"], ["#user"], ["xpath///*[@id='user']"]]},
        {"type": "keyDown", "key": "Tab"},
        {"type": "keyDown", "key": "a"},
        {"type": "change", "value": "hunter22", "selectors": [["#host", "input[type=password]"]], "frame": [0, 1]},
        {"type": "keyUp", "key": "Tab"},
        {"type": "click", "selectors": [['aria/Log in[role="button"]'], ["text/Log in"]], "offsetX": 1},
        {"type": "waitForElement", "selectors": [".welcome"]},
    ],
}
PLUGIN = [
    {"type": "goto", "timestamp": 1, "url": "http://site.test/login", "windowWidth": 1, "urlType": "force"},
    {"type": "fill_value", "css": "#u", "xpath": "//input[1]", "value": "[CUSTOM_USERNAME]", "frame": "#f>>>#g"},
    {"type": "bfill_value", "css": "#p", "value": "hunter22", "xpath": "//input[@name='password']"},
    {"type": "fill_otp", "css": "#code", "value": "123456"},
    {"type": "change", "subtype": "check", "css": "#stay", "checked": True},
    {"type": "change", "subtype": "select", "css": "#lang", "selected": 2, "value": "de"},
    {"type": "change", "subtype": "select_multi", "css": "#tags", "selected": ["a", "b"]},
    {"type": "press_key", "value": 13},
    {"type": "bclick", "coords": {"x": 10, "y": 20, "width": 30, "height": 40}, "shadow_host_css": "x-a", "css": "a"},
]  # fmt: skip


def test_the_developer_tools_recorder():
    steps, secrets = read(json.dumps(CHROME))
    assert [step.kind for step in steps] == ["goto", "fill_value", "press_key", "fill_value", "click", "wait"]
    assert steps[0].url == "http://site.test/login"
    assert (steps[1].css, steps[1].xpath, steps[1].value) == ("#user", "//*[@id='user']", "jane")
    assert (steps[3].shadow_host, steps[3].css, steps[3].frame) == ("#host", "input[type=password]", "nth=0 >>> nth=1")
    assert (steps[3].value, steps[3].secret) == ("", "login-step-6")
    assert secrets == {"login-step-6": "hunter22"}
    assert 'normalize-space(.)="Log in"' in steps[4].xpath
    assert steps[5].css == ".welcome"


def test_the_plug_ins_list():
    steps, secrets = read(json.dumps(PLUGIN), {"USERNAME": "jane"})
    assert all(step.kind in STEP_KINDS for step in steps)
    assert (steps[1].value, steps[1].frame) == ("jane", "#f>>>#g")
    assert secrets == {"login-step-3": "hunter22"}
    assert steps[4].checked
    assert steps[6].values == ("a", "b")
    assert steps[7].value == "Enter"
    assert (steps[8].x, steps[8].y, steps[8].shadow_host) == (25.0, 40.0, "x-a")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ("{}", "no steps"),
        ("[]", "no steps"),
        ("[3]", "step 1 has no type"),
        ('[{"type": "fly", "css": "#a"}]', "step 1 is of a kind that cannot be replayed: 'fly'"),
        ('[{"type": "goto", "url": "http://a/"}, {"type": "click"}]', r"step 2 \(click\) names neither"),
        ('{"steps": [{"type": "click", "selectors": []}]}', "names no element"),
        ('{"steps": [{"type": "waitForExpression", "selectors": ["a"]}]}', "cannot be replayed"),
        ('{"steps": [{"type": "scroll"}]}', "do anything"),
        (json.dumps([{"type": "click", "css": "a"}] * 501), "more than 500"),
    ],
)
def test_what_is_no_recording_is_told_in_words(text, reason):
    with pytest.raises(RecordingError, match=reason):
        read(text)


def test_a_label_with_quotes_stays_one_text():
    (step,) = read('{"steps": [{"type": "click", "selectors": [["text/Say \\"hi\\""]]}]}').steps
    assert "concat(" in step.xpath
