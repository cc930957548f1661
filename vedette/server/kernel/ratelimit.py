"""Rate limits whose counters all processes share: fixed windows, counted in memory and in the database.

A small limit (sign-in) is counted in the database each time and is exact. A larger one is counted in memory and written
at most once a second per key, when the shared total is read back: several processes together exceed it at most by what
they do in two seconds (one until a use is written, one until the others read it). A key that is known to be used up is
refused without touching the database.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple, Protocol

from django.db import connection

from vedette.server.kernel import clock
from vedette.server.kernel.models import RateWindow

FLUSH_S = 1.0
MAX_KEYS = 10_000
"""Counters that a process remembers. A forgotten one is written first, and read again when its key comes back."""

_EXACT_COUNT, _EXACT_WINDOW_S = 60, 60


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in each window of `window_s` seconds; windows begin at multiples of their length. The name keeps
    the counters of two uses apart: limits that share it, and the length, share their counters."""

    name: str
    count: int
    window_s: int

    def __post_init__(self) -> None:
        if self.count < 1 or self.window_s < 1 or not 0 < len(self.name) <= 100:
            raise ValueError("a limit needs a name, a count and a window")

    @property
    def exact(self) -> bool:
        """Whether each use is written at once."""
        return self.count <= _EXACT_COUNT and self.window_s >= _EXACT_WINDOW_S


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a use is allowed, and how its tightest limit stands: uses left in this window, the epoch second at which
    the window ends, and the seconds to wait (0 when allowed)."""

    allowed: bool
    limit: Limit
    remaining: int
    reset_at: int
    retry_after: int


class Window(NamedTuple):
    """What is counted in one row: `key` begins with the window's length in seconds, `start` is in epoch seconds."""

    key: str
    start: int

    @property
    def length(self) -> int:
        """Seconds that the window lasts."""
        return int(self.key.partition(":")[0])

    @property
    def end(self) -> int:
        """Epoch second at which the window is over."""
        return self.start + self.length


class Store(Protocol):
    """Where the processes meet."""

    def add(self, uses: Mapping[Window, int]) -> dict[Window, int]:
        """Adds so many uses to each window, at once, and gives the totals."""

    def sweep(self, window_s: int, before: int) -> None:
        """Forgets the windows of this length that began before this epoch second."""


class DatabaseStore:
    """The table of windows. One statement each: no transaction of ours is held open."""

    def add(self, uses: Mapping[Window, int]) -> dict[Window, int]:
        """Adds so many uses to each window, at once, and gives the totals."""
        # In order, so that two processes never wait for each other's rows.
        rows = [value for window in sorted(uses) for value in (*window, uses[window])]
        places = ", ".join(["(%s, %s, %s)"] * len(uses))
        table = connection.ops.quote_name(RateWindow._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (key, window_start, count) VALUES {places}"  # noqa: S608 - the model's own table
                f" ON CONFLICT (key, window_start) DO UPDATE SET count = {table}.count + excluded.count"
                " RETURNING key, window_start, count",
                rows,
            )
            return {Window(key, start): count for key, start, count in cursor.fetchall()}

    def sweep(self, window_s: int, before: int) -> None:
        """Forgets the windows of this length that began before this epoch second."""
        table = connection.ops.quote_name(RateWindow._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE window_start < %s AND key LIKE %s",  # noqa: S608 - the model's own table
                (before, f"{window_s}:%"),
            )


@dataclass(slots=True)
class _Counter:
    """What this process knows of a window: the shared total as it last heard it, and what it has not written yet."""

    total: int = 0
    unwritten: int = 0
    written_at: float | None = None

    @property
    def used(self) -> int:
        return self.total + self.unwritten

    def take(self, now: float) -> int:
        """The uses to write; they count as part of the total from here on."""
        uses, self.unwritten, self.written_at = self.unwritten, 0, now
        self.total += uses
        return uses

    def settle(self, uses: int, total: int, *, written: bool) -> None:
        """Hears the shared total after a write, or takes the uses back when there was none."""
        if written:
            self.total = max(self.total, total)
        else:
            self.total, self.unwritten, self.written_at = self.total - uses, self.unwritten + uses, None


