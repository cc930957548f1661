"""The live numbers of a scan: parts, percent, time left."""

from __future__ import annotations

from collections.abc import Callable

from vedette.contract.events import Progress
from vedette.contract.progress import PartProgress
from vedette.engine.net.counting import BLOCKED

SPANS = {
    "crawl": (0.0, 25.0),
    "host": (25.0, 28.0),
    "light": (28.0, 40.0),
    "detect": (40.0, 70.0),
    "stored": (70.0, 76.0),
    "verify": (76.0, 84.0),
    "timing": (84.0, 91.0),
    "verify-timing": (91.0, 99.0),
    "recheck": (99.0, 99.9),
}
"""Each phase's share of the bar in percent, from where the time of scans usually goes."""


class Meter:
    """Holds the parts that the network and the phases count into."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.parts = {name: PartProgress() for name in ("crawler", "fingerprinter", "scanner")}
        self.phase = "crawl"
        self._clock = clock
        self._started = clock()
        self._done = 0
        self._total = 0

    def enter(self, phase: str, total: int = 0) -> None:
        """A phase begins with this many units, 0 when unknown."""
        self.phase, self._done, self._total = phase, 0, total

    def step(self, done: int = 1, total: int | None = None) -> None:
        """Units were finished; a new total replaces the old."""
        self._done += done
        if total is not None:
            self._total = total
        part = self.parts["crawler" if self.phase == "crawl" else "scanner"]
        part.done += done
        part.total = max(part.total, part.done + max(0, self._total - self._done))

    @property
    def percent(self) -> float:
        """How far the scan is, by phases and the units within."""
        low, high = SPANS.get(self.phase, (0.0, 0.0))
        share = min(1.0, self._done / self._total) if self._total else 0.0
        return round(low + (high - low) * share, 1)

    @property
    def answered(self) -> int:
        """The answers of this slice that were none of being blocked."""
        blocked = {str(status) for status in BLOCKED}
        counts = [part.status_counts for part in self.parts.values()]
        return sum(number for count in counts for status, number in count.items() if status not in blocked)

    def snapshot(self, requests: int, elapsed: float, queue: int, logged_in_share: float) -> Progress:
        """The progress event of now. The parts are copied: the event must not change afterwards."""
        percent = self.percent
        eta = elapsed * (100 - percent) / percent if percent >= 5 else 0.0
        return Progress(
            phase=self.phase,
            percent=percent,
            parts={name: _copy(part) for name, part in self.parts.items()},
            requests=requests,
            elapsed_s=round(elapsed, 2),
            eta_s=round(eta, 1),
            queue=queue,
            logged_in_share=round(logged_in_share, 4),
        )


def _copy(part: PartProgress) -> PartProgress:
    return PartProgress(
        done=part.done,
        total=part.total,
        rejected=part.rejected,
        requests=part.requests,
        timeouts=part.timeouts,
        network_errors=part.network_errors,
        login_errors=part.login_errors,
        in_flight=part.in_flight,
        status_counts=dict(part.status_counts),
        host_status_counts={host: dict(counts) for host, counts in part.host_status_counts.items()},
        out_of_scope_hosts=dict(part.out_of_scope_hosts),
        current_endpoints=list(part.current_endpoints),
        last_endpoints=list(part.last_endpoints),
        doing_login=part.doing_login,
        last_logins=list(part.last_logins),
        round_trip_ms=part.round_trip_ms,
        overall_round_trip_ms=part.overall_round_trip_ms,
    )
