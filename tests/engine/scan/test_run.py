"""Whole scans of a small shop: the same findings whatever the timing, the slices and the concurrency."""

import asyncio
import dataclasses
import importlib
import json
import random
from collections import Counter

import pytest

from tests.engine.scan.scanning import FAST, SECRET, altered, catalogue, job_for, ran, sayer
from tests.sites.shop import Answer, berth, page, shop
from vedette.contract import events as kinds
from vedette.contract import wire
from vedette.contract.job import Detector, Job, JobKind, Login, Profile, Setting
from vedette.engine.scan import Control, JobRefused, run
from vedette.engine.scan.executing import NOT_WANTED

EXPECTED = {
    ("xss-reflected", "GET /search", "query", "q"): "firm",
    ("xss-reflected", "GET /hello", "cookie", "lang"): "firm",
    ("xss-reflected", "GET /visits", "header", "X-Forwarded-For"): "firm",
    ("xss-stored", "POST /book", "form", "text"): "firm",
    ("redirect-open", "GET /go", "query", "to"): "confirmed",
    ("crlf-response-header", "GET /theme", "query", "name"): "confirmed",
}
run_module = importlib.import_module("vedette.engine.scan.run")
"""The package's name `run` is the function."""

CANARY_COOKIE = "canary-c00kie-4711/=x"
CANARY_HEADER = "canary h3ader 0815"


def delays(seed, most=0.004):
    rng = random.Random(seed)

    async def wait(asked):
        await asyncio.sleep(rng.random() * most)

    return wait


async def peaceful(before=None, **changes):
    async with shop(before, berth()) as site:
        return await ran(job_for(site.url, **changes), state=SECRET), site


_CALM = {}


async def calm_one(**changes):
    """What one scan of the shop that nothing disturbed gave, and the shop: the same to all that compare with it."""
    key = repr(changes)
    if key not in _CALM:
        _CALM[key] = await peaceful(**changes)
    return _CALM[key]


async def test_a_scan_finds_and_proves_what_is_there_and_nothing_else():
    result, _ = await calm_one()
    found = result.proven()
    assert {key: found[key] for key in EXPECTED} == EXPECTED
    injected = {key for key in found if key[0].split("-")[0] in ("xss", "sqli", "crlf", "redirect")}
    assert {key[1] for key in injected - EXPECTED.keys()} == {"GET /item"}, "the one place with SQL"
    assert result.finished.verdict == "findings"
    assert result.finished.reasons == (NOT_WANTED,)
    phases = [event.phase for event in result.of(kinds.PhaseFinished)]
    assert phases == [name for name, _ in run_module.PHASES]
    assert [event.resumed for event in result.of(kinds.ScanStarted)] == [False]


async def test_the_same_job_gives_the_same_whatever_the_timing_and_the_concurrency():
    first, site = await calm_one()
    second, again = await peaceful()
    assert second.proven() == first.proven()
    assert Counter(again.lines()) == Counter(site.lines()), "with the same secret even the bytes are the same"
    for seed, concurrency in ((1, 10), (2, 3), (3, 1)):
        other, elsewhere = await peaceful(delays(seed, 0.001 * concurrency), limits={"concurrency": concurrency})
        assert other.proven() == first.proven(), (seed, concurrency)
        crawled = [line for line in elsewhere.lines() if line in site.lines()]
        assert set(crawled) >= {"GET / ", "GET /search?q=tea ", "POST /book text=nice"}
    fresh, _ = await peaceful(seed=77)
    assert fresh.proven() == first.proven()


