"""The crawl: what is fetched, what is left alone, and what becomes worth testing."""

import asyncio
import dataclasses
import importlib
import json
from collections import Counter

from tests.engine.scan.scanning import job_for, ran, sayer, scan_of, within
from tests.sites.shop import Answer, page, shop
from vedette.contract import events as kinds
from vedette.contract.job import Profile, Scope
from vedette.engine.scan import Control
from vedette.engine.scan.crawling import Crawler, crawl

NOTHING = ("tls-protocol-outdated",)


def pages(**texts):
    """A shop with these pages instead of its own."""

    async def answer(asked):
        text = texts.get(asked.path.strip("/").replace("/", "_") or "home")
        return Answer(page("None", "<p>No such page.</p>"), 404) if text is None else Answer(page("A page", text))

    return answer


async def crawled(before=None, *starts, stateful=False, **changes):
    """The crawl alone: its events, its scan and the site."""
    async with shop(before) as site:
        job = job_for(site.url, checks=changes.pop("checks", NOTHING), **changes)
        if starts:
            job = dataclasses.replace(job, start_urls=tuple(site.url + path for path in starts))
        scan = scan_of(job)
        result = await within(scan, crawl(scan))
        return result, scan, site


def endpoints(result, site):
    return {(event.method, event.url.partition(site.url)[2]): event for event in result.of(kinds.EndpointFound)}


async def test_all_that_is_linked_is_fetched_once():
    result, _, site = await crawled()
    asked = Counter(asked.line for asked in site.log)
    assert set(asked.values()) == {1}
    found = endpoints(result, site)
    assert found["GET", ""].source == "start"
    assert found["GET", "search?q=tea"].depth == 1
    assert found["POST", "book"].status == 303
    assert "POST /book text=nice" in asked, "forms are filled in and sent"
    assert ("GET", "robots.txt") not in found, "what is missing is no endpoint"
    assert "GET /robots.txt " in asked


async def test_points_are_named_when_the_crawl_is_over():
    result, scan, site = await crawled()
    points = {(event.method, event.url.partition(site.url)[2], event.point_kind, event.parameter)
              for event in result.of(kinds.InputFound)}  # fmt: skip
    assert ("GET", "search?q=tea", "query", "q") in points
    assert ("POST", "book", "form", "text") in points
    assert ("GET", "", "cookie", "lang") in points, "the page that set a cookie reads it"
    assert len(result.of(kinds.InputFound)) == len(scan.facts.points())


async def test_addresses_that_differ_in_a_number_are_one_target():
    _, scan, site = await crawled()
    shelves = [target for target in scan.facts.targets.values() if "/shelf/" in target.request.url]
    assert [target.template for target in shelves] == ["/shelf/{}"]
    assert len([asked for asked in site.log if asked.path in ("/shelf/1", "/shelf/2", "/shelf/3")]) == 3


async def test_what_is_out_of_scope_is_counted_and_not_asked():
    result, scan, site = await crawled(
        pages(
            home="<a href='/in/a'>A</a> <a href='/out/b'>B</a> <a href='http://other.invalid/'>O</a>", in_a="<p>a</p>"
        ),
        scope=Scope(exclude=("/out/*",)),
    )
    assert not [asked for asked in site.log if asked.path.startswith("/out/")]
    assert scan.meter.parts["crawler"].out_of_scope_hosts == {"other.invalid": 1}
    assert ("GET", "in/a") in endpoints(result, site)


async def test_harm_is_told_once_and_not_done():
    text = "<a href='/logout'>Log out</a><form method=post action='/pay'><button>Pay now</button></form>"
    result, _, site = await crawled(pages(home=text + "<a href='/two'>2</a>", two=text))
    skipped = [event for event in result.of(kinds.EndpointFound) if event.skipped]
    assert sorted(event.url.partition(site.url)[2] for event in skipped) == ["logout", "pay"]
    assert not [asked for asked in site.log if asked.path in ("/logout", "/pay")]


