"""Gathers what happened with the change of state that belongs to it, and hands both out as commit batches.

Work counts once its batch is committed: whoever adds to the ledger awaits `committed` before it takes up more, so that
never more than the units in flight are run again after a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from typing import Any

from vedette.contract.batch import Batch, StateChange
from vedette.contract.events import Event

MAX_EVENTS = 500


class Ledger:
    """One per slice. `epoch` is the claim's number; `clock` gives seconds since the epoch for event times; `stamp`
    gives the rows that go with every batch, such as what has been spent."""

    def __init__(
        self, epoch: int, clock: Callable[[], float], stamp: Callable[[], Iterable[StateChange]] = tuple
    ) -> None:
        self._epoch = epoch
        self._clock = clock
        self._stamp = stamp
        self._number = 0
        self._events: list[Event] = []
        self._state: dict[tuple[str, str], str | None] = {}
        self._dirty = asyncio.Event()
        self._waiters: list[asyncio.Future[None]] = []

    def add(self, *events: Event, state: Iterable[StateChange] = ()) -> None:
        """Adds events and state changes to the open batch; they are committed together."""
        now = self._clock()
        for event in events:
            event.at = event.at or now
            self._events.append(event)
        for change in state:
            self._state.pop((change.room, change.key), None)
            self._state[change.room, change.key] = change.value
        if self._events or self._state:
            self._dirty.set()

    async def committed(self) -> None:
        """Returns once everything added so far is stored."""
        if self._events or self._state:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(future)
            await future

    async def batches(self, work: Coroutine[Any, Any, None]) -> AsyncGenerator[Batch, None]:
        """Runs the work and yields batches as it fills them; asking for the next one commits the last.

        Raises what the work raised, after its last batch. Closing the iterator cancels the work.
        """
        task = asyncio.get_running_loop().create_task(work)
        dirty: asyncio.Task[Any] | None = None
        try:
            while not task.done() or self._dirty.is_set():
                if not self._dirty.is_set():
                    dirty = asyncio.get_running_loop().create_task(self._dirty.wait())
                    await asyncio.wait((task, dirty), return_when=asyncio.FIRST_COMPLETED)
                    dirty.cancel()
                    continue
                waiters, self._waiters = self._waiters, []
                for batch in self._take():
                    yield batch
                for waiter in waiters:
                    if not waiter.done():
                        waiter.set_result(None)
                await asyncio.sleep(0)
            await task
        finally:
            for pending in (task, dirty):
                if pending is not None and not pending.done():
                    pending.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _take(self) -> list[Batch]:
        # The state goes with the last part: a crash between parts repeats events (which have natural keys) but
        # never leaves state ahead of them.
        events, self._events = self._events, []
        state, self._state = self._state, {}
        self._dirty.clear()
        changes = [StateChange(room, key, value) for (room, key), value in state.items()]
        changes += self._stamp()
        parts = [events[start : start + MAX_EVENTS] for start in range(0, len(events), MAX_EVENTS)] or [[]]
        batches = []
        for index, part in enumerate(parts):
            self._number += 1
            last = index == len(parts) - 1
            batches.append(Batch(self._epoch, self._number, part, changes if last else []))
        return batches
