"""What a scan of the practice site costs: requests by kind of insertion point, check and phase, time to first proof.

    python -m bench.economy [--seed N]

The site runs in this process. Points are `dull` when nothing showed that the site does anything with their value.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import uvloop

from vedette.contract import events as kinds
from vedette.contract.batch import Batch
from vedette.contract.checkinfo import ProofLevel
from vedette.contract.events import Event
from vedette.contract.job import Job, Limits
from vedette.engine.scan import run
from vedette.range.server import RangeServer

MOST_MEDIAN, MOST = 25, 40
"""What a dull point may cost: in the median, and at most."""


@dataclass
class Costs:
    """What the batches told."""

    began: float = 0.0
    first_proof: float = 0.0
    checks: Counter[str] = field(default_factory=Counter)
    points: dict[tuple[str, bool], list[int]] = field(default_factory=lambda: defaultdict(list))
    phases: list[kinds.PhaseFinished] = field(default_factory=list)
    finished: kinds.ScanFinished | None = None

    def take(self, batch: Batch) -> None:
        """Counts one batch."""
        for event in batch.events:
            self._event(event)
        for change in batch.state:
            if change.room == "units" and change.key.startswith("done:") and change.value:
                unit = json.loads(change.value)
                self.checks[change.key.split("|")[1]] += unit["n"]

    def _event(self, event: Event) -> None:
        match event:
            case kinds.ScanStarted():
                self.began = event.at
            case kinds.FindingSeen() if event.finding.proof == ProofLevel.CONFIRMED:
                self.first_proof = self.first_proof or event.at
            case kinds.PointTested():
                self.points[event.point_kind, event.dull].append(event.requests)
            case kinds.PhaseFinished():
                self.phases.append(event)
            case kinds.ScanFinished():
                self.finished = event
            case _:
                pass

    def report(self) -> bool:
        """Prints the tables; gives whether dull points keep within their bounds."""
        print(f"{'insertion points':22s}{'points':>8s}{'median':>8s}{'most':>8s}{'requests':>10s}")
        for (kind, is_dull), costs in sorted(self.points.items()):
            self._line(f"{kind}, {'dull' if is_dull else 'reacting'}", costs)
        dull: list[int] = [cost for (_, is_dull), costs in self.points.items() if is_dull for cost in costs]
        self._line("all dull", dull)
        print(f"\n{'check':34s}{'requests':>10s}")
        for check, spent in self.checks.most_common():
            print(f"{check:34s}{spent:10,d}")
        print(f"\n{'phase':22s}{'requests':>10s}{'seconds':>10s}")
        for phase in self.phases:
            print(f"{phase.phase:22s}{phase.requests:10,d}{phase.duration_s:10.1f}")
        if self.finished is not None:
            print(f"{'all':22s}{self.finished.requests:10,d}{self.finished.duration_s:10.1f}")
            print(
                f"baselines, shared by the points of a page: {self.finished.coverage['baseline_requests']:,} requests"
            )
        print(f"first confirmed finding after {self.first_proof - self.began:.1f} s")
        kept = bool(dull) and statistics.median(dull) <= MOST_MEDIAN and max(dull) <= MOST
        print(f"target for dull points: median {MOST_MEDIAN}, most {MOST}: {'reached' if kept else 'MISSED'}")
        return kept

    def _line(self, name: str, spent: list[int]) -> None:
        median, most = statistics.median(spent or [0]), max(spent, default=0)
        print(f"{name:22s}{len(spent):8d}{median:8.1f}{most:8d}{sum(spent):10,d}")


async def scan(job: Job) -> Costs:
    """Runs the job and counts."""
    costs = Costs()
    async for batch in run(job):
        costs.take(batch)
    return costs


def main() -> int:
    """Prints the figures; fails when a dull point costs too much."""
    options = argparse.ArgumentParser(description="What a scan of the practice site costs")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with RangeServer(port=0, seed=given.seed) as site:
        job = Job(
            id="bench",
            start_urls=(f"{site.url}/",),
            limits=Limits(rate=0, slice_s=0),
            seed=given.seed,
            allow_private=(f"127.0.0.1:{urlsplit(site.url).port}",),
        )
        return 0 if uvloop.run(scan(job)).report() else 1


if __name__ == "__main__":
    sys.exit(main())
