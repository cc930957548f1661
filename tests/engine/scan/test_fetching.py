"""Rounds of the crawl: whole, within one session, at no more at once than the rate allows."""

import pytest

from tests.engine.scan.entering import form_login, job_of, secrets_of
from tests.engine.scan.scanning import scan_of
from tests.sites.login_club import club
from vedette.contract.exchange import Request
from vedette.engine.scan.fetching import LOST_ALONE, ROUND, Fetcher


async def opened(site, **limits):
    """A scan that is logged in."""
    job = job_of(site, form_login(site), limits={"rate": 1000.0, "concurrency": 1, **limits})
    scan = scan_of(job, secrets=secrets_of(site))
    scan.watch.arm(await scan.entries["A"].establish())
    return scan


def requests_of(site, count):
    return [Request("GET", f"{site.url}/members/rooms/{number}", user="A") for number in range(1, count + 1)]


async def test_a_lost_session_ends_the_round_at_once():
    async with club() as site:
        scan = await opened(site)
        fetcher = Fetcher(scan)
        site.throw_out()
        assert await fetcher.fetch(requests_of(site, 7)) is None
        assert [path for path in site.turned_away if "/rooms/" in path] == ["/members/rooms/1"]
        assert site.logins == 2
        exchanges = await fetcher.fetch(requests_of(site, 7))
        assert [exchange.status for exchange in exchanges] == [200] * 7


async def test_how_a_folder_says_no_is_not_learned_from_nobodys_answers():
    async with club() as site:
        scan = await opened(site)
        (exchange,) = await Fetcher(scan).fetch(requests_of(site, 1))
        folder = scan.soft404.folder_of(exchange.request.url)
        scan.soft404.forget(folder)
        site.throw_out()
        assert await Fetcher(scan).know_missing([exchange])
        assert not scan.soft404.wants(exchange.request.url), "the site has sent us to its log-in page"
        assert not await scan.watch.holds(0)
        assert scan.soft404.wants(exchange.request.url)


async def test_a_page_that_ends_the_session_is_found_out():
    async with club() as site:
        scan = await opened(site)
        fetcher = Fetcher(scan)
        leaving = [Request("GET", site.url + "/logout", user="A"), *requests_of(site, 1)]
        assert fetcher.size == ROUND
        for _ in range(2):
            assert await fetcher.fetch(leaving) is None
        assert fetcher.size == 1
        while not fetcher.blames(leaving[:1]):
            assert await fetcher.fetch(leaving[:1]) is None
            assert site.logins <= LOST_ALONE + 2
        assert fetcher.size == ROUND


@pytest.mark.parametrize("word", ["pause", "cancel"])
async def test_half_a_round_counts_only_when_nobody_goes_on(word):
    async with club() as site:
        scan = await opened(site)
        scan.control.say(word)
        scan.network.stop()
        assert (await Fetcher(scan).fetch(requests_of(site, 2)) is None) is (word == "pause")
