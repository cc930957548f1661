"""The phases that test insertion points."""

import asyncio

import pytest

from tests.engine.scan.scanning import altered, catalogue, job_for, ran, scan_of, within
from tests.sites.shop import Answer, page, shop
from vedette.contract import events as kinds
from vedette.contract.checkinfo import Phase
from vedette.contract.exchange import Request, Step
from vedette.contract.job import Profile, Setting
from vedette.engine.attack.point import Target
from vedette.engine.attack.probe import Candidate
from vedette.engine.scan import testing


def knowing(site, *requests, **changes):
    """A scan whose crawl saw these requests."""
    scan = scan_of(job_for(site.url, **changes), secrets={"key": "canary-4711"})
    for method, path, body in requests:
        headers = (("Content-Type", "application/x-www-form-urlencoded"),) if body else ()
        url = site.url.rstrip("/") + path
        scan.facts.learn_target(Target(Request(method, url, headers, body), path.partition("?")[0]), 0, path, "")
    return scan


SEARCH = ("GET", "/search?q=tea", b"")
BOOK = ("POST", "/book", b"text=nice")
GUESTS = ("GET", "/book", b"")


@pytest.mark.parametrize(
    ("profile", "methods"),
    [(Profile.LIGHTNING, set()), (Profile.SAFE, {"GET"}), (Profile.NORMAL, {"GET", "POST"})],
)
async def test_the_profile_says_what_may_be_tested(profile, methods):
    async with shop() as site:
        scan = knowing(site, SEARCH, BOOK, profile=profile)
        assert {point.target.request.method for point in testing.testable(scan)} == methods


@pytest.mark.parametrize(("profile", "deep"), [(Profile.NORMAL, False), (Profile.FULL, True)])
async def test_the_full_profile_goes_deep_without_a_reaction(profile, deep):
    async with shop() as site:
        scan = knowing(site, ("GET", "/about?q=1", b""), profile=profile, checks=("command-injection-echo",))
        await within(scan, testing.detection(scan))
        spent = next(point for point in scan.facts.points() if point.kind == "query")
    assert (scan.coverage.points[spent.key].requests > 10) is deep


def of(scan, name):
    (point,) = [point for point in scan.facts.points() if (point.name, point.kind) in ((name, "query"), (name, "form"))]
    return point


async def test_the_light_pass_spends_two_requests_on_a_point_and_learns_how_it_reacts():
    async with shop() as site:
        scan = knowing(site, SEARCH, ("GET", "/safe?q=tea", b""), ("GET", "/about?q=1", b""))
        result = await within(scan, testing.light_pass(scan))
        reactions = {}
        for point in scan.facts.points():
            if point.kind == "query":
                reactions[point.target.template] = scan.facts.reaction_of(point)
                assert scan.coverage.points[point.key].requests == 2
        assert "reflected" in reactions["/search"].signs
        assert {"<", ">"} <= set(reactions["/search"].reflections[0].survived)
        assert "<" not in reactions["/safe"].reflections[0].survived
        assert reactions["/about"].dull
        again = scan_of(scan.job, result.state)
        before = len(site.log)
        await within(again, testing.light_pass(again))
        assert len(site.log) == before, "what was learned is kept"


TRACE = '<pre>Traceback (most recent call last):\n  File "/srv/app/shop.py", line 7, in view\nKeyError: 1</pre>'


async def test_error_pages_in_answers_to_odd_input_are_seen():
    async def fragile(asked):
        return Answer(page("Oops", TRACE), 500) if "%3C" in asked.target else None

    async with shop(fragile) as site:
        scan = knowing(site, SEARCH, checks=("disclosure", "crlf"))
        result = await within(scan, testing.light_pass(scan))
    assert "disclosure-stack-trace" in {key[0] for key in result.proven()}


async def test_why_a_check_does_not_run_on_a_point_is_said():
    async with shop() as site:
        result = await ran(job_for(site.url, checks=("redirect", "crlf", "xss-reflected")))
    outcomes = {(point.url.partition(site.url)[2], point.point_kind): point.outcomes for point in result.points()}
    search = outcomes["search?q=tea", "query"]
    assert search["sqli-error"] == "skipped: not in the profile"
    assert search["xss-reflected"].startswith("found: ")
    assert search["crlf-response-header"].partition(":")[0] in ("tested", "light")
    everything = {check.info.id for phase in (Phase.DETECT, Phase.TIMING)
                  for check in scan_of(job_for(site.url)).catalogue.active(phase)}  # fmt: skip
    assert everything <= search.keys(), "each class is accounted for"
    assert any("does not apply to" in word for outcome in outcomes.values() for word in outcome.values())


