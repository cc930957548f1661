"""Pages on which passive checks spoke, looked at once more."""

import dataclasses

import pytest

from tests.engine.scan.knowing import found_on, on, outcomes, retest_job, scan_job
from tests.engine.scan.scanning import altered, catalogue, exchange, job_for, ran, scan_of
from tests.sites.mending import mending
from tests.sites.shop import Answer
from vedette.contract.exchange import Request
from vedette.contract.finding import Location
from vedette.contract.job import Job, Known, Login, Profile, Scope
from vedette.engine import catalog
from vedette.engine.attack.point import Target
from vedette.engine.parse.page import Page
from vedette.engine.scan.doubting import NOT_THERE
from vedette.engine.scan.revisiting import barred, bodies, current, heeds_redirects, unusable

URL = "http://127.0.0.1:9/x"
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


@pytest.fixture
async def site():
    async with mending() as running:
        yield running


def why(check, answer, **changes):
    scan = scan_of(job_for(URL, **changes))
    return unusable(scan, catalog.load().by_id[check], Page(answer), answer.response)


@pytest.mark.parametrize(
    ("check", "answer", "reason"),
    [
        ("secrets-jwt", exchange(URL, "<p>x</p>"), ""),
        ("secrets-jwt", exchange(URL, "", 404), NOT_THERE),
        ("secrets-jwt", exchange(URL, "", 301, (("Location", "/y"),)), NOT_THERE),
        ("secrets-jwt", exchange(URL, "", 302, (("Location", "/login"),)), "the page sent us to a log-in page"),
        ("cookies-no-httponly", exchange(URL, "", 302, (("Location", "/y"),)), ""),
        ("transport-plain-http", exchange(URL, "", 301, (("Location", "https://127.0.0.1/x"),)), ""),
        ("transport-plain-http", exchange(URL, "", 301, (("Location", "/y"),)), NOT_THERE),
        ("secrets-jwt", exchange(URL, "", 403), "the page answered 403"),
        ("secrets-jwt", exchange(URL, "", 500), "the page answered 500"),
        ("disclosure-stack-trace", exchange(URL, "", 500), ""),
        ("disclosure-stack-trace", exchange(URL, "", 401), "the page answered 401"),
        ("disclosure-stack-trace", exchange(URL, "", 429), "the page answered 429"),
    ],
)
async def test_which_answers_a_silent_check_has_really_judged(check, answer, reason):
    assert why(check, answer) == reason


async def test_an_answer_cut_short_was_not_judged():
    answer = exchange(URL, "<p>x</p>")
    answer.response.truncated = True
    assert why("secrets-jwt", answer) == "the answer was cut at the limit"


async def test_a_page_without_its_session_was_not_judged():
    form = '<form method="post" action="/login"><input name="u"><input type="password" name="p"></form>'
    answer = exchange(URL, form)
    assert why("secrets-jwt", answer) == ""
    answer.request = Request("GET", URL, user="A")
    assert why("secrets-jwt", answer, login=Login(kind="static")) == "the log-in did not hold"


def test_checks_of_headers_heed_redirects():
    heeding = {check.id for check in catalog.load().passive if heeds_redirects(check)}
    assert {"cookies-no-httponly", "cookies-not-secure", "disclosure-server-version", "headers-hsts-weak"} <= heeding
    assert not heeding & {
        "secrets-jwt",
        "disclosure-directory-listing",
        "headers-csp-missing",
        "headers-nosniff-missing",
    }