async def in_slices(site, job, words, rng):
    """A scan that is interrupted again and again at random batches."""
    result, ends, epoch = None, [], 1
    while True:
        control = Control()
        say = sayer(control, rng.choice(words), rng.randrange(1, 26))
        result = await ran(job, state=SECRET, control=control, epoch=epoch, on_batch=say, before=result)
        if result.of(kinds.ScanFinished):
            return result, ends
        ends.append(len(site.log))
        epoch += 1
        assert epoch < 200


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_slices_change_nothing_and_repeat_only_what_was_in_flight(seed):
    whole, calm = await calm_one(limits={"concurrency": 3})
    async with shop(delays(seed, 0.002), berth()) as site:
        job = job_for(site.url, limits={"concurrency": 3})
        result, ends = await in_slices(site, job, ("yield", "pause", "stop"), random.Random(seed))
    assert len(ends) >= 5
    assert result.proven() == whole.proven()
    assert result.finished.verdict == "findings"
    assert result.done() == whole.done(), "every unit settled, and settled once"
    # Whoever goes on learns its baselines anew and visits the start page; all else is repeated only when in flight.
    normal = {line for line, count in Counter(calm.lines()).items() if count >= 3}
    repeated = Counter(site.lines()) - Counter(calm.lines())
    again = sum(count for line, count in repeated.items() if line not in normal)
    costs = [json.loads(value)["n"] for key, value in result.state["units"].items() if key.startswith("done:")]
    assert again <= len(ends) * 3 * max(costs)
    assert again <= 0.4 * len(calm.log)


@pytest.mark.parametrize("seed", [1, 2])
async def test_kills_change_nothing(seed):
    whole, _ = await calm_one()
    rng = random.Random(seed)
    async with shop(delays(seed, 0.002), berth()) as site:
        result, epoch = None, 0
        while not (result and result.of(kinds.ScanFinished)):
            epoch += 1
            after = rng.randrange(2, 30) if epoch < 40 else 0
            result = await ran(job_for(site.url), state=SECRET, epoch=epoch, before=result, kill_after=after)
    assert epoch >= 5
    assert result.proven() == whole.proven()
    assert result.done() == whole.done()


async def test_words_between_rounds_of_the_crawl_cost_no_page_twice():
    whole, calm = await calm_one(profile=Profile.LIGHTNING)
    async with shop(at=berth()) as site:
        job = job_for(site.url, profile=Profile.LIGHTNING)
        result = None
        for epoch in (1, 2, 3):
            control = Control()
            # Start, phase, one round of pages.
            say = sayer(control, "stop", 3)
            result = await ran(job, state=SECRET, control=control, epoch=epoch, on_batch=say, before=result)
        result = await ran(job, before=result, epoch=4)
    once = Counter(site.lines())
    once["GET / "] -= 3  # each slice visits the start page for its cookies
    assert once == Counter(calm.lines())
    assert result.proven() == whole.proven()


async def test_a_slice_ends_by_the_clock_and_the_scan_goes_on():
    async with shop(delays(5, 0.004)) as site:
        job = job_for(site.url, limits={"slice_s": 0.25})
        result = await ran(job, state=SECRET)
        assert [event.reason for event in result.of(kinds.SliceEnded)] == ["time"]
        result = await ran(job_for(site.url), before=result, epoch=2)
    whole, _ = await calm_one()
    assert result.proven() == whole.proven()
    assert [batch.batch for batch in result.batches if batch.epoch == 2][:2] == [1, 2]


async def test_after_the_word_nothing_new_leaves():
    async with shop(delays(1, 0.02)) as site:
        control = Control()
        heard = []

        def say(batch):
            if any(event.kind == "phase_started" and event.phase == "detect" for event in batch.events):
                asyncio.get_running_loop().call_later(0.05, lambda: (heard.append(len(site.log)), control.say("stop")))

        result = await asyncio.wait_for(ran(job_for(site.url), control=control, on_batch=say), 60)
        await asyncio.sleep(0.1)
    assert [event.reason for event in result.of(kinds.SliceEnded)] == ["stop"]
    assert not result.of(kinds.ScanFinished)
    assert len(site.log) <= heard[0] + 10, "what was on its way for each of the ten at work"


