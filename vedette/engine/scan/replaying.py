"""The `replay` job: the requests of a finding's proof sent again in order, to its own origin only, and compared with
what came before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vedette.contract.batch import Batch, ResumeState
from vedette.contract.events import StepReplayed
from vedette.contract.exchange import Exchange, Request, Step
from vedette.contract.job import Job
from vedette.contract.verdict import Verdict
from vedette.engine.net.network import Network
from vedette.engine.net.origin import UrlError, split
from vedette.engine.scan.control import Control
from vedette.engine.scan.errand import Outcome, batch, network_for
from vedette.engine.scan.filling import Filling, MaskedError, fill
from vedette.engine.scan.reach import why_not

_SLOW_S = 0.5
_SIZE = 0.1
_SIZE_BYTES = 64
_SHOWN = 80
_USERS = ("", "A", "B")
_OURS = ("refused", "stopped", "budget")
"""Errors that say nothing about the site."""


class ReplayError(ValueError):
    """The steps must not be sent as they stand. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Again:
    """A step with its new exchange (masked), and in what the answer is not as the recorded one."""

    step: Step
    exchange: Exchange
    differences: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether an answer came, and as before."""
        return self.exchange.response is not None and not self.differences


def replay(
    job: Job, secrets: Mapping[str, str], state: ResumeState, control: Control, epoch: int
) -> AsyncIterator[Batch]:
    """One batch: each step with its new exchange; the verdict `findings` when the proof holds, `clean` when it does
    not, `failed` when that cannot be told. Raises ValueError for a job without steps or start URL."""
    del state
    if not job.replay or not job.start_urls:
        raise ValueError("the job does not say what to send again, or where")
    return _replay(job, secrets, control, epoch)


async def _replay(job: Job, secrets: Mapping[str, str], control: Control, epoch: int) -> AsyncIterator[Batch]:
    async with network_for(job, secrets, control) as network:
        outcome = await _sent(job, secrets, network)
    yield batch(job, control, epoch, outcome)


async def _sent(job: Job, secrets: Mapping[str, str], network: Network) -> Outcome:
    try:
        requests = requests_of(job, secrets)
        _in_scope(network, requests)
    except (ReplayError, MaskedError) as error:
        return Outcome([], Verdict.FAILED, (network.masker.text(str(error)),))
    again: list[Again] = []
    for step, request in zip(job.replay, requests, strict=True):
        exchange = await network.send(request, fresh=True)
        again.append(compare(step, exchange, network.masker.mask(exchange)))
    verdict, reasons = judge(again)
    return Outcome(_told(again), verdict, reasons, network.requests)


def requests_of(job: Job, secrets: Mapping[str, str]) -> tuple[Request, ...]:
    """The requests of the job's steps, fit to be sent: what was masked comes from the job's headers and cookies.

    Raises ReplayError for a request to another origin than the first start URL's, or on behalf of nobody known, and
    MaskedError for a masked value that nothing fills.
    """
    reason = astray(job.start_urls[0], job.replay)
    if reason:
        raise ReplayError(reason)
    filling = Filling.of(job, secrets)
    return tuple(fill(step.exchange.request, filling) for step in job.replay)


def astray(url: str, steps: Iterable[Step]) -> str:
    """Why these steps must not be sent for a finding at this URL, as a sentence; empty when they may."""
    home = _origin(url)
    for step in steps:
        request = step.exchange.request
        origin = _origin(request.url)
        if not origin:
            return "The proof holds an address that cannot be read."
        if origin != home:
            return f"The proof holds a request to another host than {home or url}."
        if request.user not in _USERS:
            return "The proof holds a request of a user that is not known."
    return ""


def _origin(url: str) -> str:
    try:
        return split(url)[0].url
    except UrlError:
        return ""


def _in_scope(network: Network, requests: Iterable[Request]) -> None:
    for request in requests:
        reason = network.guard.refusal(request.url)
        if reason:
            raise ReplayError(why_not(Exchange(request, error="refused", detail=reason)))


def judge(again: Sequence[Again]) -> tuple[Verdict, tuple[str, ...]]:
    """What the answers say of the proof: `findings`, `clean` or, when too little was answered to tell, `failed`."""
    unanswered = [one for one in again if one.exchange.response is None]
    ours = [one for one in unanswered if one.exchange.error in _OURS]
    if ours or len(unanswered) == len(again):
        return Verdict.FAILED, (why_not((ours or unanswered)[0].exchange),)
    decides = deciding([one.step for one in again])
    if not unanswered and all(one.same for one, counts in zip(again, decides, strict=True) if counts):
        return Verdict.FINDINGS, ()
    return Verdict.CLEAN, ("The proof could not be repeated as it stands.",)


def deciding(steps: Sequence[Step]) -> tuple[bool, ...]:
    """Which steps decide. A control, and a step that carries no mark of its own, only count where nothing better
    tells."""
    telling = tuple(not step.control and bool(_marks(step) or _slow(step.exchange)) for step in steps)
    return telling if any(telling) else (True,) * len(steps)


def _told(again: Sequence[Again]) -> list[StepReplayed]:
    decides = deciding([one.step for one in again])
    return [
        StepReplayed(index=index, exchange=one.exchange, same=one.same, verdict=_sentence(one, counts))
        for index, (one, counts) in enumerate(zip(again, decides, strict=True))
    ]


def _sentence(one: Again, counts: bool) -> str:
    if one.exchange.response is None:
        return why_not(one.exchange)
    if one.same:
        return "The answer is as before."
    differs = f"The answer came {', '.join(one.differences)}."
    return differs if counts else f"{differs} Other steps decide."


def compare(step: Step, came: Exchange, shown: Exchange) -> Again:
    """The step beside its new exchange, given as it came and masked. Without an answer there is nothing to compare."""
    return Again(step, shown, tuple(_differences(step, came, shown)) if came.response is not None else ())


def _differences(step: Step, came: Exchange, shown: Exchange) -> Iterable[str]:
    before, marks = step.exchange, _marks(step)
    # What is masked depends on the values given: a recorded mark may stand in either form of the answer.
    texts = (_whole(shown), _whole(came))
    for mark in marks:
        if not any(mark in text for text in texts):
            yield f"without {mark if len(mark) <= _SHOWN else mark[:_SHOWN] + '…'}"
    if came.status != before.status:
        yield f"with status {came.status} instead of {before.status}"
    if _slow(before) and not _slow(came):
        yield "faster than before"
    if not marks and before.response is not None:
        size = len(before.response.body)
        now = _nearest(size, [shown, came], cut=before.response.truncated)
        if abs(size - now) > max(_SIZE_BYTES, _SIZE * size):
            yield f"with {now} bytes instead of {size}"


def _nearest(size: int, forms: Iterable[Exchange], *, cut: bool) -> int:
    """The size of the body that is nearest to this one; how much there was beyond a cut is not known."""
    sizes = [len(form.response.body) for form in forms if form.response is not None]
    return min((min(now, size) if cut else now for now in sizes), key=lambda now: abs(size - now))


def _whole(exchange: Exchange) -> str:
    response = exchange.response
    if response is None:
        return ""
    return response.text + "\n" + "\n".join(f"{name}: {value}" for name, value in response.headers)


def _marks(step: Step) -> list[str]:
    """The strings to look for again: a mark that names what is missing was not in the answer in the first place."""
    before = _whole(step.exchange)
    return [] if step.control else [mark for mark in step.marks if mark and mark in before]


def _slow(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.ttfb_s >= _SLOW_S
