"""A master in memory, with leases, epochs and batches as the real one has them, that can also be made to misbehave."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vedette.contract import events as kinds
from vedette.contract.batch import Batch, ResumeState, apply
from vedette.contract.claim import LEASE_S, Answer, Grant, Worker
from vedette.contract.events import Event
from vedette.contract.job import Job

FINAL = ("finished", "cancel", "refused")


@dataclass
class Kept:
    """A run as the master keeps it. `releases` holds (ending, detail, real time) of each."""

    name: str
    job: Job
    secrets: dict[str, str]
    state: ResumeState
    control: str = ""
    code: str = ""
    epoch: int = 0
    last: int = 0
    leased_until: float = -1.0
    held: bool = False
    over: bool = False
    claimed_at: list[float] = field(default_factory=list)
    beaten_at: list[float] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    releases: list[tuple[str, str, float]] = field(default_factory=list)
    told_at: float = 0.0

    @property
    def events(self) -> list[Event]:
        """All that was committed."""
        return [event for batch in self.batches for event in batch.events]

    def of(self, kind: type[Any]) -> list[Any]:
        """The committed events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def proven(self) -> dict[tuple[str, ...], str]:
        """Identity, without the port that differs from site to site, to proof level."""
        found = {event.finding.id: event.finding for event in self.of(kinds.FindingSeen)}
        return {
            (one.check, *(value for name, value in one.identity.parts if name != "origin")): one.proof.value
            for one in found.values()
        }

    @property
    def endings(self) -> list[str]:
        """How its epochs were released."""
        return [ending for ending, _, _ in self.releases]


class MemoryMaster:
    """`clock` gives the seconds that leases are measured in.

    `down` makes every call fail, `failing` the next so many of each name, before anything was done; `losing` loses the
    next so many answers of each name, after all was done. `calls` counts. `before` is called with each call's name.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.runs: dict[str, Kept] = {}
        self.down = False
        self.failing: dict[str, int] = {}
        self.losing: dict[str, int] = {}
        self.calls: dict[str, int] = {}
        self.workers: list[Worker] = []
        self.before: Callable[[str], None] = lambda _: None
        self.on_commit: Callable[[Kept, Batch], None] = lambda *_: None
        self._clock = clock
        self._lock = threading.RLock()

    def add(
        self, job: Job, *, secrets: dict[str, str] | None = None, state: ResumeState | None = None, control: str = ""
    ) -> Kept:
        """A new run, free to be claimed; `control` is the word that its worker gets with the first answer."""
        kept = Kept(f"run-{len(self.runs) + 1}", job, secrets or {}, copy.deepcopy(state or {}), control)
        with self._lock:
            self.runs[kept.name] = kept
        return kept

    def say(self, kept: Kept, word: str) -> None:
        """The word that the run's worker gets with every answer from now on."""
        kept.control = word
        kept.told_at = 0.0

    def take_away(self, kept: Kept) -> None:
        """Gives the run to nobody in particular: its worker is stale."""
        with self._lock:
            kept.epoch += 1
            kept.over = True

    def _enter(self, name: str) -> None:
        self.calls[name] = self.calls.get(name, 0) + 1
        self.before(name)
        if self.down or self.failing.get(name, 0) > 0:
            self.failing[name] = self.failing.get(name, 0) - 1
            raise OSError("the line is dead")

    def _leave(self, name: str, answer: Answer) -> Answer:
        if self.losing.get(name, 0) > 0:
            self.losing[name] -= 1
            raise OSError("the answer was lost")
        return answer

    def claim(self, worker: Worker) -> Grant | None:
        """The first run that is free."""
        self._enter("claim")
        with self._lock:
            self.workers.append(worker)
            for kept in self.runs.values():
                if not kept.over and (not kept.held or kept.leased_until <= self._clock()):
                    kept.held, kept.epoch, kept.last = True, kept.epoch + 1, 0
                    kept.leased_until = self._clock() + LEASE_S
                    kept.claimed_at.append(time.monotonic())
                    return Grant(
                        run=kept.name,
                        epoch=kept.epoch,
                        job=kept.job,
                        secrets=dict(kept.secrets),
                        state=copy.deepcopy(kept.state),
                    )
        return None

    def _is_stale(self, kept: Kept, epoch: int) -> bool:
        return kept.epoch != epoch or not kept.held or kept.leased_until <= self._clock()

    def _answer(self, kept: Kept) -> Answer:
        if kept.control and not kept.told_at:
            kept.told_at = time.monotonic()
        code, kept.code = kept.code, ""
        return Answer(control=kept.control, code=code)

    def heartbeat(self, run: str, epoch: int) -> Answer:
        """Extends the lease."""
        self._enter("heartbeat")
        kept = self.runs[run]
        with self._lock:
            if self._is_stale(kept, epoch):
                return self._leave("heartbeat", Answer(stale=True))
            kept.beaten_at.append(self._clock())
            kept.leased_until = self._clock() + LEASE_S
            return self._leave("heartbeat", self._answer(kept))

    def commit(self, run: str, batch: Batch) -> Answer:
        """Stores the batch after the last one; the last one again changes nothing."""
        self._enter("commit")
        kept = self.runs[run]
        with self._lock:
            if self._is_stale(kept, batch.epoch):
                return self._leave("commit", Answer(stale=True))
            if batch.batch == kept.last + 1:
                kept.last += 1
                kept.batches.append(batch)
                apply(kept.state, batch.state)
                self.on_commit(kept, batch)
            else:
                assert batch.batch == kept.last, "neither the next batch nor the last one again"
            return self._leave("commit", self._answer(kept))

    def release(self, run: str, epoch: int, ending: str, detail: str = "") -> Answer:
        """Frees the run."""
        self._enter("release")
        kept = self.runs[run]
        with self._lock:
            if self._is_stale(kept, epoch):
                return self._leave("release", Answer(stale=True))
            kept.releases.append((ending, detail, time.monotonic()))
            kept.held = False
            kept.over = ending in FINAL or ending == kept.control
            return self._leave("release", Answer())
