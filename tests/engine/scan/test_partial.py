"""Scans of a part of a site: some addresses, what is new, what tests may change."""

import dataclasses

import pytest

from tests.engine.scan.scanning import SECRET, job_for, ran, scan_of, within
from tests.sites.shop import Answer, page, shop
from vedette.contract import events as kinds
from vedette.contract.exchange import Request
from vedette.contract.job import HostSettings, Job, Part, RecordedStep, Scope, Sequence, Setting
from vedette.engine.crawl.frontier import Item
from vedette.engine.scan import JobRefused, run
from vedette.engine.scan.crawling import Crawler
from vedette.engine.scan.partial import SEQUENCE, Partial, endpoint_key, settings_of

QUIET = ("tls-protocol-outdated",)
PROSE = "<p>All about the red lamp that stands in the corner of our small shop and shines each night</p>"


def partial(**part):
    return Partial(Job(id="t", start_urls=("http://a.test/",), part=Part(**part)))


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("http://a.test/shop", True),
        ("http://a.test/shop/", True),
        ("http://a.test/shop/item?id=1", True),
        ("http://a.test/shop?x=1", True),
        ("http://a.test/shopping", False),
        ("http://a.test/", False),
        ("http://b.test/shop", False),
        ("http://a.test/find?q=1", True),
        ("http://a.test/find?q=1&p=2", True),
        ("http://a.test/find?q=12", False),
        ("http://a.test/find", False),
    ],
)
def test_a_part_holds_its_addresses_and_what_lies_below(url, inside):
    assert partial(urls=("http://a.test/shop", "HTTP://A.TEST/find?q=1")).inside(url) is inside
    assert partial().inside(url)


@pytest.mark.parametrize("part", ["sequences_only", "described_only"])
def test_what_keeps_to_sequences_or_descriptions_follows_nothing_else(part):
    part = partial(**{part: True})
    start, link, step = (Item(Request("GET", "http://a.test/x"), source=one) for one in ("start", "a", "sequence"))
    assert [part.crawls(one) for one in (start, link, step)] == [True, False, True]
    assert [part.looks_at(one) for one in (start, link, step)] == [False, False, True]


def test_a_key_is_that_of_the_endpoint_not_of_the_user_or_the_values_of_an_operation():
    one = Request("GET", "http://a.test/users/one", user="A")
    assert endpoint_key(one) == endpoint_key(dataclasses.replace(one, user=""))
    assert endpoint_key(one) != endpoint_key(dataclasses.replace(one, url="http://a.test/users/two"))
    two = dataclasses.replace(one, url="http://a.test/users/two")
    assert endpoint_key(one, "GET /users/{name}", "/users/{}") == endpoint_key(two, "GET /users/{name}", "/users/{}")


def test_what_may_be_changed_and_what_never():
    job = Job(
        id="t", start_urls=("http://a.test/",),
        headers=(Setting(name="X-Tenant", value="5", testing=True), Setting(name="X-Key", value="k")),
        hosts=(HostSettings(origin="http://b.test", cookies=(Setting(name="sid", value="1"),)),),
    )  # fmt: skip
    testing, never = settings_of(job)
    assert list(testing) == [("header", "X-Tenant")]
    assert never == {("header", "x-key"), ("cookie", "sid")}


async def scanned(site, **changes):
    return await ran(job_for(site.url, checks=changes.pop("checks", QUIET), **changes), state=SECRET)


def inputs(result):
    return {(event.point_kind, event.parameter) for event in result.of(kinds.InputFound)}


async def test_only_a_part_is_looked_at_and_tested():
    async with shop() as site:
        result = await scanned(
            site, part=Part(urls=(f"{site.url}search",)), checks=("xss-reflected", "headers", "files")
        )
        paths = {asked.path for asked in site.log}
    assert {event.url.partition("?")[0] for event in result.of(kinds.EndpointFound)} == {f"{site.url}search"}
    assert "/book" not in paths
    assert not [path for path in paths if ".git" in path or ".env" in path], "hosts are not looked at as a whole"
    assert all(event.url.startswith(f"{site.url}search") for event in result.of(kinds.PointTested))
    assert all(event.finding.location.url.startswith(f"{site.url}search") for event in result.of(kinds.FindingSeen))


def site_of(texts):
    async def answer(asked):
        text = texts.get(asked.path)
        return Answer(page("A page", text)) if text is not None else Answer(page("None", "<p>Nothing.</p>"), 404)

    return answer


LINKS = "<a href='/one?a=1'>1</a><a href='/two?a=1'>2</a><a href='/time?a=1'>3</a>"