async def test_requests_that_hang_are_ended_after_the_drain(monkeypatch):
    monkeypatch.setattr(run_module, "DRAIN_S", 0.15)
    hanging = asyncio.Event()

    async def hang(asked):
        if "search" in asked.target:
            hanging.set()
            await asyncio.sleep(3600)

    async with shop(hang) as site:
        control = Control()
        slice_ = asyncio.ensure_future(ran(job_for(site.url), control=control))
        await asyncio.wait_for(hanging.wait(), 60)
        control.say("pause")
        result = await asyncio.wait_for(slice_, 60)
    assert [event.reason for event in result.of(kinds.SliceEnded)] == ["pause"]
    pending = [key for key in result.state["frontier"] if key.startswith("item:")]
    assert pending, "what hung is asked for again"


async def test_requests_that_hang_do_not_outlive_the_limit_of_time(monkeypatch):
    monkeypatch.setattr(run_module, "DRAIN_S", 0.15)

    async def hang(asked):
        if "search" in asked.target:
            await asyncio.sleep(3600)

    async with shop(hang) as site:
        result = await asyncio.wait_for(ran(job_for(site.url, limits={"max_time_s": 0.2})), 60)
    assert [event.limit for event in result.of(kinds.LimitReached)] == ["max-time"]
    assert result.finished.verdict == "incomplete"


async def test_cancel_ends_with_a_verdict():
    async with shop() as site:
        control = Control()
        result = await ran(job_for(site.url), control=control, on_batch=sayer(control, "cancel", 12))
        asked = len(site.log)
    assert result.finished.cancelled
    assert result.finished.verdict == "incomplete"
    assert result.finished.reasons[0] == "The scan was stopped before its end."
    assert asked < 400


@pytest.mark.parametrize("most", [1, 15, 60, 250])
async def test_no_request_more_than_allowed(most):
    async with shop() as site:
        result = await ran(job_for(site.url, limits={"max_requests": most}))
        assert len(site.log) == most
    assert [event.limit for event in result.of(kinds.LimitReached)] == ["max-requests"]
    assert result.finished.verdict == "incomplete"
    assert result.finished.requests == most


async def test_requests_of_earlier_slices_count():
    async with shop() as site:
        job = job_for(site.url, limits={"max_requests": 200})
        control = Control()
        result = await ran(job, control=control, on_batch=sayer(control, "yield", 20))
        assert len(site.log) < 200
        result = await ran(job, before=result, epoch=2)
        assert len(site.log) == 200
    assert result.finished.requests == 200


async def test_a_limit_of_time_is_kept_and_said():
    async with shop(delays(1, 0.02)) as site:
        result = await asyncio.wait_for(ran(job_for(site.url, limits={"max_time_s": 0.2})), 5)
    assert [event.limit for event in result.of(kinds.LimitReached)] == ["max-time"]
    assert result.finished.verdict == "incomplete"
    assert result.finished.duration_s < 2


async def test_a_timed_test_that_no_longer_fits_is_a_limit_too(monkeypatch):
    async def measure(probe, point):
        # A request on a warmed connection is two: the last one allowed is not enough.
        probe._verifying = True
        while True:
            await probe.timed(point, "1")

    catalogue(monkeypatch, altered("sqli-time", detect=measure))
    async with shop() as site:
        result = await ran(job_for(site.url, checks=("sqli-time",), limits={"max_requests": 201}))
        assert len(site.log) in (200, 201)
    assert [event.limit for event in result.of(kinds.LimitReached)] == ["max-requests"]
    assert result.finished.verdict == "incomplete"


