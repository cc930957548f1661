"""What slicing costs: the same scan in this process, through a carrier as one slice, and cut into many.

    python -m bench.slices [--slice SECONDS] [--rounds N]

The practice site runs in a process of its own. CPU seconds are those of this process and of the slices. Checks that
measure time are left out: they wait more than they work. Target: a start with its resume costs less than 2 % of a slice
of ten minutes, in CPU and in time.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import uvloop

from vedette.agent.carrier import Carrier
from vedette.contract.batch import Batch, ResumeState, apply
from vedette.contract.claim import Answer, Grant, Worker
from vedette.contract.events import FindingSeen, ScanFinished
from vedette.contract.job import Job, Limits
from vedette.engine import catalog
from vedette.engine.scan import run

WHOLE_SLICE_S = 600.0
MOST_SHARE = 0.02
MOST_SLICES = 30
"""More would mean that a unit takes longer than a slice, and is begun again for ever."""

ENOUGH_S = 30.0
"""No further round is begun after so long."""

SITE = """
import sys
from vedette.range.server import RangeServer
with RangeServer(port=0, seed=1) as site:
    print(site.url, flush=True)
    sys.stdin.read()
"""


class BenchMaster:
    """One run in memory; calls `done` when it is finished."""

    def __init__(self, job: Job, done: Callable[[], None]) -> None:
        self.seen = Seen()
        self.slices = 0
        self._job = job
        self._done = done
        self._state: ResumeState = {}
        self._free = True

    def claim(self, worker: Worker) -> Grant | None:
        """The run, whenever nobody has it."""
        if not self._free:
            return None
        self._free = False
        self.slices += 1
        state = {room: dict(rows) for room, rows in self._state.items()}
        return Grant(run="bench", epoch=self.slices, job=self._job, state=state)

    def heartbeat(self, run: str, epoch: int) -> Answer:
        """Nothing to say."""
        return Answer()

    def commit(self, run: str, batch: Batch) -> Answer:
        """Keeps the state."""
        apply(self._state, batch.state)
        self.seen.take(batch)
        return Answer()

    def release(self, run: str, epoch: int, ending: str, detail: str = "") -> Answer:
        """Frees the run, unless it is finished."""
        if ending not in ("finished", "time") or self.slices > MOST_SLICES:
            raise RuntimeError(f"slice {self.slices} ended with {ending}: {detail}")
        self._free = ending == "time"
        if not self._free:
            self._done()
        return Answer()

    @property
    def state_bytes(self) -> int:
        """Size of all rows."""
        return sum(len(key) + len(value) for rows in self._state.values() for key, value in rows.items())


class Seen:
    """What a scan gave."""

    def __init__(self) -> None:
        self.findings: dict[str, str] = {}
        self.batches = 0
        self.requests = 0

    def take(self, batch: Batch) -> None:
        """Counts one batch."""
        self.batches += 1
        for event in batch.events:
            if isinstance(event, FindingSeen):
                self.findings[event.finding.id] = f"{event.finding.check} at {event.finding.location.path}"
            elif isinstance(event, ScanFinished):
                self.requests = event.requests


@dataclass
class Cost:
    """Seconds of CPU, this process's `own` share of them, and seconds of the clock on the wall."""

    cpu: float = 0.0
    own: float = 0.0
    wall: float = 0.0

    @contextlib.contextmanager
    def measured(self) -> Iterator[None]:
        """Adds what the block costs."""
        own, others, wall = _cpu(resource.RUSAGE_SELF), _cpu(resource.RUSAGE_CHILDREN), time.monotonic()
        yield
        own = _cpu(resource.RUSAGE_SELF) - own
        self.own += own
        self.cpu += own + _cpu(resource.RUSAGE_CHILDREN) - others
        self.wall += time.monotonic() - wall


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def in_process(job: Job, cost: Cost) -> Seen:
    """The engine alone."""
    seen = Seen()

    async def scan() -> None:
        async for batch in run(job):
            seen.take(batch)

    with cost.measured():
        uvloop.run(scan())
    return seen


