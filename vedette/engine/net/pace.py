"""How fast one address may be asked, as plain state: rate, concurrency and pauses. Waiting is done elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

BURST_S = 0.1
WINDOW = 40
DRIFT_FACTOR = 3.0
DRIFT_S = 0.25
GROWTH = 4
TOO_MANY_S = 1.0


@dataclass(slots=True)
class Sample:
    """One finished request as pacing sees it. `sent` is the clock's time when it left, `wall` the same in seconds
    since the epoch; `timed` marks those whose slowness may be our own doing."""

    sent: float
    status: int = 0
    seconds: float = 0.0
    retry_after: str = ""
    timed_out: bool = False
    timed: bool = False
    wall: float = 0.0


@dataclass(slots=True)
class Pace:
    """One address. The limit is halved when the target struggles and grows by one after GROWTH times as many good
    answers as it allows at once. Rates are requests a second, 0 for none."""

    rate: float
    ceiling: int
    retry_cap_s: float
    limit: int = 0
    in_flight: int = 0
    _next: float = 0.0
    _paused_until: float = 0.0
    _halved_at: float = -1.0
    _good: int = 0
    _window: list[float] = field(default_factory=list)
    _best_p95: float = 0.0

    def __post_init__(self) -> None:
        self.limit = self.ceiling

    @property
    def room(self) -> bool:
        """Whether one more request may be in flight."""
        return self.in_flight < self.limit

    def ready(self, now: float) -> bool:
        """Whether a request may leave at once."""
        return self._paused_until <= now and (not self.rate or self._next <= now)

    def pause_left(self, now: float) -> float:
        """Seconds until a pause that the target asked for is over."""
        return max(0.0, self._paused_until - now)

    def take_turn(self, now: float) -> float:
        """Books the next moment that the rate allows and gives the seconds until then."""
        if not self.rate:
            return 0.0
        # Unused time counts for a tenth of a second only, so that a rest is not followed by a flood.
        turn = max(self._next, now - BURST_S)
        self._next = turn + 1.0 / self.rate
        return max(0.0, turn - now)

    def judge(self, sample: Sample, now: float) -> tuple[str, float]:
        """Learns from a finished request. Gives the reason for slowing down, empty for none, and the pause in
        seconds."""
        if sample.status in (429, 503):
            wait = self._pause(sample, now)
            halved = self._halve(sample, now)
            return (f"status {sample.status}", wait) if halved or wait else ("", 0.0)
        if sample.timed_out:
            return ("timeouts", 0.0) if self._halve(sample, now) else ("", 0.0)
        if sample.status and not sample.timed and self._drifts(sample.seconds) and self._halve(sample, now):
            return "answers became slow", 0.0
        if sample.status:
            self._grow()
        return "", 0.0

    def _pause(self, sample: Sample, now: float) -> float:
        wished = retry_seconds(sample.retry_after, sample.wall)
        if wished <= 0 and sample.status == 429:
            wished = TOO_MANY_S
        wait = min(wished, self.retry_cap_s)
        if wait <= 0 or now + wait <= self._paused_until + 0.5:
            return 0.0
        self._paused_until = now + wait
        return wait

    def _halve(self, sample: Sample, now: float) -> bool:
        self._good = 0
        # Requests that left before the last halving tell of the old load, not of the new one.
        if sample.sent <= self._halved_at or self.limit == 1:
            return False
        self.limit = max(1, self.limit // 2)
        self._halved_at = now
        self._window.clear()
        return True

    def _grow(self) -> None:
        if self.limit >= self.ceiling:
            return
        self._good += 1
        if self._good >= GROWTH * self.limit:
            self._good = 0
            self.limit += 1

    def _drifts(self, seconds: float) -> bool:
        self._window.append(seconds)
        if len(self._window) < WINDOW:
            return False
        p95 = sorted(self._window)[WINDOW * 95 // 100]
        self._window.clear()
        best = self._best_p95
        drifted = bool(best) and p95 > best * DRIFT_FACTOR and p95 > best + DRIFT_S
        # What stays slow after halving is slow by nature: it becomes the new measure.
        self._best_p95 = p95 if drifted or not best else min(best, p95)
        return drifted


def retry_seconds(value: str, wall: float) -> float:
    """The seconds that a Retry-After header asks for. A date counts from `wall`, seconds since the epoch."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - wall) if text else 0.0
    except (ValueError, TypeError, OverflowError):
        return 0.0
