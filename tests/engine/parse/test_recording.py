"""Recorded sequences as a run needs them."""

import json

from vedette.engine.parse.recording import read

STEPS = [
    {"type": "goto", "url": "http://site.test/login"},
    {"type": "fill_value", "css": "#u", "value": "[CUSTOM_USERNAME]"},
    {"type": "bfill_value", "css": "#p", "value": "hunter22", "xpath": "//input[@name='password']"},
    {"type": "fill_otp", "css": "#code", "value": "123456"},
]


def test_placeholders_are_filled_and_passwords_kept_apart():
    steps, secrets = read(json.dumps(STEPS), {"USERNAME": "jane"})
    assert [step.kind for step in steps] == ["goto", "fill_value", "bfill_value", "fill_otp"]
    assert (steps[1].value, steps[1].secret) == ("jane", "")
    assert (steps[2].value, steps[2].secret) == ("", "login-step-3")
    assert secrets == {"login-step-3": "hunter22"}


def test_placeholders_without_a_value_stay():
    steps, _ = read(json.dumps(STEPS))
    assert steps[1].value == "[CUSTOM_USERNAME]"


def test_a_field_whose_label_says_password_is_a_secret_one():
    selectors = [["aria/Password"], ["#f2"]]
    steps, secrets = read(json.dumps({"steps": [{"type": "change", "value": "s3cret-s3cret", "selectors": selectors}]}))
    assert (steps[0].css, steps[0].value) == ("#f2", "")
    assert list(secrets.values()) == ["s3cret-s3cret"]
