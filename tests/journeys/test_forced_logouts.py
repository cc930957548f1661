"""A scan of minutes within a session that the site ends every minute: it stays inside, and finds the same."""

from __future__ import annotations

import json
import re

import pytest

from tests.sites.login_club import club_beside
from vedette.contract.verdict import MIN_LOGGED_IN_SHARE

CHECKS = ("xss", "sqli", "crlf", "redirect", "headers", "cookies", "-sqli-time")
RATE = 1.6
"""Requests a second: slow enough for the scan to last more than four minutes."""


def scanned(cli, site, monkeypatch, *more):
    """What the report of a scan with user and password says, without what names this one site."""
    monkeypatch.setenv("CLUB_PASSWORD", site.password)
    words = ["--login-url", site.url + "/login", "--login-user", site.user, "--login-password-env", "CLUB_PASSWORD"]
    words += [word for check in CHECKS for word in ("--checks", check)]
    done = cli.run("scan", site.url + "/", *words, *more, "--json", "r.json", "--events", "e.jsonl", timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((cli.folder / "r.json").read_text())
    for name in ("r.json", "e.jsonl", "e.jsonl.state"):
        (cli.folder / name).rename(cli.folder / f"{site.url[-5:]}-{name}")
    found = {
        (one["proof"], *(value for name, value in one["identity"]["parts"].items() if name != "origin"), one["check"])
        for one in report["findings"]
    }
    return report, found


def last_share(events):
    """The share of requests that were made within the session, as the scan told it last."""
    shares = re.findall(r'"logged_in_share":\s*([0-9.]+)', events.read_text())
    return float(shares[-1])


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_session_that_ends_every_minute(cli, monkeypatch, record_property):
    with club_beside(booking=True) as site:
        _, expected = scanned(cli, site, monkeypatch)
        assert site.logins == 1
        assert any("GET /members/note" in one for one in expected)
    with club_beside(booking=True, thrown_every=60.0) as site:
        report, found = scanned(cli, site, monkeypatch, "--rate", str(RATE))
        share = last_share(cli.folder / f"{site.url[-5:]}-e.jsonl")
        figures = {
            "seconds": round(report["scan"]["duration_s"]),
            "requests": report["scan"]["requests"],
            "thrown out": site.thrown,
            "log-ins": site.logins,
            "inside": share,
        }
        for name, value in figures.items():
            record_property(name, value)
        print(figures)
    assert report["scan"]["duration_s"] >= 240
    assert site.thrown >= 4
    assert site.thrown <= site.logins <= site.thrown + 1, "one log-in for each time, and none in vain"
    assert share >= MIN_LOGGED_IN_SHARE
    assert report["scan"]["verdict"] == "findings", report["scan"]["reasons"]
    assert found == expected
