"""The worker's loop: a few slots, each of which claims a run, carries it in a child process, and claims the next."""

from __future__ import annotations

import contextlib
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from vedette.agent.lease import Lease
from vedette.agent.run import Run
from vedette.contract.addresses import Policy
from vedette.contract.claim import Master, Worker

IDLE_POLL_S = 0.75
"""The longest wait between two claims: a run that appears starts within a second."""

STOP_S = 15.0
SLICE = (sys.executable, "-m", "vedette.agent.slice")

_SLOWER = 1.1
_WATCH_S = 0.25

log = logging.getLogger(__name__)


class CarrierError(RuntimeError):
    """A slot died of an error of ours or the master's; what it was stands in the thread's own report."""


class Carrier:
    """Runs what the master has for this worker, at most `slots` runs at once. `poll_s` is how often it is asked when
    there is nothing to do; `command` starts a slice; `clock` gives seconds that only ever grow.

    Calls of the master come from one thread per slot. Raises ValueError for a malformed range in
    `worker.allow_private`.
    """

    def __init__(
        self,
        master: Master,
        worker: Worker,
        *,
        slots: int = 2,
        poll_s: float = 0.25,
        command: Sequence[str] = SLICE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        Policy(allow=worker.allow_private)
        self._master = master
        self._worker = worker
        self._slots = slots
        self._poll_s = poll_s
        self._command = tuple(command)
        self._clock = clock
        self._asked_to_stop: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._claiming = threading.Lock()
        self._lock = threading.Lock()
        self._runs: list[Run] = []

    def stop(self) -> None:
        """Has `run` come to its end within 15 s. May be called in a signal handler, and before `run`."""
        # The one queue that may be filled in the middle of anything; an event could wait for itself.
        self._asked_to_stop.put(True)

    def run(self) -> None:
        """Works until `stop`; when it returns, no slice is left. Raises CarrierError when a slot died."""
        names = [f"{self._worker.name}-slot-{number}" for number in range(1, self._slots + 1)]
        slots = [threading.Thread(target=self._serve, name=name, daemon=True) for name in names]
        for slot in slots:
            slot.start()
        died = False
        while not self._was_asked_to_stop() and not died:
            died = not all(slot.is_alive() for slot in slots)
        self._stop_all()
        deadline = self._clock() + STOP_S
        while (alive := [slot for slot in slots if slot.is_alive()]) and self._clock() < deadline:
            alive[0].join(_WATCH_S)
        for run in self._held():
            run.abandon()
        if died:
            raise CarrierError("a slot has died")

    def _was_asked_to_stop(self) -> bool:
        try:
            return self._asked_to_stop.get(timeout=_WATCH_S)
        except queue.Empty:
            return False

    def _stop_all(self) -> None:
        self._stopping.set()
        for run in self._held():
            run.stop()

    def _held(self) -> list[Run]:
        with self._lock:
            return list(self._runs)

    def _serve(self) -> None:
        while (run := self._claim()) is not None:
            with self._holding(run):
                run.carry()

    @contextlib.contextmanager
    def _holding(self, run: Run) -> Iterator[None]:
        with self._lock:
            self._runs.append(run)
        if self._stopping.is_set():
            run.stop()
        try:
            yield
        finally:
            with self._lock:
                self._runs.remove(run)

    def _claim(self) -> Run | None:
        """Waits for work; None when there shall be no more. One idle slot asks for all of them."""
        pause = self._poll_s
        with self._claiming:
            while not self._stopping.is_set():
                asked_at = self._clock()
                try:
                    grant = self._master.claim(self._worker)
                except OSError as error:
                    log.warning("the master cannot be reached: %s", error)
                    grant = None
                if grant is not None:
                    lease = Lease(self._master, grant.run, grant.epoch, self._clock, asked_at)
                    return Run(grant, lease, self._worker, self._command, self._clock)
                self._stopping.wait(pause)
                pause = min(pause * _SLOWER, IDLE_POLL_S)
        return None