async def test_a_broken_check_is_told_and_the_scan_goes_on(monkeypatch):
    async def broken(probe, point):
        raise LookupError("no such thing")

    catalogue(monkeypatch, altered("xss-reflected", detect=broken))
    result, _ = await peaceful()
    failures = result.of(kinds.CheckFailed)
    assert {event.check for event in failures} == {"xss-reflected"}
    assert "LookupError: no such thing (broken" in failures[0].reason
    assert result.finished.verdict == "incomplete"
    assert "The check xss-reflected crashed." in result.finished.reasons
    assert ("redirect-open", "GET /go", "query", "to") in result.proven()
    outcomes = [point.outcomes.get("xss-reflected", "") for point in result.points()]
    assert any(outcome.startswith("error: LookupError") for outcome in outcomes)


@pytest.mark.parametrize("phase", ["host", "verify"])
async def test_changed_checks_are_run_again_from_the_first(monkeypatch, phase):
    whole, _ = await calm_one()
    async with shop() as site:
        control = Control()

        def say(batch):
            if any(event.kind == "phase_started" and event.phase == phase for event in batch.events):
                control.say("yield")

        result = await ran(job_for(site.url), control=control, on_batch=say)
        catalogue(monkeypatch, altered("crlf-response-header", info={"version": 99}))
        result = await ran(job_for(site.url), before=result, epoch=2)
    second = [event.phase for batch in result.batches if batch.epoch == 2 for event in batch.events
              if event.kind == "phase_started"]  # fmt: skip
    assert second == [name for name, _ in run_module.PHASES][1:]
    assert any("checks changed" in reason for reason in result.finished.reasons)
    assert result.proven() == whole.proven()


async def test_a_site_that_is_not_there_is_named():
    async with shop() as site:
        url = site.url
    result = await asyncio.wait_for(ran(job_for(url)), 5)
    assert result.finished.verdict == "failed"
    assert result.finished.reasons[0] == "No start URL could be reached."
    assert any(reason.startswith("Nothing answers at 127.0.0.1") for reason in result.finished.reasons)


async def test_a_site_that_asks_for_patience_gets_it_and_the_user_hears():
    asked_back = []

    async def busy(asked):
        if asked.path == "/search" and not asked_back:
            asked_back.append(asked.at)
            return Answer(page("Busy", "later"), 503, [("Retry-After", "1")])
        return None

    whole, _ = await calm_one()
    result, site = await peaceful(busy)
    (slowed,) = result.of(kinds.TargetSlowed)
    assert (slowed.reason, slowed.wait_s) == ("status 503", 1.0)
    assert slowed.concurrency < 10
    later = [asked for asked in site.log if asked.at > asked_back[0] + 0.2]
    assert later[0].at >= asked_back[0] + 0.95
    assert result.proven() == whole.proven(), "the page was asked for again"


def members(site, **changes):
    """A job with secrets in a cookie and a header."""
    site.secrets = {"cookie": CANARY_COOKIE, "header": CANARY_HEADER}
    job = job_for(
        site.url,
        login=Login(kind="static", check_url=site.url + "members"),
        headers=(Setting(name="X-Key", secret="key"),),
        cookies=(Setting(name="sid", secret="session"),),
        **changes,
    )
    return job, {"key": CANARY_HEADER, "session": CANARY_COOKIE}


async def test_a_session_is_made_sure_of_and_its_share_told():
    async with shop() as site:
        job, secrets = members(site)
        result = await ran(job, secrets=secrets)
    (attempt,) = result.of(kinds.LoginAttempt)
    assert attempt.ok
    assert attempt.url.endswith("/members")
    assert result.of(kinds.Progress)[-1].logged_in_share == 1.0
    assert result.of(kinds.Progress)[-1].parts["crawler"].last_logins == [attempt.url]
    assert result.finished.verdict == "findings"
    member = [asked for asked in site.log if asked.path == "/members"]
    assert all(asked.headers.get("x-key") == CANARY_HEADER for asked in member[:1])
    endpoints = {event.url: event.status for event in result.of(kinds.EndpointFound)}
    assert endpoints[site.url + "members"] == 200


