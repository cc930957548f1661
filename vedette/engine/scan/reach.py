"""The `reach` job: one request to each start URL; says in a sentence what stands in the way."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping

from vedette import __version__
from vedette.contract.batch import Batch, ResumeState
from vedette.contract.events import EndpointFound, Event, ScanFinished, ScanStarted
from vedette.contract.exchange import Exchange, Request
from vedette.contract.job import Job
from vedette.contract.verdict import Verdict
from vedette.engine.net.network import Network
from vedette.engine.scan.control import Control

_WORDS = {
    "resolve": "The name {host} does not resolve",
    "connect": "Nothing answers at {host}",
    "timeout": "{host} did not answer in time",
    "tls": "No trusted TLS connection to {host}",
    "protocol": "{host} does not speak HTTP",
    "refused": "{url} must not be requested",
}


async def reach(
    job: Job, secrets: Mapping[str, str], state: ResumeState, control: Control, epoch: int
) -> AsyncIterator[Batch]:
    """One batch: an endpoint for each start URL that answered, and a verdict of `clean` or `failed`."""
    del state
    events: list[Event] = [
        ScanStarted(job=job.id, version=__version__, catalogue="", profile=job.profile.value, start_urls=job.start_urls)
    ]
    reasons: list[str] = []
    async with Network(job, secrets) as network:
        control.on_word(network.stop)
        for url in job.start_urls:
            exchange = await network.send(Request("GET", url))
            if exchange.response is None:
                reasons.append(why_not(exchange))
            else:
                events.append(EndpointFound(method="GET", url=url, status=exchange.status, source="start"))
        verdict = Verdict.FAILED if reasons else Verdict.CLEAN
        events.append(ScanFinished(verdict=verdict.value, reasons=tuple(reasons), requests=network.requests))
    for event in events:
        event.at = time.time()
    yield Batch(epoch, 1, [network.masker.event(event) for event in events])


def why_not(exchange: Exchange) -> str:
    """Why a request got no answer, as a sentence."""
    url = exchange.request.url
    host = url.split("/")[2]
    words = _WORDS.get(exchange.error, "{url} could not be requested").format(host=host, url=url)
    return f"{words}: {exchange.detail}." if exchange.detail else f"{words}."