@pytest.mark.parametrize(
    ("request_", "changes", "says"),
    [
        (Request("GET", URL), {}, ""),
        (Request("GET", "http://127.0.0.1:8/"), {}, "must not be requested"),
        (Request("GET", URL), {"scope": Scope(exclude=("*/x",))}, "must not be requested"),
        (Request("POST", URL + "/account/delete", FORM, b"id=7"), {}, "may do harm"),
        (Request("POST", URL + "/account/delete", FORM, b"id=7"), {"allow_actions": ("delete",)}, ""),
        (Request("POST", URL, FORM, b"id=7"), {"profile": Profile.SAFE}, "nothing that may write"),
        (Request("POST", URL, FORM, b"id=7"), {}, ""),
    ],
)
async def test_what_a_scan_may_not_send(request_, changes, says):
    told = barred(scan_of(job_for(URL, **changes)), request_)
    assert says in told
    assert bool(told) == bool(says)


async def test_a_form_is_sent_as_this_crawl_met_it():
    def known(body):
        place = Location(url=URL, method="POST", path="/x")
        return Known(id="1", check="secrets-jwt", location=place, request=Request("POST", URL, FORM, body))

    scan = scan_of(Job(id="t", start_urls=(URL,), allow_private=("127.0.0.1",)))
    fresh = Request("POST", URL, FORM, b"text=nice&token=ffffffffffffffff01")
    stale = known(b"text=nice&token=0123456789abcdef01")
    assert current(scan, stale, bodies(scan)) is None, "its token is of another time"
    assert current(scan, known(b"text=nice"), bodies(scan)).body == b"text=nice"
    scan.facts.learn_target(Target(fresh, "/x"), 0, "k", "")
    assert current(scan, stale, bodies(scan)) == fresh
    assert current(scan, known(b"text=other&token=0123456789abcdef01"), bodies(scan)) is None


async def test_a_site_wide_flaw_is_judged_at_the_start_page_when_its_page_is_gone(site):
    one = on(await found_on(site), "headers-nosniff-missing")
    one = dataclasses.replace(one, request=Request("GET", site.url + "gone"))
    site.mended = {"nosniff"}
    assert outcomes(await ran(retest_job(site, one))) == {one.id: "gone"}
    cookie = on(await found_on(site), "cookies-no-httponly")
    cookie = dataclasses.replace(cookie, request=Request("GET", site.url + "gone"))
    site.mended = {"flags"}
    assert outcomes(await ran(retest_job(site, cookie))) == {cookie.id: "unreachable"}


async def test_a_site_wide_flaw_that_stays_elsewhere_is_seen(site):
    one = on(await found_on(site), "headers-nosniff-missing")

    async def half(asked):
        answer = await site(asked)
        if asked.path != "/about":
            answer.headers.append(("X-Content-Type-Options", "nosniff"))
        return answer

    site.server._before = half
    one = dataclasses.replace(one, request=Request("GET", site.url))
    assert outcomes(await ran(scan_job(site, one))) == {one.id: "seen"}


async def test_a_page_that_is_not_linked_any_more_is_looked_at_all_the_same(site):
    one = on(await found_on(site), "disclosure-directory-listing")

    async def bare(asked):
        return Answer("<p>Nothing to see</p>") if asked.path == "/" else await site(asked)

    site.server._before = bare
    assert outcomes(await ran(scan_job(site, one))) == {one.id: "seen"}
    site.mended = {"listing"}
    assert outcomes(await ran(scan_job(site, one))) == {one.id: "gone"}


async def test_a_crawl_cut_short_says_nothing_of_the_site_as_a_whole(site):
    known = await found_on(site)
    site.mended = {"nosniff", "listing"}
    told = outcomes(await ran(scan_job(site, *known, limits={"max_pages": 2})))
    assert told[on(known, "headers-nosniff-missing").id] == "untested"
    assert told[on(known, "disclosure-directory-listing").id] == "gone", "the very page was looked at"


async def test_a_check_that_crashes_has_judged_nothing(site, monkeypatch):
    one = on(await found_on(site), "disclosure-directory-listing")

    def broken(page):
        raise ValueError("odd")

    catalogue(monkeypatch, altered("disclosure-directory-listing", inspect=broken))
    assert outcomes(await ran(retest_job(site, one))) == {one.id: "untested"}
