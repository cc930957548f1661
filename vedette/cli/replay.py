"""`vedette replay REPORT FINDING`: send the requests of a finding's proof again, and compare what comes back.

Only to the finding's own host, never without showing the requests first; what was masked in the report is filled in
from --header and --cookie. The sending and the comparison are the engine's `replay` job.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from vedette.cli.order import Order, Prepared, prepare
from vedette.cli.problem import Exit, Problem
from vedette.cli.reach import hint
from vedette.cli.run import run_job
from vedette.cli.text import printable
from vedette.contract import wire
from vedette.contract.events import Event, ScanFinished, StepReplayed
from vedette.contract.exchange import Step
from vedette.contract.finding import Location
from vedette.contract.job import JobKind, Known
from vedette.contract.verdict import Verdict
from vedette.engine.scan import JobRefused
from vedette.engine.scan.filling import MaskedError
from vedette.engine.scan.replaying import astray, requests_of

_BODY = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be replayed, and how."""

    report: Path
    finding: str
    header: list[str]
    cookie: list[str]
    insecure: bool
    allow_private: list[str]
    ask: bool


def replay(wish: Wish, console: Console) -> Exit:
    """Prints the requests, asks, sends them and compares. Code 0 when the proof holds, 1 when it does not.

    Raises Problem for what cannot be sent, and when nothing answers: a site that is gone proves nothing either way.
    """
    row = _finding(wish.report, wish.finding)
    url, steps = str(row["url"]), _steps(row)
    reason = astray(url, steps)
    if reason:
        raise Problem(reason, "Such a finding is not replayed. Was the report changed?")
    prepared = _prepared(wish, row, steps)
    head = f"{row.get('title')} ({row.get('severity')}, {row.get('proof')}) at {url}"
    console.print(printable(head), style="bold", markup=False, soft_wrap=True)
    for number, step in enumerate(steps, 1):
        _show_request(number, step, console)
    if wish.ask and not _agreed(len(steps), url):
        console.print("Nothing was sent.")
        return Exit.PASSED
    replayed, finished = _sent(prepared)
    if finished.verdict == Verdict.FAILED:
        raise Problem(finished.reasons[0], hint(finished.reasons[0]))
    return _told(steps, replayed, finished, console)


def _finding(report: Path, wanted: str) -> dict[str, Any]:
    try:
        rows = json.loads(report.read_text(encoding="utf-8"))["findings"]
        near = [dict(row) for row in rows if str(row["id"]).startswith(wanted) and row["url"] is not None]
    except OSError as error:
        raise Problem(f"The report {report} cannot be read: {error.strerror}.", "Give a JSON report.") from None
    except (ValueError, KeyError, TypeError):
        hint = "Make one with `vedette scan --json FILE`."
        raise Problem(f"{report} is not a JSON report of Vedette.", hint) from None
    if len(near) != 1:
        count = "no finding" if not near else f"{len(near)} findings"
        raise Problem(f"The report has {count} whose id begins with {wanted!r}.", "Ids stand in the report.")
    return near[0]


def _steps(row: dict[str, Any]) -> list[Step]:
    try:
        steps = [wire.load(Step, raw) for raw in row.get("evidence", [])]
    except (ValueError, TypeError) as error:
        raise Problem(f"The finding's evidence cannot be read: {error}.", "Was the report changed?") from None
    if not steps:
        raise Problem("The finding has no requests that could be sent again.", "Scan the site again.")
    return steps


def _prepared(wish: Wish, row: dict[str, Any], steps: list[Step]) -> Prepared:
    """The job that sends the steps. The word of consent is the answer at the terminal, given with them in sight."""
    url = str(row["url"])
    order = Order(
        urls=[url],
        header=wish.header,
        cookie=wish.cookie,
        insecure=wish.insecure,
        allow_private=wish.allow_private,
        authorized="replay agreed to at the terminal",
    )
    prepared = prepare(order)
    spot = Location(url=url, kind=str(row.get("location", "")), parameter=str(row.get("parameter", "")))
    known = Known(id=str(row["id"]), check=str(row.get("check", "")), location=spot)
    job = replace(prepared.job, kind=JobKind.REPLAY, replay=tuple(steps), known=(known,))
    try:
        requests_of(job, prepared.secrets)
    except MaskedError as error:
        raise Problem(str(error), "Give the --header and --cookie values of the scan, in the same order.") from None
    return replace(prepared, job=job)


def _agreed(count: int, url: str) -> bool:
    try:
        return typer.confirm(f"\nSend these {count} requests to {Location(url=url).origin}?")
    except typer.Abort:
        raise Problem("Nobody answered, so nothing was sent.", "Add --yes to send without being asked.") from None


def _show_request(number: int, step: Step, console: Console) -> None:
    request = step.exchange.request
    note = f" ({step.label}{', control' if step.control else ''})"
    console.print(f"\n[{number}]{printable(note)}", style="bold", markup=False)
    console.print(f"{printable(request.method)} {printable(request.url, 2000)}", markup=False, soft_wrap=True)
    for name, value in request.headers:
        console.print(f"{printable(name)}: {printable(value)}", style="dim", markup=False, soft_wrap=True)
    if request.body:
        console.print(printable(request.body.decode("utf-8", "replace"), _BODY), markup=False, soft_wrap=True)


def _sent(prepared: Prepared) -> tuple[list[StepReplayed], ScanFinished]:
    replayed: list[StepReplayed] = []
    ends: list[ScanFinished] = []

    def note(event: Event) -> None:
        if isinstance(event, StepReplayed):
            replayed.append(event)
        elif isinstance(event, ScanFinished):
            ends.append(event)

    try:
        finished = run_job(prepared.job, [note], secrets=prepared.secrets, patient=False)
    except JobRefused as error:
        raise Problem(f"Nothing was sent: {error}.") from None
    if not finished or not ends:
        raise Problem("Interrupted before the end.", code=Exit.INTERRUPTED)
    return replayed, ends[0]


def _told(steps: list[Step], replayed: list[StepReplayed], finished: ScanFinished, console: Console) -> Exit:
    console.print()
    for number, (step, event) in enumerate(zip(steps, replayed, strict=True), 1):
        line = f"[{number}] {_outcome(step, event)}: {printable(event.verdict, 2000)}"
        console.print(line, markup=False)
    holds = finished.verdict == Verdict.FINDINGS
    console.print("\nThe proof holds." if holds else f"\n{finished.reasons[0]}")
    return Exit.PASSED if holds else Exit.FINDINGS


def _outcome(step: Step, event: StepReplayed) -> str:
    response = event.exchange.response
    if response is None:
        return "no answer"
    return f"{response.status} (was {step.exchange.status}), {response.ttfb_s:.2f} s"
