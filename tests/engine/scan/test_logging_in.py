"""Every kind of door opens with what its owner would have; every broken variant says what is wrong."""

import base64
import dataclasses

import pytest

from tests.engine.scan.entering import entering, form_login, otp_of, secrets_of, token_login
from tests.sites.login_club import club
from vedette.contract.exchange import Request
from vedette.contract.job import Login, Setting
from vedette.engine.crawl.login_attempt import Attempt
from vedette.engine.net.network import Network
from vedette.engine.scan import logging_in
from vedette.engine.scan.logging_in import MAX_FAILED, Failures


async def member(way, url):
    """Whether a page that only a member gets opens."""
    answer = await way.entry.send(Request("GET", url + "/members/note?text=mine", user="A"))
    return answer.status == 200 and "You wrote: mine" in answer.response.text


@pytest.mark.parametrize("form", ["plain", "two-step"])
async def test_a_form_with_fields_of_any_name(form):
    async with club(form=form) as site, entering(site, form_login(site)) as way:
        result = await way.entry.establish()
        assert result.ok, result.reason
        assert result.shown
        assert await member(way, site.url)
        assert site.tries == [(site.user, site.password)]
        assert way.steps[0].label == "Opened the log-in page"


@pytest.mark.parametrize(
    ("algorithm", "digits", "place"), [("SHA1", 6, "page"), ("SHA256", 7, "same"), ("SHA512", 8, "page")]
)
async def test_a_second_factor_of_each_algorithm(algorithm, digits, place):
    site_is = club(otp=place, algorithm=algorithm, digits=digits)
    async with site_is as site, entering(site, form_login(site, otp=otp_of(site))) as way:
        assert (await way.entry.establish()).ok
        assert await member(way, site.url)
        assert way.entry.values.codes.used > 0


async def test_a_code_handed_in_from_outside():
    async with club(otp="page", outside_code="424242") as site:
        otp = dataclasses.replace(otp_of(site), kind="handed", secret="")
        async with entering(site, form_login(site, otp=otp)) as way:
            way.control.on_code_wanted(lambda: way.control.hand_in("424242"))
            result = await way.entry.establish()
            assert result.ok, result.reason
            assert await member(way, site.url)
            assert any("outside" in step.label for step in way.steps)


async def test_a_token_of_an_api():
    async with club(door="bearer") as site, entering(site, token_login(site)) as way:
        result = await way.entry.establish()
        assert result.ok, result.reason
        assert await member(way, site.url)
        masked = way.entry.network.masker.text(" ".join(site.sessions))
        assert masked == "‹secret:session-authorization›"


@pytest.mark.parametrize(("door", "header"), [("basic", "Authorization"), ("header", "X-Member-Key")])
async def test_static_headers(door, header):
    async with club(door=door) as site:
        login = Login(kind="static", check_url=site.url + "/members")
        way_in = secrets_of(site) | {"h": site.header_value}
        if door == "basic":
            pair = f"{site.user}:{site.password}".encode()
            way_in["h"] = f"Basic {base64.b64encode(pair).decode()}"
        async with entering(site, login) as way:
            job = dataclasses.replace(way.entry.job, headers=(Setting(name=header, secret="h"),))
            async with Network(job, way_in) as network:
                way.entry._send = network.send
                assert (await way.entry.establish()).ok
                assert await member(way, site.url)


async def test_explicit_field_names_and_ids():
    async with club() as site:
        fields = (
            Setting(name=site.password_field, secret="password"),
            Setting(name=site.user_field, value=site.user),
        )
        # The order is not user first, but names that are fields' own are clear.
        async with entering(site, form_login(site, fields=fields[::-1])) as way:
            assert (await way.entry.establish()).ok


BROKEN = [
    ({}, {"password": "wrong"}, "user name or password was refused; the site says “invalid user name or password"),
    ({"silent": True}, {"password": "wrong"}, "the site shows the log-in form again"),
    ({"captcha": True}, {}, "A captcha was seen"),
    ({"lock_after": 1}, {}, "too many attempts"),
    ({"away": "http://elsewhere.invalid/sso"}, {}, "must not be requested: out of scope"),
    ({"forgetful": True}, {}, "the session did not hold"),
    ({"form": "delayed"}, {}, "No field for a user name or password was found"),
    ({"otp": "page"}, {}, "A second factor is asked for, and the log-in has none"),
    ({"otp": "page"}, {"otp": True, "key": "JBSWY3DPEHPK3PXP"}, "The second factor was refused"),
    ({"otp": "same"}, {"otp": True, "key": "JBSWY3DPEHPK3PXP"}, "The second factor was refused"),
]


