"""A circuit for each service: after many network errors in a row requests wait instead of failing one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from vedette.engine.net.clock import Clock, SystemClock, doze

OnBlock = Callable[[str, str, bool], None]
"""Told of a host, the reason and whether its circuit is now open."""

THRESHOLD = 10
PAUSE_S = 1.0
PAUSE_CAP_S = 15.0
BOUND_S = 60.0


@dataclass(slots=True)
class _Circuit:
    opened: float
    pause: float
    probe_at: float
    changed: asyncio.Future[None]
    probing: bool = False


class Breaker:
    """Opens after `threshold` network errors in a row. While open, one request at a time is let through as a probe,
    after a pause that doubles up to a cap; all others wait. A circuit open for `bound_s` lets them fail at once, but
    goes on probing, so that a target that comes back is used again.

    Every `admit` that gives True is followed by one `report` or `abandon`.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        on_block: OnBlock | None = None,
        threshold: int = THRESHOLD,
        pause_s: float = PAUSE_S,
        bound_s: float = BOUND_S,
    ) -> None:
        self._clock = clock or SystemClock()
        self._on_block = on_block
        self._threshold = threshold
        self._pause_s = pause_s
        self._bound_s = bound_s
        self._failures: dict[str, int] = {}
        self._open: dict[str, _Circuit] = {}
        self._stopped = False

    def is_open(self, host: str) -> bool:
        """Whether requests to this host have to wait."""
        return host in self._open

    async def admit(self, host: str) -> bool:
        """True when the request may go, at once or after waiting; False when the circuit stayed open too long, or
        the scan stops."""
        while (circuit := self._open.get(host)) is not None and not self._stopped:
            now = self._clock.now()
            if not circuit.probing and now >= circuit.probe_at:
                circuit.probing = True
                return True
            left = circuit.opened + self._bound_s - now
            if left <= 0:
                return False
            wait = left if circuit.probing else min(left, circuit.probe_at - now)
            await doze(self._clock, wait, circuit.changed)
        return not self._stopped

    def report(self, host: str, reason: str = "") -> None:
        """How a request ended: empty when the host answered, else the network error."""
        if reason:
            self._fail(host, reason)
            return
        if self._failures:
            self._failures.pop(host, None)
        circuit = self._open.pop(host, None) if self._open else None
        if circuit is not None:
            circuit.changed.set_result(None)
            self._tell(host, "answers again", False)

    def abandon(self, host: str) -> None:
        """A request ended without telling anything of its host, because we cancelled it."""
        circuit = self._open.get(host)
        if circuit is not None and circuit.probing:
            circuit.probing = False
            self._signal(circuit)

    def stop(self) -> None:
        """Lets nothing pass any more; all who wait are told so."""
        self._stopped = True
        for circuit in self._open.values():
            self._signal(circuit)

    def _fail(self, host: str, reason: str) -> None:
        now = self._clock.now()
        circuit = self._open.get(host)
        if circuit is None:
            self._failures[host] = self._failures.get(host, 0) + 1
            if self._failures[host] >= self._threshold:
                changed = asyncio.get_running_loop().create_future()
                self._open[host] = _Circuit(now, self._pause_s, now + self._pause_s, changed)
                self._tell(host, f"{self._failures[host]} network errors in a row: {reason}", True)
        elif circuit.probing:
            circuit.pause = min(circuit.pause * 2, PAUSE_CAP_S)
            circuit.probe_at = now + circuit.pause
            circuit.probing = False
            self._signal(circuit)

    def _signal(self, circuit: _Circuit) -> None:
        circuit.changed.set_result(None)
        circuit.changed = asyncio.get_running_loop().create_future()

    def _tell(self, host: str, reason: str, is_open: bool) -> None:
        if self._on_block is not None:
            self._on_block(host, reason, is_open)
