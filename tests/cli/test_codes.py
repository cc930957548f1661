"""Codes from a command or a person reach the log-in that waits."""

import asyncio
import io
import sys

from vedette.cli.codes import from_command, from_terminal, serve, source
from vedette.engine.scan import Control


def test_the_first_line_of_a_command():
    assert from_command("printf '  123456 \\nmore'") == "123456"
    assert from_command("false") == ""
    assert from_command("no-such-command-anywhere") == ""
    assert from_command("'") == ""


def test_what_a_person_types(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("424242\n"))
    assert from_terminal() == "424242"
    assert "One-time code" in capsys.readouterr().err


def test_where_codes_come_from():
    assert source(prompt=False, command="") is None
    assert source(prompt=True, command="") is from_terminal
    assert source(prompt=True, command="printf 7")() == "7"


async def test_who_waits_is_served():
    control = Control()
    serve(control, lambda: "99")
    assert await asyncio.wait_for(control.code(5), 5) == "99"
