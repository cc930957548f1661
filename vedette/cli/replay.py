"""`vedette replay REPORT FINDING`: send the requests of a finding's proof again, and compare what comes back.

Only to the finding's own host, never without showing the requests first; what was masked in the report is filled in
from --header and --cookie.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import typer
import uvloop
from rich.console import Console

from vedette.cli.fill import Filling, fill
from vedette.cli.order import Order, Prepared, prepare
from vedette.cli.problem import Exit, Problem
from vedette.cli.reach import hint
from vedette.cli.text import printable
from vedette.contract import wire
from vedette.contract.addresses import Policy
from vedette.contract.exchange import Exchange, Request, Step
from vedette.engine.net.network import Network
from vedette.engine.scan.reach import why_not

_BODY = 600
_SLOW_S = 0.5
_SIZE = 0.1


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
    steps = _steps(row)
    origin = _origin(str(row["url"]))
    if any(_origin(step.exchange.request.url) != origin for step in steps):
        raise Problem(f"The proof holds a request to another host than {origin}.", "Such a finding is not replayed.")
    prepared = _prepare(wish, str(row["url"]))
    spot = (str(row.get("location", "")), str(row.get("parameter", "")))
    filling = Filling.of(prepared, spot)
    requests = [fill(step.exchange.request, filling) for step in steps]
    head = f"{row.get('title')} ({row.get('severity')}, {row.get('proof')}) at {row['url']}"
    console.print(printable(head), style="bold", markup=False, soft_wrap=True)
    for number, step in enumerate(steps, 1):
        _show_request(number, step, console)
    if wish.ask and not _agreed(len(steps), origin):
        console.print("Nothing was sent.")
        return Exit.PASSED
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        exchanges = runner.run(_send(prepared, requests))
    unsent = [exchange for exchange in exchanges if exchange.response is None]
    if len(unsent) == len(exchanges) or any(exchange.error == "refused" for exchange in unsent):
        reason = why_not(unsent[0])
        raise Problem(reason, hint(reason))
    return _compare(steps, exchanges, console)


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


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        raise Problem("The finding holds an address that cannot be read.", "Was the report changed?") from None
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _prepare(wish: Wish, url: str) -> Prepared:
    # The word of consent is the answer at the terminal, given with the requests in sight.
    order = Order(
        urls=[url],
        header=wish.header,
        cookie=wish.cookie,
        insecure=wish.insecure,
        allow_private=wish.allow_private,
        authorized="replay agreed to at the terminal",
    )
    return prepare(order)


def _agreed(count: int, origin: str) -> bool:
    try:
        return typer.confirm(f"\nSend these {count} requests to {origin}?")
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


async def _send(prepared: Prepared, requests: list[Request]) -> list[Exchange]:
    policy = Policy(allow=prepared.job.allow_private)
    async with Network(prepared.job, prepared.secrets, policy=policy) as network:
        return [await network.send(request, fresh=True) for request in requests]


def _compare(steps: list[Step], exchanges: list[Exchange], console: Console) -> Exit:
    holds = True
    telling = any(_marks(step) or _slow(step.exchange) for step in steps if not step.control)
    console.print()
    for number, (step, exchange) in enumerate(zip(steps, exchanges, strict=True), 1):
        differs = _differences(step, exchange)
        # A control, and a step that carries no mark of its own, only count where nothing better tells.
        counts = not telling or (not step.control and bool(_marks(step) or _slow(step.exchange)))
        holds = holds and not (counts and differs) and exchange.response is not None
        console.print(f"[{number}] {_outcome(step, exchange)}: {'; '.join(differs) or 'as before'}", markup=False)
    console.print("\nThe proof holds." if holds else "\nThe proof could not be repeated as it stands.")
    return Exit.PASSED if holds else Exit.FINDINGS


def _outcome(step: Step, exchange: Exchange) -> str:
    if exchange.response is None:
        return "no answer"
    return f"{exchange.status} (was {step.exchange.status}), {exchange.response.ttfb_s:.2f} s"


def _differences(step: Step, exchange: Exchange) -> list[str]:
    if exchange.response is None:
        return [printable(f"{exchange.error} {exchange.detail}".strip())]
    text, before = _whole(exchange), step.exchange
    found = [f"without {printable(mark, 80)}" for mark in _marks(step) if mark not in text]
    if exchange.status != before.status:
        found.append("another status")
    if _slow(before) and not _slow(exchange):
        found.append("faster than before")
    if not _marks(step) and before.response is not None:
        size, now = len(before.response.body), len(exchange.response.body)
        if before.response.truncated:
            now = min(now, size)  # how much there was beyond the cut is not known
        if abs(size - now) > max(64, _SIZE * size):
            found.append(f"{now} bytes instead of {size}")
    return found


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