async def test_a_session_that_does_not_hold_makes_the_scan_incomplete():
    async with shop() as site:
        job, _ = members(site)
        result = await ran(job, secrets={"key": "wrong", "session": "wrong"})
    (attempt,) = result.of(kinds.LoginAttempt)
    assert not attempt.ok
    assert result.finished.verdict == "incomplete"
    assert result.finished.reasons[0].startswith("The log-in failed: ")
    assert result.of(kinds.Progress)[-1].parts["crawler"].login_errors == 1


async def test_no_secret_leaves_the_engine():
    async with shop() as site:
        job, secrets = members(site)
        control = Control()
        result = await ran(job, secrets=secrets, control=control, on_batch=sayer(control, "yield", 30))
        result = await ran(job, secrets=secrets, before=result, epoch=2)
        assert any(asked.headers.get("x-key") == CANARY_HEADER for asked in site.log)
    texts = []
    for batch in result.batches:
        batch.state = [change for change in batch.state if change.room != "session"]
        texts.append(wire.dumps(batch))
    whole = "\n".join(texts)
    for canary in (CANARY_COOKIE, CANARY_HEADER):
        for form in (canary, canary.replace(" ", "%20"), canary.replace(" ", "+"), canary.replace("/=", "%2F%3D")):
            assert form not in whole
    shown = [
        step.exchange.response.text
        for event in result.of(kinds.FindingSeen)
        for step in event.finding.steps
        if step.exchange.request.url.endswith("/members") and step.exchange.response is not None
    ]
    assert any("‹secret:session›" in text and "‹secret:key›" in text for text in shown)


async def test_the_numbers_told_are_those_of_the_sites_own_log():
    result, site = await peaceful(delays(1, 0.008))
    last = result.of(kinds.Progress)[-1]
    assert result.finished.requests == last.requests == len(site.log)
    parts = last.parts.values()
    assert sum(part.requests for part in parts) == len(site.log)
    assert sum(count for part in parts for count in part.status_counts.values()) == len(site.log)
    assert [part.in_flight for part in parts] == [0, 0, 0]
    assert sum(event.requests for event in result.of(kinds.PhaseFinished)) == len(site.log)
    assert last.parts["crawler"].out_of_scope_hosts == {"outside.invalid": 1}
    percents = [event.percent for event in result.of(kinds.Progress)]
    assert percents == sorted(percents)


async def test_harm_is_never_sent():
    result, site = await peaceful(profile=Profile.FULL)
    assert not [line for line in site.lines() if "/account/delete" in line.split()[1] or "/logout" in line.split()[1]]
    skipped = {
        event.url.partition(site.url)[2]: event.skipped for event in result.of(kinds.EndpointFound) if event.skipped
    }
    assert set(skipped) == {"account/delete?id=7", "account/delete", "logout"}
    assert all("may do harm" in reason for reason in skipped.values())


async def test_lightning_sends_neither_payload_nor_form():
    result, site = await peaceful(profile=Profile.LIGHTNING, checks=())
    assert {asked.method for asked in site.log} <= {"GET", "HEAD"}
    assert not result.points()
    linked = {"search?q=tea", "safe?q=tea", "item?id=1", "go?to=/about", "theme?name=dark"}
    queries = {asked.target[1:] for asked in site.log if "?" in asked.target}
    assert queries == linked, "only what the site itself links to"
    assert result.finished.verdict == "findings", "passive checks still speak"


async def test_safe_writes_nothing():
    result, site = await peaceful(profile=Profile.SAFE, checks=())
    assert {asked.method for asked in site.log} <= {"GET", "HEAD"}
    assert not any(asked.body for asked in site.log)
    assert not result.of(kinds.Written)
    skipped = [event for event in result.of(kinds.EndpointFound) if event.method == "POST" and "write" in event.skipped]
    assert {event.url for event in skipped} == {site.url + "book", site.url + "account/delete"}
    assert len(skipped) == 2, "said once, however often the form is met"


