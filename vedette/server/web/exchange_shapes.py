"""Requests and responses of a proof as text: whole when short, else its head and what surrounds the marked strings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vedette.contract.events import Event, ScanFinished, StepReplayed
from vedette.contract.exchange import Exchange, Step
from vedette.contract.verdict import Verdict
from vedette.server.findings import evidence
from vedette.server.web.labels import Label

SHOWN = 10_000
AROUND = 800
_MOST_PLACES = 5


@dataclass(frozen=True, slots=True)
class StepShape:
    """A step as its page shows it; `number` counts from 1. `curl` is empty when no command can send it."""

    number: int
    label: str
    note: str
    control: bool
    request: str
    request_marks: tuple[str, ...]
    response: str
    marks: tuple[str, ...]
    curl: str
    time: str
    answered: bool


@dataclass(frozen=True, slots=True)
class AgainShape:
    """A step that was sent again: how its answer compares with the recorded one."""

    number: int
    label: str
    same: bool
    verdict: str
    response: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplayShape:
    """What came of a replay as a whole, then step by step."""

    label: Label
    reasons: tuple[str, ...]
    steps: list[AgainShape]


def steps(found: Sequence[Step]) -> list[StepShape]:
    """Every step of a proof."""
    return [_step(number, step) for number, step in enumerate(found, 1)]


def _step(number: int, step: Step) -> StepShape:
    response = step.exchange.response
    return StepShape(
        number=number,
        label=step.label,
        note=step.note,
        control=step.control,
        request=excerpt(evidence.raw_request(step.exchange.request).rstrip("\r\n"), step.request_marks),
        request_marks=step.request_marks,
        response=excerpt(whole_response(step.exchange), step.marks),
        marks=step.marks,
        curl=evidence.curl_of(step.exchange.request),
        time=f"{response.total_s * 1000:,.0f} ms" if response is not None and response.total_s else "",
        answered=response is not None,
    )


_ENDS = {
    Verdict.FINDINGS.value: Label("The proof holds", "verified", "bad", "The site answered as it did before."),
    Verdict.CLEAN.value: Label("The proof does not hold", "ok", "warn", "A retest tells whether the flaw is gone."),
}
_OPEN = Label("It could not be told", "help", "warn", "The requests could not be sent, or nothing came back.")


def replay(found: Sequence[Step], events: Iterable[Event]) -> ReplayShape:
    """The events of a replay of these steps."""
    events = list(events)
    end = next((event for event in events if isinstance(event, ScanFinished)), None)
    again = [event for event in events if isinstance(event, StepReplayed) and event.index < len(found)]
    label = _ENDS.get(str(end.verdict), _OPEN) if end else _OPEN
    return ReplayShape(label, tuple(end.reasons) if end else (), [_again(found[one.index], one) for one in again])


def _again(step: Step, event: StepReplayed) -> AgainShape:
    return AgainShape(
        number=event.index + 1,
        label=step.label,
        same=event.same,
        verdict=event.verdict,
        response=excerpt(whole_response(event.exchange), step.marks),
        marks=step.marks,
    )


def whole_response(exchange: Exchange) -> str:
    """The answer with its headers and all of its stored body, decoded as it declares; without one, the reason."""
    response = exchange.response
    if response is None:
        return evidence.raw_response(exchange)
    head = [
        f"HTTP/{response.http_version} {response.status}",
        *(f"{name}: {value}" for name, value in response.headers),
    ]
    end = "\n[cut by the scanner]" if response.truncated else ""
    return "\n".join([*head, "", response.text]) + end


def excerpt(text: str, marks: Sequence[str]) -> str:
    """The text; of a long one its first part, and what surrounds the first places of each mark further on."""
    if len(text) <= SHOWN:
        return text
    parts, end = [text[: SHOWN // 2]], SHOWN // 2
    for start, stop in _places(text, marks, end):
        parts += [_gap(start - end), text[start:stop]] if start > end else [text[end:stop]]
        end = stop
    return "".join([*parts, _gap(len(text) - end)])


def _places(text: str, marks: Sequence[str], behind: int) -> list[tuple[int, int]]:
    """Stretches around marks behind a position, in order and apart from each other."""
    found: list[tuple[int, int]] = []
    hits = sorted({at for mark in marks if mark for at in _hits(text, mark, behind)})
    for at in hits[:_MOST_PLACES]:
        start, stop = max(at - AROUND, behind), min(at + AROUND, len(text))
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return found


def _hits(text: str, mark: str, behind: int) -> list[int]:
    found: list[int] = []
    at = text.find(mark, max(behind - len(mark), 0))
    while at >= 0 and len(found) < _MOST_PLACES:
        found.append(at)
        at = text.find(mark, at + len(mark))
    return found


def _gap(length: int) -> str:
    return f"\n[{length:,} characters left out here]\n" if length > 0 else ""