async def test_a_check_keeps_to_its_cost_where_nothing_calls_for_more(monkeypatch):
    asked = []

    async def greedy(probe, point):
        asked.append((f"{point.kind} {point.target.template}", probe.full))
        while True:
            await probe.send(point, "1")

    catalogue(monkeypatch, altered("xss-reflected", info={"cost": 4, "wants": ("reflected",)}, detect=greedy))
    async with shop() as site:
        scan = knowing(site, SEARCH, ("GET", "/about?q=1", b""), checks=("xss-reflected",))
        await within(scan, both(scan))
        costs = {point.target.template: scan.coverage.points[point.key].requests for point in scan.facts.points()
                 if point.kind == "query"}  # fmt: skip
    assert dict(asked)["query /search"] is True
    assert dict(asked)["query /about"] is False
    assert costs["/about"] == 2 + 4
    assert costs["/search"] > 60


async def both(scan):
    await testing.light_pass(scan)
    await testing.detection(scan)


async def test_suspicions_wait_masked_for_the_verifier():
    async with shop() as site:
        scan = knowing(site, SEARCH, headers=(Setting(name="X-Key", secret="key"),))

        async def work():
            answer = await scan.network.send(Request("GET", site.url + "search?q=canary-4711"))
            point = of(scan, "q")
            check = scan.catalogue.by_id["xss-reflected"]
            candidates = [Candidate(check="xss-reflected", point=point, steps=(Step("s", answer),), data={"n": 1})] * 2
            return testing.suspicions(scan, check, point.key, candidates)

        rows = []
        await within(scan, keeping(work, rows))
    assert [row.key.rpartition("|")[2] for row in rows] == ["0", "1"]
    assert list(scan.suspicions) == [row.key for row in rows]
    assert "canary-4711" not in rows[0].value
    assert "‹secret:key›" in rows[0].value


async def keeping(work, rows):
    rows += await work()


async def test_what_is_stored_is_looked_for_on_all_pages_and_then_tested():
    async with shop() as site:
        scan = knowing(site, SEARCH, BOOK, GUESTS, checks=("xss-stored",))
        await within(scan, testing.stored(scan))
        sinks = scan.facts.sinks_of(of(scan, "text").key)
        assert [sink.request.url for sink in sinks] == [site.url + "book"]
        assert sinks[0].reflections[0].survived == ""
        assert scan.facts.sinks_of(of(scan, "q").key) == ()
        (key,) = scan.suspicions
        assert key.startswith(f"{of(scan, 'text').key}|xss-stored|")


async def test_nothing_is_stored_when_no_check_asks_for_it():
    async with shop() as site:
        scan = knowing(site, BOOK, GUESTS, checks=("xss-reflected",))
        await within(scan, testing.stored(scan))
        assert site.log == []


async def test_a_stored_mail_address_stays_one():
    async with shop() as site:
        scan = knowing(site, ("POST", "/book", b"text=a%40b.example"), GUESTS, checks=("xss-stored",))
        await within(scan, testing.stored(scan))
        seeds = [asked.body for asked in site.log if asked.method == "POST" and asked.body.endswith("%40example.com")]
        assert len(seeds) >= 1


async def test_timing_is_alone_on_its_host(monkeypatch):
    at_work, seen = set(), []

    async def detect(probe, point):
        at_work.add(point.key)
        seen.append(len(at_work))
        await probe.timed(point, "1")
        await asyncio.sleep(0)
        at_work.discard(point.key)
        return []

    flying = []

    async def count(asked):
        flying.append(asked)
        seen.append(len(flying))
        await asyncio.sleep(0.002)
        flying.remove(asked)

    catalogue(monkeypatch, altered("sqli-time", detect=detect))
    async with shop(count) as site:
        scan = knowing(site, SEARCH, ("GET", "/safe?q=tea", b""), BOOK, checks=("sqli-time",))
        result = await within(scan, testing.timing(scan))
    assert max(seen) == 1
    timed = [key for key in result.done() if key.startswith("done:timing|sqli-time")]
    assert len(timed) == len(scan.facts.points())
    assert not result.of(kinds.CheckFailed)
