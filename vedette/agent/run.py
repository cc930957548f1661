"""One claimed run in this worker's hands, from its grant to its release."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from vedette.agent.admission import confined, refusal
from vedette.agent.child import TICK_S, Child
from vedette.agent.lease import Lease
from vedette.agent.lines import ENDINGS, Message, grant_line, line
from vedette.agent.masking import masked
from vedette.contract import wire
from vedette.contract.batch import Batch
from vedette.contract.claim import Grant, Worker

_LAST_LINES = 20
_DETAIL = 2000

log = logging.getLogger(__name__)


class Run:
    """Carries the run of a grant in a child process. `carry` is for one thread; `stop` and `abandon` for any other."""

    def __init__(
        self, grant: Grant, lease: Lease, worker: Worker, command: Sequence[str], clock: Callable[[], float]
    ) -> None:
        self._grant = grant
        self._lease = lease
        self._worker = worker
        self._command = command
        self._clock = clock
        self._next = grant.batch
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._stopping = False

    def carry(self) -> None:
        """Returns once the run is released, or lost: then without a word, since it is somebody else's."""
        reason = refusal(self._grant.job)
        if reason:
            self._lease.release("refused", reason)
            return
        try:
            child = self._start()
        except OSError as error:
            self._lease.release("crashed", f"The slice could not be started: {error.strerror}.")
            return
        if child is None:
            self._lease.release("stop")
            return
        log.info("run %s: epoch %d is carried by process %d", self._grant.run, self._grant.epoch, child.pid)
        with child:
            ending = self._attend(child)
        self._release(child, *ending)

    def stop(self) -> None:
        """Has the slice end in order; one that has not begun never will."""
        with self._lock:
            self._stopping = True
            if self._child is not None:
                self._child.stop()

    def abandon(self) -> None:
        """Ends the slice at once."""
        if self._child is not None:
            self._child.kill("the carrier could wait no longer")

    def _start(self) -> Child | None:
        with self._lock:
            if not self._stopping:
                self._child = Child(self._command, leash=self._lease.over, clock=self._clock)
            return self._child

    def _attend(self, child: Child) -> tuple[str, str]:
        """Serves the child until it is gone. Returns the ending that it gave, with its detail; empty if none."""
        self._hand_over(child)
        ending = ("", "")
        while (message := child.hear(TICK_S)) is not None:
            if child.killed:
                continue  # what it sent before must not be stored after
            if "batch" in message:
                self._commit(child, message)
            elif message.get("ending") in ENDINGS:
                ending = (message["ending"], str(message.get("detail", "")))
            elif message:
                child.kill("it sent a line that is no message")
            self._lease.beat()
            self._pass_on(child)
        return ending

    def _hand_over(self, child: Child) -> None:
        child.send(grant_line(replace(self._grant, job=confined(self._grant.job, self._worker))))
        self._grant = replace(self._grant, state={})  # nobody but what is being sent holds the state any longer

    def _commit(self, child: Child, message: Message) -> None:
        try:
            batch = wire.load(Batch, message["batch"])
        except wire.WireError:
            child.kill("it sent a batch that cannot be read")
            return
        if (batch.epoch, batch.batch) != (self._grant.epoch, self._next):
            child.kill(f"it sent batch {batch.epoch}.{batch.batch} instead of {self._grant.epoch}.{self._next}")
        elif self._lease.commit(batch):
            self._next += 1
            self._pass_on(child)  # before the acknowledgement, which lets the slice go on
            child.send([line({"ack": batch.batch})])

    def _pass_on(self, child: Child) -> None:
        if self._lease.lost:
            child.kill(self._lease.lost)
        elif self._lease.word:
            child.tell(self._lease.word)
        elif self._lease.code:
            code, self._lease.code = self._lease.code, ""
            child.send([line({"code": code})])

    def _release(self, child: Child, ending: str, detail: str) -> None:
        if self._lease.lost:
            log.warning("run %s: dropped: %s", self._grant.run, self._lease.lost)
            return
        detail = masked(detail, self._grant.secrets)
        if not ending:
            # Told to end and ended the hard way, it has ended all the same, at its last committed batch.
            ending, detail = child.word or "crashed", self._last_words(child)
            log.warning("run %s: %s", self._grant.run, detail)
        self._lease.release(ending, detail)

    def _last_words(self, child: Child) -> str:
        # Masked before it is cut: half a secret would not be known again.
        lines = masked(child.last_words(), self._grant.secrets).splitlines()
        return "\n".join([lines[0], *lines[1:][-_LAST_LINES:]])[:_DETAIL]