async def test_circles_are_left():
    async def deeper(asked):
        return Answer(page("Deep", f"<p>{asked.path}</p><a href='{asked.path.rstrip('/')}/more'>more</a>"))

    _, _, site = await crawled(deeper)
    assert len([asked for asked in site.log if "/more/more/more/more" in asked.path]) == 0


async def test_a_folder_that_answers_to_any_name_is_one_endpoint():
    links = "".join(f"<a href='/old/{name}'>{name}</a>" for name in ("news", "jobs", "press"))
    result, _, site = await crawled(None if not links else oldies(links))
    old = [url for _, url in endpoints(result, site) if url.startswith("old/")]
    assert len(old) == 1
    probes = [asked for asked in site.log if asked.path.startswith("/old/")]
    assert len(probes) == 3 + 2, "each name, and two that cannot exist"


def oldies(links):
    async def answer(asked):
        return Answer(page("Home", links)) if asked.path == "/" else None

    return answer


async def test_every_start_url_is_asked_however_many_look_alike():
    starts = [f"shelf/{number}" for number in range(1, 61)]
    _, scan, site = await crawled(None, *starts)
    asked = {asked.path for asked in site.log}
    assert {f"/{start}" for start in starts} <= asked
    assert [len(scan.tally.fruitful), len(scan.job.start_urls)] == [3, 60], "three of them are there"


async def test_well_known_addresses_are_asked_once_a_site_answered():
    _, _, site = await crawled(None, "about", "search?q=1")
    assert site.log[0].path in ("/about", "/search")
    assert Counter(asked.path for asked in site.log)["/robots.txt"] == 1


async def test_a_folder_that_redirects_every_name_is_followed():
    async def answer(asked):
        if asked.path.startswith("/in//"):
            return Answer("", 308, (("Location", asked.path.replace("//", "/")),))
        texts = {
            "/": "<a href='/in//one'>1</a> <a href='/in//two'>2</a>",
            "/in/one": "<p>One</p>",
            "/in/two": "<p>Two</p>",
        }
        text = texts.get(asked.path)
        return Answer(page("A page", text)) if text else Answer(page("None", "<p>No such page.</p>"), 404)

    result, _, site = await crawled(answer)
    assert {("GET", "in/one"), ("GET", "in/two")} <= set(endpoints(result, site))


async def test_scripts_of_pages_that_read_alike_are_all_read():
    text = " ".join(f"word{letter}" for letter in "abcdefghijklmnopqrst")
    alike = {name: f"<p>{text}</p><script>var u = '/from/{name}';</script>" for name in ("a", "b", "c")}
    start = "".join(f"<a href='/{name}'>{name}</a>" for name in alike)
    more = {f"from_{name}": "<p>Found</p>" for name in alike}
    result, _, site = await crawled(pages(home=start, **alike, **more), browser=False)
    assert {("GET", f"from/{name}") for name in alike} <= set(endpoints(result, site))


async def test_throttled_pages_are_asked_again_and_not_taken_for_pages():
    turned_away = Counter()

    async def busy(asked):
        if asked.path == "/about" and turned_away[asked.path] < 1:
            turned_away[asked.path] += 1
            return Answer("wait", 503, [("Retry-After", "0"), ("Connection", "keep-alive")])
        return None

    result, _, site = await crawled(busy)
    assert [asked.path for asked in site.log].count("/about") == 2
    assert endpoints(result, site)["GET", "about"].status == 200


async def test_a_page_that_never_comes_is_a_gap():
    async def mute(asked):
        if asked.path == "/about":
            await asyncio.sleep(5)

    result, scan, site = await crawled(mute, limits={"timeout_s": 0.1})
    assert [asked.path for asked in site.log].count("/about") == 3
    assert scan.tally.units_left == 1
    assert ("GET", "about") not in endpoints(result, site)


async def test_the_budget_of_pages_is_kept_and_said():
    result, scan, site = await crawled(limits={"max_pages": 5})
    assert scan.tally.caps == ["max-pages"]
    assert [event.limit for event in result.of(kinds.LimitReached)] == ["max-pages"]
    fetched = [url for (_, url), event in endpoints(result, site).items() if not event.skipped]
    assert 1 < len(fetched) <= 5
    assert len(site.log) <= 5 + 2 * 3, "and a few addresses that cannot exist"


