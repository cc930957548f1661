"""Runs whole scans of small sites in this process, and keeps what came out of them."""

from __future__ import annotations

import asyncio
import contextlib
import copy
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from vedette.contract import events as kinds
from vedette.contract.batch import Batch, ResumeState, apply
from vedette.contract.events import Event
from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Job, Limits
from vedette.engine import catalog
from vedette.engine.catalog import Catalog, Check
from vedette.engine.scan import Control, run
from vedette.engine.scan.context import Scan

FAST = ("xss", "sqli", "crlf", "redirect", "headers", "cookies", "-sqli-time")
SECRET = {"tokens": {"secret": '"00112233445566778899aabbccddeeff"'}}
"""A state that fixes what tokens are made of: two scans then send the very same bytes."""


def job_for(url: str, checks: tuple[str, ...] = FAST, limits: dict[str, Any] | None = None, **changes: Any) -> Job:
    """A job without ceilings for a site on loopback; without a browser unless it is to have one."""
    bounds = {"rate": 0.0, "slice_s": 0.0, **(limits or {})}
    host = (f"127.0.0.1:{urlsplit(url).port}",)
    changes.setdefault("browser", False)
    return Job(id="t", start_urls=(url,), limits=Limits(**bounds), checks=checks, allow_private=host, **changes)


@dataclass
class Ran:
    """What one or several slices gave."""

    batches: list[Batch] = field(default_factory=list)
    state: ResumeState = field(default_factory=dict)

    @property
    def events(self) -> list[Event]:
        return [event for batch in self.batches for event in batch.events]

    def of(self, kind: type[Any]) -> list[Any]:
        """The events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def finished(self) -> kinds.ScanFinished:
        """The end of the scan; there must be one."""
        (event,) = self.of(kinds.ScanFinished)
        assert isinstance(event, kinds.ScanFinished)
        return event

    def proven(self) -> dict[tuple[str, ...], str]:
        """Identity, without the port that differs from site to site, to proof level."""
        found = {event.finding.id: event.finding for event in self.of(kinds.FindingSeen)}
        return {
            (one.check, *(value for name, value in one.identity.parts if name != "origin")): one.proof.value
            for one in found.values()
        }

    def points(self) -> list[kinds.PointTested]:
        """The coverage of all points."""
        return self.of(kinds.PointTested)

    def done(self) -> Counter[str]:
        """How often each unit was settled."""
        rows = [change for batch in self.batches for change in batch.state if change.room == "units"]
        return Counter(change.key for change in rows if change.key.startswith("done:") and change.value is not None)


async def ran(
    job: Job,
    *,
    secrets: dict[str, str] | None = None,
    state: ResumeState | None = None,
    control: Control | None = None,
    epoch: int = 1,
    on_batch: Callable[[Batch], Any] | None = None,
    before: Ran | None = None,
    kill_after: int = 0,
) -> Ran:
    """One slice to its end, added to what was before; its state goes on from there. `kill_after` so many batches it
    ends at once, and the last of them is lost."""
    result = before or Ran(state=copy.deepcopy(state or {}))
    stream = run(job, secrets=secrets, state=copy.deepcopy(result.state), control=control, epoch=epoch)
    async with contextlib.aclosing(stream):
        async for batch in stream:
            kill_after -= 1
            if kill_after == 0:
                break
            result.batches.append(batch)
            apply(result.state, batch.state)
            if on_batch is not None:
                on_batch(batch)
    return result


def sayer(control: Control, word: Any, after: int) -> Callable[[Batch], None]:
    """Says the word when so many batches were stored."""
    left = [after]

    def count(batch: Batch) -> None:
        left[0] -= 1
        if left[0] == 0:
            control.say(word)

    return count


def catalogue(monkeypatch: Any, *checks: Check, without: tuple[str, ...] = ()) -> Catalog:
    """Makes scans use the real catalogue with these checks in it, under their ids, and some left out."""
    known = {**catalog.load().by_id, **{check.id: check for check in checks}}
    made = Catalog(tuple(known[key] for key in sorted(known) if key not in without))
    monkeypatch.setattr(catalog, "load", lambda: made)
    return made


def altered(check_id: str, *, info: dict[str, Any] | None = None, **parts: Any) -> Check:
    """A check of the real catalogue with some parts replaced."""
    check = catalog.load().by_id[check_id]
    return replace(check, info=replace(check.info, **(info or {})), **parts)


async def within(scan: Scan, work: Callable[[], Awaitable[Any]] | Coroutine[Any, Any, Any]) -> Ran:
    """Runs a piece of work of a scan made by hand, storing what it commits."""
    result = Ran()

    async def body() -> None:
        async with scan.network:
            try:
                await (work if asyncio.iscoroutine(work) else work())  # type: ignore[operator,misc]
            finally:
                if scan.browser is not None:
                    await scan.browser.close()

    async for batch in scan.ledger.batches(body()):
        result.batches.append(batch)
        apply(result.state, batch.state)
    return result


def scan_of(job: Job, state: ResumeState | None = None, secrets: dict[str, str] | None = None) -> Scan:
    """A scan whose phases a test drives itself."""
    return Scan(job, secrets or {}, copy.deepcopy(state or {}), Control(), 1)


def exchange(url: str, body: str = "", status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Exchange:
    """An answered GET."""
    media = (("Content-Type", "text/html"),)
    return Exchange(Request("GET", url), Response(status, (*media, *headers), body.encode()))