@pytest.mark.parametrize(("habits", "given", "reason"), BROKEN, ids=[reason[:25] for _, _, reason in BROKEN])
async def test_what_is_wrong_is_said(habits, given, reason):
    async with club(**habits) as site:
        site.password = site.password if "password" not in given else site.password + "x"
        login = form_login(site, otp=otp_of(site) if "otp" in given else None)
        secrets = secrets_of(site) | {name: value for name, value in given.items() if name in ("password", "key")}
        async with entering(site, login) as way:
            way.entry.values = type(way.entry.values)(login, secrets, way.control, way.entry.say)
            result = await way.entry.establish()
            assert not result.ok
            assert reason in result.reason
            assert site.password not in result.reason


async def test_a_page_that_does_not_answer():
    async with club() as site:
        login = dataclasses.replace(form_login(site), url="http://127.0.0.1:9/login")
    async with club() as site:
        gone = site.url
    login = dataclasses.replace(login, url=gone + "/login", check_url=gone + "/")
    async with entering(dataclasses.replace(site, url=gone), login) as way:
        result = await way.entry.establish()
        assert "did not answer" in result.reason


async def test_a_wrong_password_is_tried_once():
    async with club() as site:
        login = form_login(site, fields=(Setting(name="u", value=site.user), Setting(name="p", value="guess-1")))
        async with entering(site, login) as way:
            first = await way.entry.establish()
            second = await way.entry.establish()
            assert (first.ok, second.ok) == (False, False)
            assert second.reason == first.reason
            assert len(site.tries) == 1


async def test_three_failures_are_enough():
    async with club(forgetful=True) as site, entering(site, form_login(site)) as way:
        for _ in range(5):
            await way.entry.establish()
        assert len(site.tries) == MAX_FAILED
        assert Failures(way.entry.failures.dump()).reason


async def test_a_log_in_again_forgets_the_old_session():
    async with club() as site, entering(site, form_login(site)) as way:
        assert (await way.entry.establish()).ok
        site.throw_out()
        assert await way.entry.check.holds(way.entry.send) is False
        assert (await way.entry.establish()).ok
        assert await way.entry.check.holds(way.entry.send) is True
        assert site.logins == 2


async def test_one_to_be_recorded_goes_by_request_where_the_browser_sees_nothing(monkeypatch):
    class Blind:
        async def start(self):
            return ""

    async def unseen(*_):
        return Attempt(ok=False, reason="Nothing to be seen.", undecided=True)

    monkeypatch.setattr(logging_in, "by_browser", unseen)
    async with club() as site, entering(site, form_login(site, record=True), browser=Blind()) as way:
        assert (await way.entry.establish()).ok
        assert site.tries == [(site.user, site.password)]


async def test_no_way_without_values():
    async with club() as site, entering(site, form_login(site, fields=())) as way:
        assert "needs a user name and a password" in (await way.entry.establish()).reason


async def test_a_log_in_that_nothing_shows_is_good_without_a_browser_too():
    async with club() as site:
        login = dataclasses.replace(form_login(site), check_url=site.url + "/about")
        async with entering(site, login) as way:
            result = await way.entry.establish()
            assert (result.ok, result.shown) == (True, False), result.reason


@pytest.mark.parametrize(("cookies", "ok"), [((), False), ((("sid", "1"),), True)])
async def test_a_log_in_that_leaves_nothing_behind_is_none(monkeypatch, cookies, ok):
    """Whatever the page says: without a cookie and a token requests are nobody's."""

    async def silent(*_):
        return Attempt(ok=True, sent=True, cookies=cookies)

    monkeypatch.setattr(logging_in, "by_form", silent)
    async with club() as site:
        login = dataclasses.replace(form_login(site), check_url=site.url + "/about")
        async with entering(site, login) as way:
            result = await way.entry.establish()
            assert result.ok is ok
            assert (logging_in.NOTHING_LEFT in result.reason) is not ok
