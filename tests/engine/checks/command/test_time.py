"""The waiting payloads wait once in every quoting, in a real shell that is told not to."""

from __future__ import annotations

import subprocess

import pytest

from vedette.engine.checks.command import time

CONTEXTS = {"": ("true ", " -c 1"), "'": ("true '", "'"), '"': ('true "', '" -c 1')}
STAND_IN = 'sleep() { echo "waited $*" >&2; }\n'
"""A function in the place of the program: the test must not wait."""


def waits(line: str) -> int:
    done = subprocess.run(["/bin/sh", "-c", STAND_IN + line], capture_output=True, text=True, timeout=60)
    return done.stderr.count("waited 1.3\n")


@pytest.mark.parametrize("quote", CONTEXTS)
@pytest.mark.parametrize("form", (time._SEMICOLONS, time._SUBSTITUTION), ids=("semicolons", "substitution"))
def test_the_light_payloads_wait_once_in_every_quoting(form: time.Form, quote: str) -> None:
    before, after = CONTEXTS[quote]
    assert waits(before + form.payload_for("x")(1.3) + after) == 1
    assert waits(before + form.control_for("x")(1.3) + after) == 0


@pytest.mark.parametrize("form", [f for f in time._thorough() if not f.windows], ids=lambda form: repr(form.template))
def test_every_single_form_waits_once_in_its_quoting(form: time.Form) -> None:
    quote = form.template[2] if form.template[2] in "'\"" else ""
    before, after = CONTEXTS[quote]
    first = "false" if "||" in form.template else "true"
    # With `||` a first command that succeeds would end the list; the waiting one must then be the second.
    assert waits(before.replace("true", first) + form.payload_for("x")(1.3) + after) == 1


@pytest.mark.parametrize("form", (time._SEMICOLONS, time._SUBSTITUTION, *time._thorough()))
def test_the_control_has_the_same_bytes(form: time.Form) -> None:
    payload, control = form.payload_for("x")(2.6), form.control_for("x")(2.6)
    assert sorted(payload) == sorted(control)
    assert payload != control
