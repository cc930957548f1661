"""The waiting payloads wait in the real languages: by a thousandth of what a scan asks for."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from vedette.engine.checks.code import time

SHORT = 0.02
PROGRAMS = {
    "php": ("php", "-r", "namespace t; function usleep($u){echo 'waited '.$u;} $x=@;"),
    "perl": ("perl", "-e", "use subs 'select'; sub select {print 'waited '.$_[3]*1e6;} my $x=@;"),
    "python": (
        "python3",
        "-c",
        "import time\ntime.sleep=lambda s: print('waited',round(s*1e6))\nx=@",
    ),
    "javascript": ("node", "-e", "Atomics.wait=(a,b,c,m)=>console.log('waited '+m*1000);\nlet x=@"),
}
"""The waiting functions are replaced by ones that tell."""


def waits(language: str, code: str, quote: str) -> int:
    program = PROGRAMS[language]
    if not shutil.which(program[0]):
        pytest.skip(f"no {language} here")
    line = program[2].replace("@", f"{quote}{code}{quote}")
    done = subprocess.run([program[0], program[1], line], capture_output=True, text=True, timeout=60)
    return done.stdout.count(f"waited {round(SHORT * 1e6)}")


LIGHT = [
    ("php", time._JOINED),
    *((form.language, form) for form in time._POLYGLOTS.values() if form.language != "ruby"),
]


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize(("language", "form"), LIGHT, ids=lambda item: item if isinstance(item, str) else "")
def test_each_light_payload_waits_once_in_every_quoting(language: str, form: time.Form, quote: str) -> None:
    assert waits(language, form.payload_for("7")(SHORT), quote) == 1
    assert waits(language, form.control_for("7")(SHORT), quote) == 0


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_one_payload_waits_in_two_languages(language: str) -> None:
    assert waits(language, time._EITHER.payload_for("7")(SHORT), "") == 1
    assert waits(language, time._EITHER.control_for("7")(SHORT), "") == 0


@pytest.mark.parametrize("form", [time._JOINED, time._EITHER, *time._THOROUGH], ids=lambda form: form.template)
def test_the_control_has_the_same_bytes(form: time.Form) -> None:
    payload, control = form.payload_for("7")(1.3), form.control_for("7")(1.3)
    assert sorted(payload) == sorted(control)
    assert payload != control
