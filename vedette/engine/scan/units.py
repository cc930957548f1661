"""Runs units: a fixed number at once, each committed before the next begins. The check runner's border is here."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field

from vedette.contract.batch import StateChange
from vedette.contract.events import CheckFailed, Event, FindingSeen
from vedette.contract.exchange import ERRORS
from vedette.contract.job import Limits
from vedette.engine.attack.probe import ProbeStop
from vedette.engine.net.pacing import UNBOUNDED
from vedette.engine.scan.context import Scan
from vedette.engine.scan.fault import told
from vedette.engine.scan.prober import FULL_BUDGET, UnitProbe
from vedette.engine.scan.session_watches import UNKNOWN_USER

REQUESTS = 2 * FULL_BUDGET
"""More than a unit sends: so many must fit into its time, however slow the job's rate is."""

MAX_TRIES = 3
"""Times that a unit is run when the session is lost in it."""


@dataclass(slots=True)
class Result:
    """What a unit gave: events, rows, how many candidates, and its outcome for the coverage report."""

    events: list[Event] = field(default_factory=list)
    state: list[StateChange] = field(default_factory=list)
    candidates: int = 0
    outcome: str = ""


@dataclass(slots=True)
class Done:
    """A unit's end. `left`: it counts as one that could not be run."""

    probe: UnitProbe
    result: Result
    outcome: str
    left: bool = False


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
    made as they are taken up: `total` says how many there are. Within a session that is watched, results count once
    it was seen to have held; units during which it was lost are run again."""
    scan.meter.step(0, total=total)
    scan.queue = total
    held = Held(scan)
    width = width_of(scan.job.limits, width)
    limit_s = limit_of(scan.job.limits, width)
    queue = held.queue(units)

    async def worker() -> None:
        for unit in queue:
            scan.check_limits()
            if scan.over:
                return
            if not scan.coverage.done(unit.key):
                await _run(scan, unit, held, limit_s)
            scan.meter.step()
            scan.queue = max(0, scan.queue - 1)

    while True:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(width, max(1, total))):
                group.create_task(worker())
        await held.flush()
        if scan.over or not held.waiting:
            return


def width_of(limits: Limits, width: int = 0) -> int:
    """How many units run at once: as many as asked for, or as connections are allowed, but not more than there are
    requests in a second. They would only wait for one another, and lose more when a session is lost."""
    most = math.ceil(limits.rate) if limits.rate else UNBOUNDED
    return max(1, min(width or limits.concurrency, most))


def limit_of(limits: Limits, width: int) -> float:
    """The seconds that a unit may take: the job's, or what its requests take at the job's rate, with others beside."""
    return max(limits.unit_s, REQUESTS * width / limits.rate) if limits.rate else limits.unit_s


class Held:
    """Units whose results wait for a word on the session, and those that are to be run again."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._results: list[tuple[int, Unit, Done]] = []
        self._again: deque[Unit] = deque()
        self._tries: Counter[str] = Counter()

    @property
    def waiting(self) -> bool:
        """Whether there are units to be run again."""
        return bool(self._again)

    def queue(self, units: Iterable[Unit]) -> Iterator[Unit]:
        """The units, and before each what is to be run again."""
        return _Queue(iter(units), self._again)

    async def take(self, epoch: int, unit: Unit, done: Done) -> None:
        """Takes a finished unit; `epoch` is the session's when it began."""
        watches = self._scan.watches
        if not watches.armed:
            await _settle(self._scan, unit, done)
            return
        self._results.append((epoch, unit, done))
        if epoch != watches.epoch or watches.due:
            await self.flush()

    async def flush(self) -> None:
        """Settles what was done within the session. Without an answer about it, the successor does the rest again, if
        there is one."""
        scan, results = self._scan, self._results
        if not results:
            return
        self._results = []
        goes_on = scan.control.word not in ("", "cancel")
        epoch = max(began for began, _, _ in results)
        held = await scan.watches.holds(epoch) if not scan.over else not goes_on
        for began, unit, done in results:
            if held and (began == epoch or scan.over):
                await _settle(scan, unit, done)
            elif not scan.over:
                await self._return(unit, done)

    async def _return(self, unit: Unit, done: Done) -> None:
        self._tries[unit.key] += 1
        await self._keep(done.result)
        if self._tries[unit.key] < MAX_TRIES:
            self._again.append(unit)
            return
        done.result, done.outcome = Result(), "blocked: the session did not hold"
        self._scan.tally.units_left += 1
        await _settle(self._scan, unit, done)

    async def _keep(self, result: Result) -> None:
        """What was seen stands, whoever saw it; suspicions of nobody's answers do not, nor their end without proof."""
        proven = any(isinstance(event, FindingSeen) for event in result.events)
        rows = [change for change in result.state if proven or change.room != "verify"]
        for change in result.state:
            if change.room == "verify" and change.value is not None and not proven:
                self._scan.suspicions.pop(change.key, None)
        if result.events:
            await self._scan.commit(*result.events, state=rows)


class _Queue(Iterator[Unit]):
    def __init__(self, units: Iterator[Unit], again: deque[Unit]) -> None:
        self._units = units
        self._again = again

    def __next__(self) -> Unit:
        return self._again.popleft() if self._again else next(self._units)


async def _run(scan: Scan, unit: Unit, held: Held, limit_s: float) -> None:
    await scan.watches.ready()
    epoch = scan.watches.epoch
    done = await _done(scan, unit, limit_s)
    if done is not None:
        await held.take(epoch, unit, done)


async def _done(scan: Scan, unit: Unit, limit_s: float) -> Done | None:
    """What the unit gave within its time; None when it has not come to its end."""
    probe = unit.probe()
    result, outcome = Result(), "tested" if probe.full else "light"
    left = False
    try:
        async with asyncio.timeout(limit_s):
            result = await unit.work(probe)
    except ProbeStop as stop:
        reason = str(stop)
        if reason in ("stopped", "budget"):
            _leave_pending(scan, probe, reason)
            return None
        if reason in ERRORS or reason == UNKNOWN_USER:
            probe.trouble = reason
        outcome = f"{outcome}: {reason}"
    except TimeoutError:
        outcome = f"error: took longer than {limit_s:.0f} s"
        left = True
        result = Result(events=[CheckFailed(check=unit.check, unit=unit.key, reason=outcome)])
    except Exception as error:  # noqa: BLE001 - the check runner's border: a broken check must not end the scan
        outcome = f"error: {told(error)}"
        scan.tally.crash(unit.check)
        result = Result(events=[CheckFailed(check=unit.check, unit=unit.key, reason=told(error))])
    if probe.trouble and not result.candidates and not outcome.startswith("error"):
        outcome = f"blocked: {probe.trouble}"
        left = True
    return Done(probe, result, outcome, left)


async def _settle(scan: Scan, unit: Unit, done: Done) -> None:
    probe, result = done.probe, done.result
    scan.tally.units_left += done.left
    if probe.wrote is not None:
        events, rows = scan.written(probe.wrote)
        result.events += events
        result.state += rows
    settled = scan.coverage.settle(
        unit.key, unit.check, unit.place, result.outcome or done.outcome, probe.requests, result.candidates
    )
    await scan.commit(*result.events, state=[*result.state, settled])


def _leave_pending(scan: Scan, probe: UnitProbe, reason: str) -> None:
    """The successor runs the unit again, if there is one; what was written is listed in any case."""
    if reason == "budget":
        scan.tally.limit("max-requests")
    if probe.wrote is not None:
        events, rows = scan.written(probe.wrote)
        scan.ledger.add(*events, state=rows)