async def test_a_second_scan_tests_what_is_new_or_changed():
    texts = {"/": LINKS + PROSE, "/one": PROSE, "/two": PROSE + "<p>two</p>", "/time": PROSE + "<p>12:05:33 a9f</p>"}
    async with shop(site_of(texts)) as site:
        first = await scanned(site)
        earlier = {event.key: event.digest for event in first.of(kinds.EndpointFound) if event.digest}
        texts["/time"] = PROSE + "<p>14:33:01 b77</p>"
        texts["/two"] = PROSE + "<form method=post action='/three'><input name=b></form>"
        texts["/three"] = "<p>thank you</p>"
        second = await scanned(site, part=Part(incremental=True, earlier=earlier))
    tested = {event.url.partition(site.url)[2] for event in second.of(kinds.InputFound)}
    assert tested == {"two?a=1", "three"}
    assert second.finished.coverage["endpoints_unchanged"] == 3
    assert {event.url.partition(site.url)[2] for event in first.of(kinds.InputFound)} >= {"one?a=1", "time?a=1"}


async def test_one_page_more_of_a_known_kind_is_nothing_new():
    texts = {"/": "<a href='/item/1'>1</a>" + PROSE, "/item/1": PROSE, "/item/2": PROSE + "<p>another</p>"}
    async with shop(site_of(texts)) as site:
        first = await scanned(site)
        earlier = {event.key: event.digest for event in first.of(kinds.EndpointFound)}
        texts["/"] = "<a href='/item/1'>1</a><a href='/item/2'>2</a>" + PROSE
        second = await scanned(site, part=Part(incremental=True, earlier=earlier))
    assert second.of(kinds.InputFound) == []


async def test_near_duplicates_are_crawled_and_tested_once_unless_all_are_wanted():
    async with shop() as site:
        once = await scanned(site)
        every = await scanned(site, part=Part(duplicates=True))
    shelf = [{event.url for event in result.of(kinds.InputFound) if "/shelf/" in event.url} for result in (once, every)]
    assert [len(urls) for urls in shelf] == [1, 3]
    assert len([event for event in once.of(kinds.EndpointFound) if "/shelf/" in event.url]) == 3
    assert once.finished.coverage["endpoints_alike"] >= 2
    assert "endpoints_alike" not in every.finished.coverage


async def test_a_scan_that_keeps_to_its_sequences_looks_at_what_they_visit_alone():
    visited = Sequence(name="one", steps=(RecordedStep(kind="goto", url="/book"),))
    async with shop() as site:
        job = job_for(site.url, checks=QUIET, part=Part(sequences_only=True), sequences=(visited,))
        scan = scan_of(job)
        crawler = Crawler(scan)
        crawler.seed()
        crawler.frontier.add(Item(Request("GET", f"{site.url}book"), 1, SEQUENCE))

        async def work():
            await crawler.run()
            await crawler.freeze()

        result = await within(scan, work)
        asked = {asked.path for asked in site.log}
    assert {event.url for event in result.of(kinds.EndpointFound)} == {f"{site.url}book"}
    assert "/search" not in asked
    with pytest.raises(JobRefused, match="needs some"):
        run(dataclasses.replace(job, sequences=()))


async def test_headers_and_cookies_of_the_job_are_input_only_where_it_says_so():
    settings = {
        "headers": (Setting(name="X-Tenant", value="5", testing=True), Setting(name="User-Agent", value="mine")),
        "cookies": (Setting(name="shop", value="main", testing=True), Setting(name="lang", value="de")),
    }
    async with shop() as site:
        result = await scanned(site, checks=("xss-reflected",), **settings)
        agents = {asked.headers.get("user-agent") for asked in site.log}
    found = inputs(result)
    assert ("header", "X-Tenant") in found
    assert ("cookie", "shop") in found
    tested = {(event.point_kind, event.parameter) for event in result.of(kinds.PointTested)}
    assert not {("cookie", "lang"), ("header", "User-Agent")} & tested
    assert agents == {"mine"}


async def test_settings_of_one_host_go_there_only():
    async with shop() as site, shop() as other:
        host = HostSettings(
            origin=other.url.rstrip("/"),
            headers=(Setting(name="X-Only", secret="h"),),
            cookies=(Setting(name="only", value="there"),),
        )
        job = job_for(site.url, checks=QUIET, hosts=(host,), scope=Scope(include=(site.url, other.url)))
        job = dataclasses.replace(
            job, start_urls=(site.url, other.url), allow_private=(*job.allow_private, f"127.0.0.1:{other.port}")
        )
        result = await ran(job, secrets={"h": "secret-of-host"})
        assert {asked.headers.get("x-only") for asked in other.log} == {"secret-of-host"}
        assert all("only=there" in asked.headers.get("cookie", "") for asked in other.log)
        assert {asked.headers.get("x-only") for asked in site.log} == {None}
        assert not [asked for asked in site.log if "only=there" in asked.headers.get("cookie", "")]
    assert result.finished.verdict in ("clean", "findings")
