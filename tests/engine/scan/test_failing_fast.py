"""A scan that is to fail fast ends at the first thing that makes it worthless, and says what that was."""

import dataclasses

import pytest

from tests.engine.scan.entering import form_login, job_of, secrets_of
from tests.engine.scan.scanning import job_for, ran, sayer
from tests.sites.login_club import club
from tests.sites.pages import pages
from vedette.contract import events as kinds
from vedette.contract.job import Description, Profile, RecordedStep, Sequence
from vedette.engine.scan import Control, patience

WRONG = {"password": "guess-1"}


def reason_of(result):
    """Why it failed: one sentence before all remarks."""
    assert result.finished.verdict == "failed"
    return result.finished.reasons[0]


async def test_a_failed_log_in_ends_it_before_a_page_is_asked_for():
    async with club() as site:
        result = await ran(job_of(site, form_login(site), fail_fast=True), secrets=WRONG)
        assert reason_of(result).startswith("The log-in failed: ")
        assert not site.turned_away
        assert not result.of(kinds.EndpointFound)
        assert len(result.finished.reasons) == 1, "one cause, one sentence"


async def test_otherwise_it_goes_on():
    async with club() as site:
        result = await ran(job_of(site, form_login(site)), secrets=WRONG)
        assert result.finished.verdict == "incomplete"
        assert result.of(kinds.EndpointFound)


async def test_the_second_users_log_in_counts_too():
    async with club() as site:
        wrong = dataclasses.replace(form_login(site), url=site.url + "/about")
        job = job_of(site, form_login(site), second_login=wrong, fail_fast=True)
        result = await ran(job, secrets=secrets_of(site))
        assert reason_of(result).startswith("The log-in failed: That of the second user: ")


async def test_a_session_that_is_lost_for_good():
    async with club(lifetime=3) as site:
        result = await ran(job_of(site, form_login(site), fail_fast=True), secrets=secrets_of(site))
        assert "did not hold" in reason_of(result)


@pytest.mark.parametrize("text", ["openapi: 3.0.0\npaths: [1]", ""])
async def test_a_description_that_gives_nothing(text):
    async with pages(home="<h1>Here</h1><a href=/more>more</a>", more="<h1>More</h1>") as site:
        described = Description(kind="openapi", text=text, url="" if text else site.url + "/missing.json")
        job = job_for(site.url + "/", ("headers",), descriptions=(described,), fail_fast=True)
        result = await ran(job)
        assert reason_of(result).startswith("A description of the API gives nothing to call. ")
        assert "GET /more" not in site.paths()


@pytest.mark.parametrize("stop", [True, False])
async def test_a_sequence_where_that_is_to_stop_the_scan(stop):
    async with pages(home="<h1>Here</h1><a href=/more>more</a>", more="<h1>More</h1>") as site:
        walk = Sequence(name="Walk", steps=(RecordedStep(kind="goto", url=site.url + "/"),))
        job = job_for(
            site.url + "/", ("headers",), sequences=(walk,), fail_fast=True, stop_on_sequence_failure=stop
        )  # without a browser it cannot be replayed
        result = await ran(job)
        assert ("GET /more" in site.paths()) is not stop
        if stop:
            assert reason_of(result).startswith("The recorded sequence Walk could not be replayed. ")
            assert not result.finished.cancelled
        else:
            assert result.finished.verdict == "incomplete"


async def test_a_target_that_stays_away(monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE_S", 0.2)
    names = [f"room{number}" for number in range(100)]

    def gone(asked):
        raise ConnectionResetError

    async with pages(home="".join(f"<a href=/{name}>{name}</a>" for name in names)) as site:
        site.pages.update({f"/{name}": gone for name in names})
        job = job_for(site.url + "/", ("headers",), profile=Profile.LIGHTNING, limits={"rate": 60.0}, fail_fast=True)
        result = await ran(job)
        assert len(site.asked) < len(names)
    assert reason_of(result).startswith("The target has not answered for ")


async def test_the_end_outranks_a_word_that_comes_with_it():
    """A slice that failed is not gone on with: nobody would log in again."""
    async with club() as site:
        control = Control()
        job = job_of(site, form_login(site), fail_fast=True)
        result = await ran(job, secrets=WRONG, control=control, on_batch=sayer(control, "yield", 2))
        assert result.of(kinds.SliceEnded) == [] or result.of(kinds.ScanFinished) == []
        while not result.of(kinds.ScanFinished):
            result = await ran(job, secrets=WRONG, before=result, epoch=2)
        assert "log-in failed" in reason_of(result)
        assert len(site.tries) == 1