async def test_findings_come_once_and_systemic_ones_once_per_host():
    async def many(asked):
        if asked.path == "/about":
            links = "".join(f"<a href='/note/{name}'>{name}</a>" for name in names)
            return Answer(page("About", links))
        if asked.path.startswith("/note/") and asked.path[6:] in names:
            return Answer(page("Note", f"<p>A note of its own on {asked.path[6:] * 3}, and that is all.</p>"))
        return None

    names = [f"{word}{letter}" for word in ("tea", "pot", "cup", "rain", "jug") for letter in "abcdefg"]
    result, _ = await peaceful(many)
    seen = [event.finding for event in result.of(kinds.FindingSeen)]
    systemic = [finding for finding in seen if finding.check == "headers-nosniff-missing"]
    assert len({finding.id for finding in systemic}) == 1
    last = systemic[-1]
    assert len(last.occurrences) == 20
    assert last.occurrence_count >= 35, "each page once, also those that are no longer listed"
    pages = [event.url for event in result.of(kinds.EndpointFound) if event.status == 200]
    assert last.occurrence_count <= len(set(pages)) + 1
    own = Counter(finding.id for finding in seen if finding.check == "xss-reflected")
    assert set(own.values()) == {1}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": JobKind.DISCOVER}, "does not say what is to be searched"),
        ({"headers": (Setting(name="X", secret="token"),)}, "secrets are missing: token"),
        ({"allow_private": ("10.0.0.0/99",)}, "10.0.0.0/99"),
        ({"start_urls": ("http://[::1/",)}, "unusual host part"),
        ({"kind": JobKind.LOGIN_TEST}, "a test of the log-in needs a log-in"),
        ({"login": Login(kind="form")}, "form needs an address"),
        ({"second_login": Login(kind="sequence")}, "needs its steps"),
        ({"login": Login(kind="api", url="http://127.0.0.1/")}, "what to post"),
        ({"login": Login(kind="static", detectors=(Detector(kind="smell", value="x"),))}, "log-out detector: smell"),
    ],
)
def test_a_job_that_cannot_be_run_is_refused_at_once(changes, words):
    job = dataclasses.replace(Job(id="t", start_urls=("http://127.0.0.1/",)), **changes)
    with pytest.raises(JobRefused, match=words):
        run(job)


async def test_a_scan_without_checks_still_crawls():
    result, _ = await peaceful(checks=(*FAST, *(f"-{name.lstrip('-')}" for name in FAST)))
    assert not result.proven()
    assert result.finished.verdict == "clean"
    assert len(result.of(kinds.EndpointFound)) > 10


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (302, (("Location", "http://127.0.0.1:1/elsewhere"),), "out of scope"),
        (401, (), "gave no endpoint"),
    ],
)
async def test_a_start_page_that_turns_us_away_is_no_clean_scan(status, headers, says):
    async def doorman(asked):
        return Answer("", status, list(headers))

    async with shop(doorman) as site:
        result = await ran(job_for(site.url, profile=Profile.LIGHTNING))
    assert result.finished.verdict == "incomplete"
    assert any(says in reason for reason in result.finished.reasons)


async def test_each_finding_names_the_request_that_its_input_stands_in():
    result, site = await peaceful(checks=("xss", "headers-nosniff-missing", "files-env-exposed"))
    found = {event.finding.id: event.finding for event in result.of(kinds.FindingSeen)}
    for finding in found.values():
        assert finding.request is not None
        assert (finding.request.method, finding.request.url) == (finding.location.method, finding.location.url)
        assert not {name.lower() for name, _ in finding.request.headers} & {"cookie", "user-agent", "x-vedette-scan"}
    (stored,) = [finding for finding in found.values() if finding.check == "xss-stored"]
    assert stored.request.body == b"text=nice", "as it was crawled, not as it was attacked"
    assert site.url in stored.location.sink_url
