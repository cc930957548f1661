"""A worker's hold on one claimed run: the master's calls, tried again while the hold lasts, and when it is lost."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable

from vedette.contract.batch import Batch
from vedette.contract.claim import HEARTBEAT_S, LEASE_S, SILENCE_S, Answer, Master

RETRY_S = 0.25

log = logging.getLogger(__name__)


class Lease:
    """The lease of one run. `clock` gives seconds; `asked_at` is when the claim was sent.

    `word` is the master's last word of control; `code` a one-time code that nobody has passed on yet; `lost` says why
    the run is not ours any more. One thread calls the master; any may ask `over`.
    """

    def __init__(self, master: Master, run: str, epoch: int, clock: Callable[[], float], asked_at: float) -> None:
        self.word = ""
        self.code = ""
        self.lost = ""
        self._master = master
        self._run = run
        self._epoch = epoch
        self._clock = clock
        self._answered_at = clock()
        self._leased_at = self._beaten_at = asked_at
        self._gone = threading.Event()

    def over(self) -> str:
        """Why nothing may be sent or stored any more; empty while the run is ours. Once over it stays so."""
        if not self.lost:
            now = self._clock()
            if now - self._answered_at >= SILENCE_S:
                self._lose(f"no answer from the master for {SILENCE_S:.0f} s")
            # Counted from the question: the master may have granted it long before its answer came.
            elif now - self._leased_at >= LEASE_S:
                self._lose("the lease ran out")
        return self.lost

    def beat(self) -> None:
        """Keeps the lease, when it is time to."""
        asked_at = self._clock()
        if asked_at - self._beaten_at >= HEARTBEAT_S:
            self._beaten_at = asked_at
            if self._ask(functools.partial(self._master.heartbeat, self._run, self._epoch)):
                self._leased_at = asked_at

    def commit(self, batch: Batch) -> bool:
        """Has a batch stored. Returns False when the run is lost, whether it was stored or not."""
        return self._ask(functools.partial(self._master.commit, self._run, batch))

    def release(self, ending: str, detail: str = "") -> None:
        """Gives the run back."""
        self._ask(functools.partial(self._master.release, self._run, self._epoch, ending, detail))

    def _ask(self, call: Callable[[], Answer]) -> bool:
        while not self.over():
            try:
                answer = call()
            except OSError as error:
                log.warning("run %s: the master cannot be reached: %s", self._run, error)
                self._gone.wait(RETRY_S)
                continue
            self._answered_at = self._clock()
            if answer.stale:
                self._lose("stale: somebody else may have the run")
            self.word = answer.control or self.word
            self.code = answer.code or self.code
            return not self.lost
        return False

    def _lose(self, why: str) -> None:
        self.lost = why
        self._gone.set()
