"""Twelve kinds of log-ins, each over a scan whose sessions the site ends again and again, each broken on purpose."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.engine.scan.entering import form_login, job_of, otp_of, secrets_of, token_login
from tests.engine.scan.knowing import known_of, outcomes
from tests.engine.scan.scanning import ran
from tests.sites.certificates import certified_site
from tests.sites.login_club import Club, club
from vedette.contract import events as kinds
from vedette.contract.job import JobKind, Login, RecordedStep, Setting
from vedette.engine.net import playing
from vedette.engine.net.browser_process import missing
from vedette.engine.scan import Control, login_by_browser

CODE = "424242"
OUTS = 3
"""How often all sessions end during a scan."""

long = pytest.mark.long
needs_browser = pytest.mark.skipif(bool(missing()), reason=missing() or "there is a browser")


@dataclass
class Way:
    """A kind of site, how to log in there, and what is wrong with a log-in that is broken, in one word of its reason.
    `spoil` breaks the secrets or the login."""

    login: Callable[[Club], Login]
    habits: dict[str, Any] = field(default_factory=dict)
    browser: bool = False
    spoil: Callable[[Club, Login, dict[str, str]], Login] | None = None
    reason: str = ""


def wrong_password(site, login, secrets):
    site.password += "-changed"
    return login


def wrong_key(site, login, secrets):
    secrets["key"] = base64.b32encode(b"x" * 20).decode()
    return login


def steps(site, button="button"):
    return (
        RecordedStep(kind="goto", url=site.url + "/login"),
        RecordedStep(kind="fill_value", css=f"[name={site.user_field}]", value=site.user),
        RecordedStep(kind="bfill_value", css=f"[name={site.password_field}]", secret="password"),
        RecordedStep(kind="click", css=button),
    )


def lost_button(site, login, secrets):
    return dataclasses.replace(login, steps=steps(site, "#nowhere"))


def wrong_field(site, login, secrets):
    return dataclasses.replace(login, token=dataclasses.replace(login.token, field="data.jwt"))


def handed(site):
    return form_login(site, otp=dataclasses.replace(otp_of(site), kind="handed", secret=""))


def other_code(site, login, secrets):
    site.habits.outside_code = "999999"
    return login


def never_drawn(site, login, secrets):
    return dataclasses.replace(login, url=site.url + "/about")


def codes(algorithm, digits):
    return Way(
        lambda site: form_login(site, otp=otp_of(site)),
        {"otp": "page", "algorithm": algorithm, "digits": digits, "period": 2},
        spoil=wrong_key,
        reason="The second factor was refused",
    )


MADE = {
    "form": Way(form_login, spoil=wrong_password, reason="was refused"),
    "two-step": Way(form_login, {"form": "two-step"}, spoil=wrong_password, reason="was refused"),
    "API token": Way(token_login, {"door": "bearer"}, spoil=wrong_field, reason="no token in 'data.jwt'"),
    "one-time code from outside": Way(
        handed, {"otp": "page", "outside_code": CODE}, spoil=other_code, reason="The second factor was refused"
    ),
    "TOTP, SHA1": codes("SHA1", 6),
    "TOTP, SHA256": codes("SHA256", 7),
    "TOTP, SHA512": codes("SHA512", 8),
    "delayed": Way(form_login, {"form": "delayed"}, True, never_drawn, "No field for a user name or password"),
    "script-rendered": Way(form_login, {"form": "scripted"}, True, wrong_password, "wrong user name or password"),
    "bearer in storage": Way(
        form_login, {"form": "scripted", "door": "bearer"}, True, wrong_password, "wrong user name or password"
    ),
    "sequence": Way(
        lambda site: Login(kind="sequence", url=site.url + "/login", steps=steps(site)),
        {},
        True,
        lost_button,
        "click #nowhere was not found",
    ),
}
SLOW = {name for name, way in MADE.items() if way.browser or name.startswith("TOTP")}


def marked(name):
    marks = [long] if name in SLOW else []
    return pytest.param(name, marks=[*marks, needs_browser] if MADE[name].browser else marks, id=name)


def found(result):
    return {
        event.finding.location.url.partition("?")[0].rpartition("/members/")[2]
        for event in result.of(kinds.FindingSeen)
    }


def handing(control):
    control.on_code_wanted(lambda: control.hand_in(CODE))
    return control


def thrower(site, every=12):
    """Ends all sessions after so many batches, `OUTS` times."""
    seen = [0]

    def count(batch):
        seen[0] += 1
        if seen[0] % every == 0 and site.thrown < OUTS:
            site.throw_out()

    return count


@pytest.mark.parametrize("name", [marked(name) for name in MADE])
async def test_a_session_is_held_over_forced_log_outs(name):
    way = MADE[name]
    async with club(**way.habits) as site:
        job = job_of(site, way.login(site), browser=way.browser)
        result = await ran(job, secrets=secrets_of(site), control=handing(Control()), on_batch=thrower(site))
        assert site.thrown == OUTS
        assert found(result) == {"note"}
        assert [one.reason for one in result.of(kinds.LoginAttempt) if not one.ok] == []
        assert site.logins >= OUTS
        assert result.of(kinds.Progress)[-1].logged_in_share > 0.8


@pytest.mark.parametrize("name", [marked(name) for name in MADE])
async def test_a_broken_one_names_its_reason(name, monkeypatch):
    monkeypatch.setattr(login_by_browser, "APPEAR_S", 1.5)
    monkeypatch.setattr(login_by_browser, "ANSWER_S", 1.5)
    monkeypatch.setattr(playing, "FIND_S", 3.0)
    way = MADE[name]
    async with club(**way.habits) as site:
        secrets = secrets_of(site)
        login = way.spoil(site, way.login(site), secrets)
        job = job_of(site, login, browser=way.browser, kind=JobKind.LOGIN_TEST)
        result = await ran(job, secrets=secrets, control=handing(Control()))
        assert result.finished.verdict == "failed"
        assert way.reason in result.finished.reasons[0]
        assert not site.inside


@pytest.mark.parametrize("name", ["form", "API token"])
async def test_a_retest_logs_in_as_the_scan_did(name):
    way = MADE[name]
    async with club(**way.habits) as site:
        job = job_of(site, way.login(site))
        known = known_of(await ran(job, secrets=secrets_of(site)))
        site.throw_out()
        again = dataclasses.replace(job, kind=JobKind.RETEST, known=known)
        result = await ran(again, secrets=secrets_of(site))
        assert outcomes(result) == {one.id: "seen" for one in known}
        assert site.logins == 2


# Log-ins that stand in each request: nobody can renew them, but whether they hold is seen.


def static(door, site, client):
    """The job of a scan that brings what the door wants, and its secrets."""
    login = Login(kind="static", check_url=site.url + "/members")
    if door == "certificate":
        return job_of(site, login, certificate="c", insecure=True), {"c": client}
    pair = base64.b64encode(f"{site.user}:{site.password}".encode()).decode()
    name, value = ("Authorization", f"Basic {pair}") if door == "basic" else ("X-Member-Key", site.header_value)
    return job_of(site, login, headers=(Setting(name=name, secret="c"),)), {"c": value}


@pytest.fixture
def entered(tmp_path):
    def enter(door):
        context, client = certified_site(tmp_path) if door == "certificate" else (None, "")
        return club(context, door=door), client

    return enter


@pytest.mark.parametrize("door", ["basic", "header", "certificate"])
async def test_what_goes_with_each_request_outlasts_sessions(door, entered):
    opened, client = entered(door)
    async with opened as site:
        job, secrets = static(door, site, client)
        site.sessions["visit"] = 1 << 30
        result = await ran(job, secrets=secrets, on_batch=lambda _: site.throw_out())
        assert found(result) == {"note"}
        assert result.finished.verdict == "findings"
        assert result.of(kinds.Progress)[-1].logged_in_share == 1.0


@pytest.mark.parametrize("door", ["basic", "header", "certificate"])
async def test_a_broken_static_one_names_its_reason(door, entered):
    opened, client = entered(door)
    async with opened as site:
        job, secrets = static(door, site, client)
        site.password, site.header_value = "other", "other"
        if door == "certificate":
            job = dataclasses.replace(job, certificate="")
        result = await ran(dataclasses.replace(job, kind=JobKind.LOGIN_TEST), secrets=secrets)
        assert result.finished.verdict == "failed"
        assert "/members" in result.finished.reasons[0] and "401" in result.finished.reasons[0]


@pytest.mark.parametrize(
    ("door", "after"), [("basic", 3), ("header", 3), ("certificate", 3), ("header", 20), ("header", 45)]
)
async def test_one_that_is_revoked_meanwhile_shows_in_the_verdict(door, after, entered):
    """Be it in the crawl or while it tests."""
    opened, client = entered(door)
    async with opened as site:
        job, secrets = static(door, site, client)

        def revoke(_):
            site.revoked = len(site.inside) > after

        result = await ran(job, secrets=secrets, on_batch=revoke)
        assert result.finished.verdict == "incomplete"
        assert "has ended during the scan" in result.finished.reasons[0]
