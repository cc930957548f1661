"""How the text of an API's description comes: given with the job, or asked for; and the job that does nothing else."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple

from vedette.contract.batch import Batch, ResumeState
from vedette.contract.events import DescriptionRead
from vedette.contract.exchange import Request
from vedette.contract.job import Description, Job
from vedette.contract.verdict import Verdict
from vedette.engine.crawl.harm import allowed, harm
from vedette.engine.net.network import Network
from vedette.engine.parse import description as descriptions
from vedette.engine.parse.bundling import Bundle, refers_outward
from vedette.engine.parse.operation import Reading
from vedette.engine.parse.tree_text import TextError
from vedette.engine.parse.urls import origin, resolve, split
from vedette.engine.scan.control import Control
from vedette.engine.scan.errand import Outcome, batch, network_for

MAX_REDIRECTS = 3
MAX_PARTS, MAX_PARTS_S = 500, 600.0
"""How many texts are asked for that one description refers to, and for how many seconds."""

_WRITTEN = (".json", ".yaml", ".yml")
_ENDED = ("stopped", "budget")


class _Answer(NamedTuple):
    """What is at an address, and the URL at which it was found in the end. `why` follows that URL in a sentence where
    it is not what was asked for; `ended` when that is so because the scan comes to its end."""

    text: str
    url: str
    why: str = ""
    ended: bool = False


class Text(NamedTuple):
    """A description's text with the URL against which its addresses stand, or what is wrong with it."""

    text: str
    base: str
    problem: str = ""
    remarks: Sequence[str] = ()
    """What was wrong with the texts that it refers to."""


async def fetch_schema(
    job: Job, secrets: Mapping[str, str], state: ResumeState, control: Control, epoch: int
) -> AsyncIterator[Batch]:
    """One batch: for each description what it gave, and a verdict of `clean`, or of `failed` when one gave nothing."""
    del state
    events: list[DescriptionRead] = []
    user = "A" if job.login.kind == "static" else ""
    async with network_for(job, secrets, control) as network:
        for described in job.descriptions:
            text = await text_of(described, job, network, user)
            events.append(told(described, read(described, text, values_of(described, secrets))))
        empty = [event for event in events if not event.operations]
        reasons = tuple(next(iter(event.problems), "The description tells no operation.") for event in empty)
        verdict = Verdict.FAILED if empty or not events else Verdict.CLEAN
        shown = [network.masker.event(event) for event in events]
        outcome = Outcome(shown, verdict, tuple(map(network.masker.text, reasons)), network.requests)
    yield batch(job, control, epoch, outcome)


def values_of(described: Description, secrets: Mapping[str, str]) -> dict[str, str]:
    """The values that a description was given, by name."""
    return {one.name: secrets[one.secret] if one.secret else one.value for one in described.values}


def told(described: Description, reading: Reading) -> DescriptionRead:
    """The event that tells what a description gave."""
    source = described.url or described.kind
    return DescriptionRead(source=source, operations=len(reading.operations), problems=tuple(reading.problems))


def read(described: Description, text: Text, values: Mapping[str, str]) -> Reading:
    """The operations of a description whose text is there, or the reason why it is not."""
    if text.problem:
        return Reading([], [text.problem])
    reading = descriptions.read(
        described.kind, text.text, base=text.base, values=values, media=described.media_type, fixed=described.base
    )
    reading.problems[:0] = text.remarks
    return reading


async def text_of(described: Description, job: Job, network: Network, user: str) -> Text:
    """The text of a description: given, or asked for at its URL within the scope of the job."""
    start = job.start_urls[0]
    if described.text:
        base = described.base or described.url or start
        if described.kind == "graphql" and not described.base and not described.url:
            base = start if start.partition("://")[2].rstrip("/").count("/") else f"{origin(start)}/graphql"
        return Text(described.text, base)
    if not described.url:
        return Text("", start, "The description has neither a text nor a URL.")
    return await _fetched(described, job, network, user)


async def _fetched(described: Description, job: Job, network: Network, user: str) -> Text:
    got = await _asked(_question(described, described.url, user), network)
    if got.why and not (described.kind == "graphql" and got.text.lstrip()[:1] == "{" and '"errors"' in got.text):
        return Text("", got.url, f"{got.url} {got.why}.")
    first = Text(got.text, got.url)
    if described.kind != "openapi" or not refers_outward(first.text):
        return first
    return await _joined(first, job, network, user)


async def _joined(first: Text, job: Job, network: Network, user: str) -> Text:
    """The text with those that it refers to, asked for where the scope of the job lets them be."""
    loop = asyncio.get_running_loop()
    end = loop.time() + MAX_PARTS_S
    try:
        bundle = await asyncio.to_thread(Bundle, first.base, first.text, resolve, MAX_PARTS)
    except TextError:
        return first  # who reads the description says what is wrong with it
    while wanted := await asyncio.to_thread(bundle.wanted):
        question = Request("GET", wanted.name, user=user)
        kind = "" if split(wanted.name)[1].lower().endswith(_WRITTEN) else harm(question)
        if not allowed(kind, job) or loop.time() > end:
            late = f"the others took {MAX_PARTS_S:.0f} s"
            bundle.fail(*wanted, f"is not asked for: {late if allowed(kind, job) else f'it may do harm: {kind}'}")
            continue
        got = await _asked(question, network)
        if got.ended:
            return Text("", got.url, f"{got.url} {got.why}.")
        if got.why:
            bundle.fail(*wanted, got.why)
        else:
            await asyncio.to_thread(bundle.add, *wanted, got.text)
    text = await asyncio.to_thread(bundle.text)
    return Text(text or first.text, first.base, "", tuple(bundle.problems()))


async def _asked(question: Request, network: Network) -> _Answer:
    for _ in range(MAX_REDIRECTS):
        url = question.url
        if reason := network.guard.refusal(url):
            return _Answer("", url, f"is not asked for: {reason}")
        exchange = await network.send(question, keep_cookies=False)
        response = exchange.response
        if response is None:
            return _Answer("", url, f"did not answer: {exchange.detail or exchange.error}", exchange.error in _ENDED)
        target = resolve(url, response.header("location")) if 300 <= response.status < 400 else None
        if target is None:
            break
        question = dataclasses.replace(question, url=target)
    if response is None or response.status != 200:
        # What a GraphQL server says beside its refusal tells more than its status.
        return _Answer(response.text[:10_000] if response else "", question.url, f"answered {exchange.status}")
    if response.truncated:
        return _Answer("", url, f"is longer than the {len(response.body):,} bytes that are read of an answer")
    return _Answer(response.text, url)


def _question(described: Description, url: str, user: str) -> Request:
    if described.kind != "graphql":
        return Request("GET", url, user=user)
    return Request("POST", url, (("Content-Type", "application/json"),), descriptions.introspection(), user)
