"""Recorded sequences are replayed in a browser, and what they meet with is crawled and tested."""

import pytest

from tests.engine.net.lodging import shares_chromium
from tests.engine.scan.scanning import job_for, ran
from tests.sites.pages import Page, pages
from vedette.contract import events as kinds
from vedette.contract.job import Part, Profile, RecordedStep, Sequence
from vedette.engine.net import playing
from vedette.engine.scan import Control

CHECKS = ("headers",)


FORM = "<form action='/third' method='get'><input id='w' name='word'><button>Send</button></form>"


def third(asked):
    return Page(f"<h1>Third</h1>{asked.fields.get('word', '')}<a href='/beyond'>on</a>")


def town():
    """Three pages, each behind the one before."""
    return pages(
        front="<h1>First</h1><button onclick=\"location='/second'\">Go</button><a href='/aside'>aside</a>",
        second=f"<h1>Second</h1>{FORM}",
        third=third,
        aside="<h1>Aside</h1>",
        beyond="<h1>Beyond</h1>",
    )


def walk(url, secret="word", field="#w"):
    return Sequence(
        name="Walk",
        steps=(
            RecordedStep(kind="goto", url=url),
            RecordedStep(kind="click", css="button"),
            RecordedStep(kind="fill_value", css=field, secret=secret),
            RecordedStep(kind="click", css="form button"),
        ),
    )


def found(result, site, source=None):
    """The paths of endpoints, or of those that were learned in one way."""
    return {
        event.url.removeprefix(site.url).partition("?")[0]
        for event in result.of(kinds.EndpointFound)
        if not event.skipped and event.status == 200 and source in (None, event.source)
    }


@shares_chromium
async def test_what_a_sequence_meets_with_is_crawled():
    async with town() as site:
        job = job_for(
            site.url + "/front",
            checks=CHECKS,
            browser=True,
            sequences=(walk(site.url + "/front"),),
            profile=Profile.LIGHTNING,
        )
        result = await ran(job, secrets={"word": "mellon-of-moria-42"})
        assert "/third" in found(result, site, "sequence")
        assert "/beyond" in found(result, site)
    (played,) = result.of(kinds.SequencePlayed)
    assert (played.name, played.ok, played.reason) == ("Walk", True, "")
    assert "/third?" in played.url
    assert result.finished.verdict in ("clean", "findings")
    assert "mellon-of-moria-42" not in str(result.events), "what was typed is a secret"


@shares_chromium
async def test_a_scan_may_keep_to_its_sequences():
    async with town() as site:
        job = job_for(
            site.url + "/front",
            checks=CHECKS,
            browser=True,
            sequences=(walk(site.url + "/front"),),
            profile=Profile.LIGHTNING,
            part=Part(sequences_only=True),
        )
        result = await ran(job, secrets={"word": "mellon-of-moria-42"})
        assert {"/second", "/third"} <= found(result, site)
        assert not {"/aside", "/beyond"} & found(result, site)


@shares_chromium
@pytest.mark.parametrize("stop", [False, True])
async def test_a_sequence_that_fails_shows_in_the_verdict_and_may_end_the_scan(stop, monkeypatch):
    monkeypatch.setattr(playing, "FIND_S", 0.3)
    async with town() as site:
        job = job_for(
            site.url + "/front",
            checks=CHECKS,
            browser=True,
            sequences=(walk(site.url + "/front", field="#gone"),),
            profile=Profile.LIGHTNING,
            stop_on_sequence_failure=stop,
        )
        result = await ran(job, secrets={"word": "mellon-of-moria-42"}, control=Control())
    (played,) = result.of(kinds.SequencePlayed)
    assert not played.ok and played.reason.startswith("Step 3 failed.")
    assert result.finished.verdict == "incomplete"
    assert result.finished.cancelled is stop
    assert any("Walk: Step 3 failed" in reason for reason in result.finished.reasons)


async def test_without_a_browser_it_says_so():
    async with town() as site:
        job = job_for(
            site.url + "/front", checks=CHECKS, sequences=(walk(site.url + "/front"),), profile=Profile.LIGHTNING
        )
        result = await ran(job, secrets={"word": "mellon-of-moria-42"})
    assert result.of(kinds.SequencePlayed)[0].reason == "There is no browser to replay it."
    assert result.finished.verdict == "incomplete"


async def test_one_that_needs_a_session_is_not_replayed_without():
    async with town() as site:
        sequence = Sequence(name="Inside", steps=walk(site.url + "/front").steps, requires_login=True)
        job = job_for(site.url + "/front", checks=CHECKS, sequences=(sequence,), profile=Profile.LIGHTNING)
        result = await ran(job, secrets={"word": "mellon-of-moria-42"})
    assert "needs a log-in" in result.of(kinds.SequencePlayed)[0].reason


@shares_chromium
async def test_a_later_slice_does_not_replay_what_was_replayed():
    async with town() as site:
        job = job_for(
            site.url + "/front",
            checks=CHECKS,
            browser=True,
            sequences=(walk(site.url + "/front"),),
            profile=Profile.LIGHTNING,
        )
        control = Control()

        def after_the_sequence(batch):
            if any(isinstance(event, kinds.SequencePlayed) for event in batch.events):
                control.say("yield")

        first = await ran(job, secrets={"word": "mellon-of-moria-42"}, control=control, on_batch=after_the_sequence)
        assert not first.of(kinds.ScanFinished)
        result = await ran(job, secrets={"word": "mellon-of-moria-42"}, before=first, epoch=2)
        assert len(result.of(kinds.SequencePlayed)) == 1
        assert "/third" in found(result, site, "sequence")
