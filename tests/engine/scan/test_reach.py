"""The `reach` job: an answer or a reason for each start URL, and nothing more."""

import dataclasses

import pytest

from tests.engine.scan.scanning import job_for, ran
from tests.sites.shop import shop
from vedette.contract import events as kinds
from vedette.contract.exchange import Exchange, Request
from vedette.contract.job import JobKind
from vedette.engine.scan import Control
from vedette.engine.scan.reach import why_not


def reaching(url, *more):
    return dataclasses.replace(job_for(url, kind=JobKind.REACH), start_urls=(url, *more))


async def test_each_start_url_is_asked_once():
    async with shop() as site:
        result = await ran(reaching(site.url, site.url + "nowhere"), epoch=4)
        assert site.lines() == ["GET / ", "GET /nowhere "]
    (batch,) = result.batches
    assert (batch.epoch, batch.batch) == (4, 1)
    assert [(event.url, event.status) for event in result.of(kinds.EndpointFound)] == [
        (site.url, 200),
        (site.url + "nowhere", 404),
    ]
    assert (result.finished.verdict, result.finished.requests) == ("clean", 2)
    assert all(event.at > 0 for event in result.events)


async def test_what_does_not_answer_is_named():
    async with shop() as site:
        gone = site.url
    async with shop() as site:
        job = dataclasses.replace(reaching(site.url, gone), allow_private=("127.0.0.1",))
        result = await ran(job)
    assert result.finished.verdict == "failed"
    (reason,) = result.finished.reasons
    assert reason.startswith(f"Nothing answers at {gone.split('/')[2]}")
    assert len(result.of(kinds.EndpointFound)) == 1


async def test_an_address_that_is_not_allowed_is_not_asked():
    async with shop() as site:
        job = dataclasses.replace(reaching(site.url), allow_private=())
        result = await ran(job)
        assert site.log == []
    assert result.finished.verdict == "failed"
    assert "must not be requested" in result.finished.reasons[0]


async def test_nothing_is_asked_after_the_word():
    control = Control()
    control.say("cancel")
    async with shop() as site:
        result = await ran(reaching(site.url), control=control)
        assert site.log == []
    assert result.finished.verdict == "failed"


@pytest.mark.parametrize(
    ("error", "detail", "words"),
    [
        ("resolve", "", "The name a:8 does not resolve."),
        ("connect", "refused", "Nothing answers at a:8: refused."),
        ("timeout", "", "a:8 did not answer in time."),
        ("tls", "self-signed", "No trusted TLS connection to a:8: self-signed."),
        ("protocol", "", "a:8 does not speak HTTP."),
        ("refused", "excluded", "http://a:8/x must not be requested: excluded."),
        ("stopped", "", "http://a:8/x could not be requested."),
    ],
)
def test_reasons_are_sentences(error, detail, words):
    assert why_not(Exchange(Request("GET", "http://a:8/x"), error=error, detail=detail)) == words
