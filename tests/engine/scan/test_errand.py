"""One batch for a short job, and a network that ends when it is told to."""

import asyncio

import pytest

from tests.engine.scan.scanning import job_for
from tests.sites.shop import shop
from vedette.contract.events import OwnershipChecked, ScanFinished, ScanStarted, SliceEnded
from vedette.contract.exchange import Request
from vedette.contract.verdict import Verdict
from vedette.engine.scan import Control, errand
from vedette.engine.scan.errand import Outcome, batch, network_for

JOB = job_for("http://127.0.0.1:9/", authorized="me")


def outcome():
    return Outcome([OwnershipChecked(method="file", ok=False)], Verdict.FAILED, ("Why.",), 3)


def test_a_batch_holds_all_from_start_to_end():
    made = batch(JOB, Control(), 7, outcome())
    assert (made.epoch, made.batch) == (7, 1)
    assert [type(event) for event in made.events] == [ScanStarted, OwnershipChecked, ScanFinished]
    start, _, end = made.events
    assert (start.job, start.authorized, start.start_urls) == ("t", "me", ("http://127.0.0.1:9/",))
    assert (end.verdict, end.reasons, end.requests, end.cancelled) == ("failed", ("Why.",), 3, False)
    assert all(event.at > 0 for event in made.events)


def test_a_cancelled_job_has_ended():
    control = Control()
    control.say("cancel")
    end = batch(JOB, control, 1, outcome()).events[-1]
    assert isinstance(end, ScanFinished)
    assert end.cancelled


@pytest.mark.parametrize("word", ["stop", "pause", "yield"])
def test_a_job_told_to_end_for_now_says_only_that(word):
    control = Control()
    control.say(word)
    made = batch(JOB, control, 1, outcome())
    assert [type(event) for event in made.events] == [ScanStarted, SliceEnded]
    assert made.events[-1].reason == word


async def test_after_the_word_nothing_goes_and_what_is_in_flight_is_ended(monkeypatch):
    monkeypatch.setattr(errand, "DRAIN_S", 0.01)
    control = Control()
    asked = asyncio.Event()

    async def hang(_):
        asked.set()
        await asyncio.Event().wait()

    async with shop(before=hang) as site, network_for(job_for(site.url), {}, control) as network:
        hanging = asyncio.ensure_future(network.send(Request("GET", site.url)))
        await asked.wait()
        control.say("cancel")
        assert (await hanging).error == "stopped"
        assert (await network.send(Request("GET", site.url))).error == "stopped"
        assert len(site.log) == 1


async def test_when_the_time_is_up_it_ends_too(monkeypatch):
    monkeypatch.setattr(errand, "DRAIN_S", 0.01)

    async def hang(_):
        await asyncio.Event().wait()

    async with shop(before=hang) as site:
        job = job_for(site.url, limits={"max_time_s": 0.05})
        async with network_for(job, {}, Control()) as network:
            assert (await network.send(Request("GET", site.url))).error == "stopped"
