"""Runs units: a fixed number at once, each committed before the next begins. The check runner's border is here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from vedette.contract.batch import StateChange
from vedette.contract.events import CheckFailed, Event
from vedette.contract.exchange import ERRORS
from vedette.engine.attack.probe import ProbeStop
from vedette.engine.scan.context import Scan
from vedette.engine.scan.fault import told
from vedette.engine.scan.prober import UnitProbe


@dataclass(slots=True)
class Result:
    """What a unit gave: events, rows, how many candidates, and its outcome for the coverage report."""

    events: list[Event] = field(default_factory=list)
    state: list[StateChange] = field(default_factory=list)
    candidates: int = 0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of work: `work` uses the probe and gives the result. `place` is a point's or site's key."""

    key: str
    check: str
    place: str
    probe: Callable[[], UnitProbe]
    work: Callable[[UnitProbe], Awaitable[Result]]


async def run_units(scan: Scan, units: Iterable[Unit], total: int, width: int = 0) -> None:
    """Runs all units that are not done, `width` at once (0: the job's concurrency), in their order. `units` may be
    made as they are taken up: `total` says how many there are."""
    scan.meter.step(0, total=total)
    scan.queue = total
    queue = iter(units)

    async def worker() -> None:
        for unit in queue:
            scan.check_limits()
            if scan.over:
                return
            if not scan.coverage.done(unit.key):
                await _run(scan, unit)
            scan.meter.step()
            scan.queue = max(0, scan.queue - 1)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(width or scan.job.limits.concurrency, max(1, total))):
            group.create_task(worker())


async def _run(scan: Scan, unit: Unit) -> None:
    probe = unit.probe()
    result, outcome = Result(), "tested" if probe.full else "light"
    try:
        async with asyncio.timeout(scan.job.limits.unit_s):
            result = await unit.work(probe)
    except ProbeStop as stop:
        reason = str(stop)
        if reason in ("stopped", "budget"):
            _leave_pending(scan, probe, reason)
            return
        if reason in ERRORS:
            probe.trouble = reason
        outcome = f"{outcome}: {reason}"
    except TimeoutError:
        outcome = f"error: took longer than {scan.job.limits.unit_s:.0f} s"
        scan.tally.units_left += 1
        result = Result(events=[CheckFailed(check=unit.check, unit=unit.key, reason=outcome)])
    except Exception as error:  # noqa: BLE001 - the check runner's border: a broken check must not end the scan
        outcome = f"error: {told(error)}"
        scan.tally.crash(unit.check)
        result = Result(events=[CheckFailed(check=unit.check, unit=unit.key, reason=told(error))])
    if probe.trouble and not result.candidates and not outcome.startswith("error"):
        outcome = f"blocked: {probe.trouble}"
        scan.tally.units_left += 1
    if probe.wrote is not None:
        events, rows = scan.written(probe.wrote)
        result.events += events
        result.state += rows
    done = scan.coverage.settle(
        unit.key, unit.check, unit.place, result.outcome or outcome, probe.requests, result.candidates
    )
    await scan.commit(*result.events, state=[*result.state, done])


def _leave_pending(scan: Scan, probe: UnitProbe, reason: str) -> None:
    """The successor runs the unit again, if there is one; what was written is listed in any case."""
    if reason == "budget":
        scan.tally.limit("max-requests")
    if probe.wrote is not None:
        events, rows = scan.written(probe.wrote)
        scan.ledger.add(*events, state=rows)