def carried(job: Job, cost: Cost) -> BenchMaster:
    """The same through a carrier."""
    master = BenchMaster(job, lambda: carrier.stop())
    carrier = Carrier(master, Worker(name="bench", allow_private=job.allow_private), slots=1)
    with cost.measured():
        carrier.run()
    return master


def job_for(url: str, slice_s: float) -> Job:
    """A scan of the site without checks that measure time."""
    timed = [f"-{check.info.id}" for check in catalog.load().checks if check.info.phase == "timing"]
    port = f"127.0.0.1:{urlsplit(url).port}"
    limits = Limits(rate=0, slice_s=slice_s)
    return Job(id="bench", start_urls=(f"{url}/",), limits=limits, checks=tuple(timed), allow_private=(port,))


def main() -> int:
    """Prints the figures; fails when slicing costs too much or changes what is found."""
    options = argparse.ArgumentParser(description="What slicing costs")
    options.add_argument("--slice", type=float, default=3.0, help="seconds, longer than any unit takes")
    options.add_argument("--rounds", type=int, default=2)
    given = options.parse_args()
    with subprocess.Popen(
        [sys.executable, "-c", SITE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as site:
        url = (site.stdout.readline() if site.stdout else "").strip()
        try:
            return report(url, given.slice, given.rounds)
        finally:
            site.communicate()


def row(name: str, cost: Cost, slices: int, seen: Seen) -> None:
    """One line of the table."""
    counts = f"{slices:8d}{seen.batches:9,d}{seen.requests:10,d}{len(seen.findings):7d}"
    print(f"{name:24s}{cost.cpu:8.2f}{cost.wall:8.2f}{counts}", flush=True)


def report(url: str, slice_s: float, rounds: int) -> int:
    """Runs all three, in turn, and prints."""
    alone, one, many = Cost(), Cost(), Cost()
    found: list[dict[str, str]] = []
    slices = batches = 0
    print(f"{'':24s}{'CPU s':>8s}{'wall s':>8s}{'slices':>8s}{'batches':>9s}{'requests':>10s}{'found':>7s}")
    began, done = time.monotonic(), 0
    while done < rounds and time.monotonic() - began < ENOUGH_S:
        done += 1
        seen = in_process(job_for(url, 0), alone)
        row("in this process", alone, 0, seen)
        whole = carried(job_for(url, 0), one)
        row("one slice", one, 1, whole.seen)
        cut = carried(job_for(url, slice_s), many)
        row(f"slices of {slice_s:g} s", many, cut.slices, cut.seen)
        found += [seen.findings, whole.seen.findings, cut.seen.findings]
        slices += cut.slices
        batches += whole.seen.batches
    more = slices - done
    start = Cost(cpu=(many.cpu - one.cpu) / more, wall=(many.wall - one.wall) / more)
    print("(CPU and wall seconds are summed over the rounds)")
    print(f"resume state at the end: {cut.state_bytes / 1024:.0f} KiB")
    print(f"the carrier itself: {one.own / batches * 1000:.2f} ms of CPU a batch, {one.own / one.wall:.1%} of one core")
    print(f"a start with its resume: {start.cpu:.2f} s of CPU, {start.wall:.2f} s of time")
    shares = (start.cpu / WHOLE_SLICE_S, start.wall / WHOLE_SLICE_S)
    every: dict[str, str] = {}
    for some in found:
        every |= some
    missed = sorted(every[key] for key in every if not all(key in some for some in found))
    kept = max(shares) < MOST_SHARE and not missed
    print(f"of a slice of ten minutes: {shares[0]:.3%} of CPU, {shares[1]:.3%} of time")
    for name in missed:
        print(f"not found by all: {name}")
    print(f"target: less than {MOST_SHARE:.0%}, and the same findings: {'reached' if kept else 'MISSED'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
