"""How the text of an API's description comes: given with the job, or asked for; and the job that does nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

from vedette.contract.batch import Batch, ResumeState
from vedette.contract.events import DescriptionRead
from vedette.contract.exchange import Request
from vedette.contract.job import Description, Job
from vedette.contract.verdict import Verdict
from vedette.engine.net.network import Network
from vedette.engine.parse import description as descriptions
from vedette.engine.parse.operation import Reading
from vedette.engine.parse.urls import origin, resolve
from vedette.engine.scan.control import Control
from vedette.engine.scan.errand import Outcome, batch, network_for

MAX_REDIRECTS = 3


class Text(NamedTuple):
    """A description's text with the URL against which its addresses stand, or what is wrong with it."""

    text: str
    base: str
    problem: str = ""


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
    return descriptions.read(
        described.kind, text.text, base=text.base, values=values, media=described.media_type, fixed=described.base
    )


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
    return await _fetched(described, network, user)


async def _fetched(described: Description, network: Network, user: str) -> Text:
    url = described.url
    for _ in range(MAX_REDIRECTS):
        if reason := network.guard.refusal(url):
            return Text("", url, f"{url} is not asked for: {reason}.")
        exchange = await network.send(_question(described, url, user), keep_cookies=False)
        response = exchange.response
        if response is None:
            return Text("", url, f"{url} did not answer: {exchange.detail or exchange.error}.")
        target = resolve(url, response.header("location")) if 300 <= response.status < 400 else None
        if target is None:
            break
        url = target
    if response is None or response.status != 200:
        return Text("", url, f"{url} answered {exchange.status}.")
    if response.truncated:
        return Text("", url, f"{url} is longer than the {len(response.body):,} bytes that are read of an answer.")
    return Text(response.text, url)


def _question(described: Description, url: str, user: str) -> Request:
    if described.kind != "graphql":
        return Request("GET", url, user=user)
    return Request("POST", url, (("Content-Type", "application/json"),), descriptions.introspection(), user)
