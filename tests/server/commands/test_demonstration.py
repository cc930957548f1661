"""The demo around a platform; the whole of it runs in tests/journeys/test_up.py."""

import contextlib
import os
import sys

import pytest

from vedette.cli.problem import Problem
from vedette.server.commands import demonstration
from vedette.server.worker.supervisor import Supervisor


@pytest.fixture
def site(monkeypatch):
    """A practice site that is only said to be there, and what the platform was started with."""
    seen = {}

    @contextlib.contextmanager
    def practice_site(*arguments):
        seen["served"] = arguments
        yield "http://127.0.0.1:4321/"

    def run(stay, *, demo):
        seen["demo"], seen["allowed"] = demo, os.environ["VEDETTE_ALLOW_PRIVATE"]
        return stay(Supervisor([], say=print), "http://127.0.0.1:1")

    monkeypatch.setattr(demonstration, "practice_site", practice_site)
    monkeypatch.setattr(demonstration, "run", run)
    monkeypatch.delenv("VEDETTE_ALLOW_PRIVATE", raising=False)
    return seen


@pytest.fixture
def scan(monkeypatch, tmp_path):
    """Puts a script in the place of the first scan."""

    def put(text):
        script = tmp_path / "python"
        script.write_text(f"#!/bin/sh\n{text}\n")
        script.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(script))

    return put


@pytest.mark.parametrize(("text", "code"), [("exit 0", 0), ("exit 1", demonstration.NOT_RELIABLE)])
def test_away_from_a_terminal_it_ends_with_the_scan(site, scan, text, code, tmp_path):
    scan(f'echo "$@" > {tmp_path}/given; {text}')
    assert demonstration.main() == code
    assert site["demo"]
    # Exactly the site's own address and port are opened.
    assert site["allowed"] == "127.0.0.1:4321"
    token = site["served"][1].partition("=")[2].removeprefix("Vedette=")
    assert site["served"] == ("--serve", f"vedette-{token}.txt=Vedette={token}")
    given = (tmp_path / "given").read_text().split()
    assert given[-3:] == ["http://127.0.0.1:4321/", token, "http://127.0.0.1:1"]


def test_what_was_allowed_before_stays_allowed(site, scan, monkeypatch):
    monkeypatch.setenv("VEDETTE_ALLOW_PRIVATE", "10.0.0.0/8")
    scan("exit 0")
    demonstration.main()
    assert site["allowed"] == "10.0.0.0/8 127.0.0.1:4321"


def test_on_a_terminal_it_stays_until_told_and_the_scan_ends_with_it(site, scan, monkeypatch, tmp_path):
    scan(f"trap 'echo told > {tmp_path}/told; exit 0' TERM; touch {tmp_path}/up; while :; do sleep 0.05; done")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)

    def watch(supervisor, address):
        while not (tmp_path / "up").exists():
            pass
        return 0

    monkeypatch.setattr(demonstration, "watch", watch)
    assert demonstration.main() == 0
    assert (tmp_path / "told").read_text() == "told\n"


def test_a_signal_while_the_scan_runs_is_no_failure(site, scan, monkeypatch):
    scan("exec sleep 60")

    def run(stay, *, demo):
        supervisor = Supervisor([], say=print)
        supervisor.stop()
        return stay(supervisor, "http://127.0.0.1:1")

    monkeypatch.setattr(demonstration, "run", run)
    assert demonstration.main() == 0


def test_without_a_practice_site_there_is_no_demo(monkeypatch, capsys):
    @contextlib.contextmanager
    def practice_site(*arguments):
        raise Problem("The practice site did not start.")
        yield

    monkeypatch.setattr(demonstration, "practice_site", practice_site)
    assert demonstration.main() == 2
    assert "did not start" in capsys.readouterr().err
