"""Admits requests to each address at its pace, in order, and one unit alone where time is measured."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from vedette.engine.net.clock import Clock, SystemClock, doze
from vedette.engine.net.pace import Pace, Sample

OnSlow = Callable[[str, str, float, int], None]
"""Told of a host, the reason, the pause in seconds and the concurrency used from now on."""

UNBOUNDED = 10_000
RETRY_CAP_S = 30.0

_holder: ContextVar[object | None] = ContextVar("exclusive", default=None)


@dataclass(slots=True)
class _Gate:
    pace: Pace
    waiting: deque[asyncio.Future[bool]] = field(default_factory=deque)
    door: asyncio.Lock = field(default_factory=asyncio.Lock)
    holder: object | None = None
    idle: asyncio.Future[None] | None = None

    def opens(self) -> bool:
        """Whether the caller may go in now. The holder's own requests do not queue behind those that wait for the
        end of its time."""
        if self.holder is None:
            return not self.waiting and self.pace.in_flight < self.pace.limit
        return self.holder is _holder.get() and self.pace.in_flight == 0


class Pacing:
    """The gates of one scan, one for each address. `rate` and `concurrency` are ceilings, 0 for none.

    Every `enter` or `try_enter` that admits is followed by exactly one `leave`.
    """

    def __init__(
        self,
        *,
        rate: float,
        concurrency: int,
        clock: Clock | None = None,
        on_slow: OnSlow | None = None,
        retry_cap_s: float = RETRY_CAP_S,
    ) -> None:
        self._clock = clock or SystemClock()
        self._rate = rate
        self._ceiling = concurrency or UNBOUNDED
        self._retry_cap_s = retry_cap_s
        self._on_slow = on_slow
        self._gates: dict[str, _Gate] = {}
        self._stop: asyncio.Future[None] | None = None
        self._stopped = False

    def pace(self, address: str) -> Pace:
        """The pace of an address."""
        return self._gate(address).pace

    def try_enter(self, address: str) -> bool:
        """Admits without waiting when nothing stands in the way."""
        gate = self._gates.get(address) or self._gate(address)
        pace = gate.pace
        if not gate.opens():
            return False
        if pace.rate or pace.pause_left(0.0):
            now = self._clock.now()
            if not pace.ready(now) or pace.take_turn(now) > 0:
                return False
        pace.in_flight += 1
        return True

    async def enter(self, address: str) -> bool:
        """Admits when it is the caller's turn; False when the scan stops meanwhile."""
        gate = self._gate(address)
        if self._stopped or not await self._queue(gate):
            return False
        try:
            admitted = await self._wait_turn(gate.pace)
        except asyncio.CancelledError:
            self._release(gate)
            raise
        if not admitted:
            self._release(gate)
        return admitted

    def leave(self, address: str, sample: Sample | None, host: str = "") -> None:
        """Gives the place back; the sample tells how the request went, None when nothing was learned. `host` is the
        name under which slowing down is announced."""
        gate = self._gate(address)
        if sample is not None:
            reason, wait = gate.pace.judge(sample, self._clock.now())
            if reason and self._on_slow is not None:
                self._on_slow(host or address, reason, wait, gate.pace.limit)
        self._release(gate)

    @asynccontextmanager
    async def exclusive(self, address: str) -> AsyncIterator[None]:
        """Within it only the caller's own requests (and those of tasks it starts) reach the address, one at a time,
        after those in flight have ended."""
        gate = self._gate(address)
        if gate.holder is not None and gate.holder is _holder.get():
            yield
            return
        async with gate.door:
            mark = object()
            gate.holder = mark
            token = _holder.set(mark)
            try:
                await self._idle(gate)
                yield
            finally:
                gate.holder = None
                _holder.reset(token)
                self._admit(gate)

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Within it others may send too, to whatever the caller holds for itself alone."""
        mark = _holder.get()
        lent = [gate for gate in self._gates.values() if mark is not None and gate.holder is mark]
        for gate in lent:
            gate.holder = None
            self._admit(gate)
        try:
            yield
        finally:
            for gate in lent:
                gate.holder = mark
            for gate in lent:
                await self._idle(gate)

    def stop(self) -> None:
        """Admits nothing any more; all who wait are told so."""
        self._stopped = True
        if self._stop is not None and not self._stop.done():
            self._stop.set_result(None)
        for gate in self._gates.values():
            while gate.waiting:
                future = gate.waiting.popleft()
                if not future.done():
                    future.set_result(False)
            self._wake_idle(gate)

    def _gate(self, address: str) -> _Gate:
        gate = self._gates.get(address)
        if gate is None:
            gate = self._gates[address] = _Gate(Pace(self._rate, self._ceiling, self._retry_cap_s))
        return gate

    async def _queue(self, gate: _Gate) -> bool:
        if gate.opens():
            gate.pace.in_flight += 1
            return True
        if gate.holder is not None and gate.holder is _holder.get():
            return await self._queue_within(gate)
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        gate.waiting.append(future)
        return await self._granted(gate, future)

    async def _queue_within(self, gate: _Gate) -> bool:
        while gate.pace.in_flight and not self._stopped:
            await self._idle(gate)
        gate.pace.in_flight += not self._stopped
        return not self._stopped

    async def _granted(self, gate: _Gate, future: asyncio.Future[bool]) -> bool:
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.result():
                self._release(gate)
            raise

    async def _wait_turn(self, pace: Pace) -> bool:
        if self._stop is None:
            self._stop = asyncio.get_running_loop().create_future()
        wait = pace.take_turn(self._clock.now())
        while not self._stopped:
            wait = max(wait, pace.pause_left(self._clock.now()))
            if wait <= 0:
                return True
            await doze(self._clock, wait, self._stop)
            wait = 0.0
        return False

    def _release(self, gate: _Gate) -> None:
        gate.pace.in_flight -= 1
        if gate.waiting:
            self._admit(gate)
        if gate.idle is not None and gate.pace.in_flight == 0:
            self._wake_idle(gate)

    def _admit(self, gate: _Gate) -> None:
        while gate.waiting and gate.holder is None and gate.pace.room:
            future = gate.waiting.popleft()
            if not future.done():
                gate.pace.in_flight += 1
                future.set_result(True)

    async def _idle(self, gate: _Gate) -> None:
        while gate.pace.in_flight and not self._stopped:
            if gate.idle is None or gate.idle.done():
                gate.idle = asyncio.get_running_loop().create_future()
            await asyncio.shield(gate.idle)

    def _wake_idle(self, gate: _Gate) -> None:
        if gate.idle is not None and not gate.idle.done():
            gate.idle.set_result(None)
        gate.idle = None