class Limiter:
    """The counters of one process; safe for threads, and no thread waits for another's database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._counters: dict[Window, _Counter] = {}
        self._swept: dict[int, int] = {}

    def check(self, key: str, limits: Sequence[Limit], *, cost: int = 1) -> Verdict:
        """Counts a use of `cost` under all limits, when all have room for it; else the use is refused. The key says who
        uses (an id, an address; only its hash is stored). Call it outside of transactions: a rollback would undo the
        count. Raises ValueError without limits, with two that share a counter, or for a cost below 1."""
        now = clock.now().timestamp()
        windows = {_window(key, limit, now): limit for limit in limits}
        if not limits or len(windows) != len(limits) or cost < 1:
            raise ValueError("a check needs limits with counters of their own and a cost of at least 1")
        with self._lock:
            known = {window: self._counters.setdefault(window, _Counter()) for window in windows}
            full = [window for window, counter in known.items() if counter.used + cost > windows[window].count]
            if full:
                return _refusal(windows, known, full, now)
            for counter in known.values():
                counter.unwritten += cost
            due = self._take_due(windows, now)
            stale = self._stale(due)
        totals = self._write(due) if due else {}
        for window in stale:
            self._store.sweep(window.length, window.start)
        over = [window for window in windows if totals.get(window, 0) > windows[window].count]
        return _refusal(windows, known, over, now) if over else _allowance(windows, known)

    def reset(self) -> None:
        """Forgets what this process counted, written or not; the database keeps its rows."""
        with self._lock:
            self._counters.clear()
            self._swept.clear()

    def _take_due(self, windows: Mapping[Window, Limit], now: float) -> dict[Window, int]:
        """What must be written now, of these windows and of those that must be forgotten; it counts as written."""
        due: dict[Window, int] = {}
        for window, limit in windows.items():
            counter = self._counters[window]
            # A machine clock that was put back must not keep a counter from being written.
            if limit.exact or counter.written_at is None or not 0 <= now - counter.written_at < FLUSH_S:
                due[window] = counter.take(now)
        if len(self._counters) > MAX_KEYS:
            ended = [window for window in self._counters if window.end <= now]
            for window in ended or [window for window in self._counters if window not in windows][: MAX_KEYS // 10]:
                counter = self._counters.pop(window)
                if not ended and counter.unwritten:
                    due[window] = counter.take(now)
        return due

    def _stale(self, due: Mapping[Window, int]) -> list[Window]:
        """One window for each length whose older rows this process has not swept yet."""
        stale = [window for window in due if self._swept.get(window.length) != window.start]
        self._swept.update({window.length: window.start for window in stale})
        return list({window.length: window for window in stale}.values())

    def _write(self, due: Mapping[Window, int]) -> dict[Window, int]:
        written = False
        totals: dict[Window, int] = {}
        try:
            totals = self._store.add(due)
            written = True
        finally:
            with self._lock:
                for window, uses in due.items():
                    if counter := self._counters.get(window):
                        counter.settle(uses, totals.get(window, 0), written=written)
        return totals


def _window(key: str, limit: Limit, now: float) -> Window:
    # A hash, because keys may be what a stranger typed: of any length, in any characters, and nobody's business.
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Window(f"{limit.window_s}:{limit.name}:{digest}", int(now) // limit.window_s * limit.window_s)


def _refusal(
    windows: Mapping[Window, Limit], known: Mapping[Window, _Counter], full: Sequence[Window], now: float
) -> Verdict:
    """The limit that keeps its user out for longest."""
    window = max(full, key=lambda one: one.end)
    limit = windows[window]
    remaining = max(0, limit.count - known[window].used)
    return Verdict(False, limit, remaining, window.end, max(1, math.ceil(window.end - now)))


def _allowance(windows: Mapping[Window, Limit], known: Mapping[Window, _Counter]) -> Verdict:
    """The limit with the fewest uses left."""
    window = min(windows, key=lambda one: windows[one].count - known[one].used)
    limit = windows[window]
    return Verdict(True, limit, max(0, limit.count - known[window].used), window.end, 0)


_limiter = Limiter(DatabaseStore())


def check(key: str, limits: Sequence[Limit], *, cost: int = 1) -> Verdict:
    """Counts a use for the whole server; see `Limiter.check`."""
    return _limiter.check(key, limits, cost=cost)


def reset() -> None:
    """Forgets what this process counted; for tests."""
    _limiter.reset()
