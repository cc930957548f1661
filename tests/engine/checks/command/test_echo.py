"""The payloads mean to a real shell what the check says they mean."""

from __future__ import annotations

import subprocess
from dataclasses import asdict
from urllib.parse import parse_qs, urlsplit

import pytest

from vedette.contract.exchange import Request, Response
from vedette.engine import testkit
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.rng import Rng
from vedette.engine.checks.command import echo

POINT = Point(Target(Request("GET", "http://s.example/p?host=x"), "/p"), PointKind.QUERY, "host", "x")
CONTEXTS = {"": ("true ", " -c 1"), "'": ("true '", "'"), '"': ('true "', '" -c 1')}
POSIX = [form for form in (echo._SEMICOLONS, echo._PIPES, *echo._thorough()) if form.dialect != "windows"]


def run(line: str) -> str:
    return subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, timeout=60).stdout


@pytest.mark.parametrize("quote", CONTEXTS)
@pytest.mark.parametrize("form", (echo._SEMICOLONS, echo._PIPES), ids=("semicolons", "pipes"))
def test_the_two_light_payloads_fit_every_quoting(form: echo.Form, quote: str) -> None:
    before, after = CONTEXTS[quote]
    for make in echo._DIALECTS[form.dialect]:
        command = make(Rng(3, "unit"))
        assert command.expected in run(before + form.render("x", command.text) + after)
        assert command.expected not in run(before + form.render("x", command.jumbled) + after)


def own_quoting(form: echo.Form) -> str:
    return form.template[2] if form.template[2] in "'\"" else ""


@pytest.mark.parametrize("form", POSIX[2:], ids=lambda form: repr(form.template))
def test_every_single_form_fits_its_quoting(form: echo.Form) -> None:
    before, after = CONTEXTS[own_quoting(form)]
    first = "false" if "||" in form.template else "echo" if form.template in ("@v$(@c)", "@v`@c`") else "true"
    command = echo._DIALECTS[form.dialect][0](Rng(5, "unit"))
    assert command.expected in run(before.replace("true", first) + form.render("x", command.text) + after)


@pytest.mark.parametrize("dialect", echo._DIALECTS)
def test_the_result_is_never_part_of_what_is_sent(dialect: str) -> None:
    for seed in range(50):
        for make in echo._DIALECTS[dialect]:
            command = make(Rng(seed, "unit"))
            assert command.expected not in command.text
            assert sorted(command.text) == sorted(command.jumbled)
            assert command.text != command.jumbled


def windows(request: Request) -> Response:
    """A corner of the Windows shell: `&` ends commands outside of double quotes, `set /a` calculates."""
    line = f'ping "{parse_qs(urlsplit(request.url).query)["host"][0]}"'
    commands, quoted = [""], False
    for char in line:
        quoted ^= char == '"'
        commands = [*commands, ""] if char == "&" and not quoted else [*commands[:-1], commands[-1] + char]
    out = ""
    for command in commands:
        if command.startswith("set /a "):
            left, sign, right = command[7:].partition("*") if "*" in command else command[7:].partition("-")
            out += str(int(left) * int(right) if sign == "*" else int(left) - int(right))
        elif command.startswith("echo "):
            out += command[5:] + "\n"
    return Response(200, (("Content-Type", "text/html"),), out.encode())


async def test_windows_is_asked_in_its_own_dialect_when_seen() -> None:
    probe = testkit.TestProbe(windows, "unit", full=False, budget=echo.INFO.cost)
    probe.technologies = frozenset({"iis"})
    (candidate,) = await echo.detect(probe, POINT)
    assert candidate.data == asdict(echo._AMPERSANDS)
    proof = await echo.verify(testkit.TestProbe(windows, "other"), candidate)
    assert proof
    assert [step.control for step in proof.steps] == [False, False, True]


async def test_a_firewall_ends_the_questions() -> None:
    refused = Response(403, (("Content-Type", "text/html"),), b"<h1>Your request was blocked</h1>")
    probe = testkit.TestProbe(lambda request: refused, "unit")
    assert await echo.detect(probe, POINT) == []
    assert len(probe.sent) == echo.WALLS


async def test_a_firewall_at_the_control_proves_nothing() -> None:
    example = next(one for one in echo.EXAMPLES if one.name == "bare argument")
    assert example.handler
    assert example.point
    (candidate,) = await echo.detect(testkit.TestProbe(example.handler, "unit"), example.point)
    count = 0

    def site(request: Request) -> Response:
        nonlocal count
        count += 1
        assert example.handler
        return example.handler(request) if count < 3 else Response(429)

    assert await echo.verify(testkit.TestProbe(site, "other"), candidate) is None
