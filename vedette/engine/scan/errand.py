"""What the short jobs share: a network that heeds the word, and one batch from the first event to the last."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

from vedette import __version__
from vedette.contract.batch import Batch
from vedette.contract.events import Event, ScanFinished, ScanStarted, SliceEnded
from vedette.contract.job import Job
from vedette.contract.verdict import Verdict
from vedette.engine.net.network import Network
from vedette.engine.scan.control import Control

DRAIN_S = 5.0


@dataclass(slots=True)
class Outcome:
    """What a short job came to: its own events, and the verdict with its reasons."""

    events: Iterable[Event]
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    requests: int = 0


@contextlib.asynccontextmanager
async def network_for(job: Job, secrets: Mapping[str, str], control: Control) -> AsyncIterator[Network]:
    """The job's network. After a word, or when the job's time is up, it admits nothing, and what is in flight has
    DRAIN_S seconds left."""
    async with Network(job, secrets) as network:

        async def drain() -> None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(control.wait(), job.limits.max_time_s or None)
            await network.drain(DRAIN_S)

        control.on_word(network.stop)
        draining = asyncio.ensure_future(drain())
        try:
            yield network
        finally:
            draining.cancel()
            await asyncio.gather(draining, return_exceptions=True)


def batch(job: Job, control: Control, epoch: int, outcome: Outcome) -> Batch:
    """The one batch of a short job. One that was told to end before its end tells nothing but that: it is run again
    from its beginning, unless it was cancelled."""
    events: list[Event] = [
        ScanStarted(
            job=job.id,
            version=__version__,
            catalogue="",
            profile=job.profile.value,
            start_urls=job.start_urls,
            authorized=job.authorized,
        )
    ]
    if control.word in ("", "cancel"):
        end = ScanFinished(
            verdict=outcome.verdict.value,
            reasons=outcome.reasons,
            requests=outcome.requests,
            cancelled=control.word == "cancel",
        )
        events += [*outcome.events, end]
    else:
        events.append(SliceEnded(reason=control.word))
    for event in events:
        event.at = time.time()
    return Batch(epoch, 1, events)