async def test_a_header_that_goes_with_all_calls_of_a_page_is_an_input_of_each():
    script = "<script>axios.defaults.headers.common['X-Tenant'] = t; axios.get('/api/items?page=2');</script>"
    _, scan, _ = await crawled(pages(home=script, api_items="{}"))
    named = [point for point in scan.facts.points() if point.kind == "header" and point.name == "X-Tenant"]
    assert [point.target.template for point in named] == ["/api/items"]


async def test_what_a_script_sends_is_found_with_its_headers():
    script = "<script>fetch('/api/items?page=2', {headers: {'X-Tenant': 'blue'}})</script>"
    result, scan, site = await crawled(pages(home=script, api_items="{}"))
    assert ("GET", "api/items?page=2") in endpoints(result, site)
    asked = next(asked for asked in site.log if asked.path == "/api/items")
    assert asked.headers["x-tenant"] == "blue"
    headers = [point for point in scan.facts.points() if point.kind == "header" and point.name == "X-Tenant"]
    assert [point.value for point in headers] == ["blue"]


async def test_technologies_are_told_once():
    async def branded(asked):
        return Answer(
            page("Home", "<a href='/two'>2</a>"), 200, [("Server", "nginx/1.22.1"), ("X-Powered-By", "PHP/8.1.2")]
        )

    result, scan, site = await crawled(branded)
    names = [event.name.lower() for event in result.of(kinds.TechnologyFound)]
    assert sorted(set(names)) == sorted(names)
    assert {"nginx", "php"} <= set(names)
    assert {"nginx", "php"} <= {name.lower() for name in scan.facts.technologies_of(site.url.split("/")[2])}


async def test_half_a_round_is_done_again_by_whoever_goes_on(monkeypatch):
    monkeypatch.setattr(importlib.import_module("vedette.engine.scan.run"), "DRAIN_S", 0.05)
    control = Control()

    async def slow(asked):
        if asked.path == "/hello" and not control.said:
            control.say("yield")
            await asyncio.sleep(30)

    async with shop(slow) as site:
        job = job_for(site.url, checks=NOTHING, profile=Profile.LIGHTNING)
        result = await asyncio.wait_for(ran(job, control=control), 3)
        rows = result.state["frontier"].items()
        pending = {json.loads(value)["url"] for key, value in rows if key.startswith("item:")}
        asked = {site.url.rstrip("/") + asked.target for asked in site.log}
        told = {event.url for event in result.of(kinds.EndpointFound) if not event.skipped}
        assert len(asked & pending) > 2, "the others of the round had their answers, and wait all the same"
        assert not told & pending
        result = await ran(job, before=result, epoch=2)
    whole, _, calm = await crawled(profile=Profile.LIGHTNING)
    assert endpoints(result, site).keys() == endpoints(whole, calm).keys()
    assert Counter(event.url for event in result.of(kinds.EndpointFound)).most_common(1)[0][1] == 1


async def test_cancelled_crawls_report_what_they_saw():
    async with shop() as site:
        control = Control()
        result = await ran(job_for(site.url), control=control, on_batch=sayer(control, "cancel", 4))
    assert result.finished.verdict == "incomplete"
    assert len(result.of(kinds.EndpointFound)) > 5


async def test_a_crawler_goes_on_where_its_rows_say():
    async with shop() as site:
        job = job_for(site.url, checks=NOTHING)
        scan = scan_of(job)
        crawler = Crawler(scan)
        crawler.seed()

        async def first_round():
            await crawler.round(crawler.frontier.take(10))

        state = (await within(scan, first_round)).state
        again = Crawler(scan_of(job, state))
        again.seed()
        assert again.frontier.waiting == crawler.frontier.waiting > 5
        assert [item.key for item in again.frontier.take(3)] == [item.key for item in crawler.frontier.take(3)]
