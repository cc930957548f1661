"""Which headers and cookies a site reads."""

import pytest

from tests.engine.scan.scanning import job_for, ran, scan_of, within
from tests.sites.shop import Answer, cookies, page, shop
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.point import Target
from vedette.engine.scan.survey import named_headers, survey


def reading(request=None, response=None):
    return list(named_headers(request, response))


def test_headers_that_an_answer_names_as_read():
    response = Response(200, (("Vary", "Accept-Encoding, X-Tenant"), ("Access-Control-Allow-Headers", "X-Tenant, X-A")))
    assert reading(response=response) == [("X-Tenant", "1"), ("X-A", "1")]


def test_headers_that_a_script_sends_keep_their_values():
    request = Request("GET", "http://a/", (("X-Api", "v2"), ("Referer", "http://a/"), ("Content-Type", "a/b")))
    assert reading(request) == [("X-Api", "v2")]


@pytest.mark.parametrize("value", ["", "*", "Bad Name", "Ünï", "Cookie, authorization, HOST"])
def test_what_is_no_name_or_our_own_is_passed_over(value):
    assert reading(response=Response(200, (("Vary", value),))) == []


async def read(before=None, names=("/visits", "/hello", "/about"), session=("lang=en",)):
    """The headers and cookies found for some pages of the shop, and what was asked."""
    async with shop(before) as site:
        scan = scan_of(job_for(site.url))
        targets = [Target(Request("GET", site.url.rstrip("/") + name), name) for name in names]
        await within(scan, surveying(scan, site, targets, session))
        found = {(key.partition("|")[0], *value[:2]) for key, value in scan.facts.extras.items()}
        return {(target.template, *rest) for target in targets for key, *rest in found if key == target.key}, site.log


async def surveying(scan, site, targets, session):
    for pair in session:
        response = Response(200, (("Set-Cookie", pair),))
        exchange = await scan.network.send(Request("GET", site.url), keep_cookies=False)
        exchange.response = response
        scan.keep_cookies(exchange)
    await survey(scan, targets)


async def test_what_a_page_shows_is_read():
    found, log = await read()
    assert found == {("/visits", "header", "X-Forwarded-For"), ("/hello", "cookie", "lang")}
    assert len(log) == 1 + 3 * (3 + 2), "start page; three samples and two requests for each target"


async def test_what_steers_a_page_is_told_apart_from_what_does_not():
    async def by_language(asked):
        if asked.path == "/about" and asked.headers.get("accept-language"):
            return Answer(page("Über uns", "<p>Wir verkaufen Tee, und zwar nur hier.</p><ul><li>Kannen</li></ul>"))
        if asked.path == "/about" and cookies(asked).get("plan") != "basic":
            return Answer(page("More", "<h2>Your plan</h2><ol><li>Everything that there is to have</li></ol>"))
        return None

    found, _ = await read(by_language, ("/about",), ("lang=en", "plan=basic"))
    assert found == {("/about", "header", "Accept-Language"), ("/about", "cookie", "plan")}


async def test_a_page_that_turns_us_away_tells_nothing():
    async def wary(asked):
        odd = asked.headers.get("accept-language")
        return Answer("Too many requests", 429) if odd else None

    found, log = await read(wary, ("/about",), ())
    assert found == set()
    assert len(log) == 3 + 2, "asked once more, as the pacing allows, and then left alone"


async def test_the_points_come_into_the_tests_of_a_whole_scan():
    async with shop() as site:
        result = await ran(job_for(site.url, checks=("crlf",)))
    kinds = {(point.url.partition(site.url)[2], point.point_kind, point.parameter) for point in result.points()}
    assert ("visits", "header", "X-Forwarded-For") in kinds
    assert ("hello", "cookie", "lang") in kinds
