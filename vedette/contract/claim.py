"""What a worker and its master say to each other: claim, heartbeat, commit, release.

The same four calls serve the worker beside the database and the agent behind a firewall. Epochs rise with each claim;
whoever holds an older one is told `stale` and must stop at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from vedette.contract.batch import Batch, ResumeState
from vedette.contract.job import Job

LEASE_S = 30.0
HEARTBEAT_S = 5.0
SILENCE_S = 20.0
"""Without an answer for this long a worker stops sending: the lease may be gone."""


@dataclass(slots=True, kw_only=True)
class Grant:
    """One claim of a run. `run` is its public id; `batch` the number that the first commit must carry.

    `secrets` and `state` hold what must never be written anywhere by the worker.
    """

    run: str
    epoch: int
    job: Job
    secrets: dict[str, str] = field(default_factory=dict)
    state: ResumeState = field(default_factory=dict)
    batch: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """The master's answer: `stale` when the lease is not (or no longer) ours, and the word of control, if any
    (`pause`, `cancel`, `yield`, `stop`). `code` is a one-time code that somebody handed in for the log-in, given
    once."""

    stale: bool = False
    control: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Who claims: `name` is unique per process, `pools` what it may serve, `allow_private` the private ranges that its
    operator permits (entries as in `contract.addresses.Policy`)."""

    name: str
    pools: tuple[str, ...] = ("default",)
    allow_private: tuple[str, ...] = ()


class Master(Protocol):
    """Where work comes from and results go. Calls may raise OSError when the master cannot be reached: try again."""

    def claim(self, worker: Worker) -> Grant | None:
        """The next run for this worker, leased for LEASE_S; None when there is none."""

    def heartbeat(self, run: str, epoch: int) -> Answer:
        """Keeps the lease for another LEASE_S and hears the word of control."""

    def commit(self, run: str, batch: Batch) -> Answer:
        """Stores events and state in one transaction. The same batch twice gets the same answer."""

    def release(self, run: str, epoch: int, ending: str, detail: str = "") -> Answer:
        """Gives the lease back. Endings: `finished`, `time`, `yield`, `pause`, `cancel`, `stop`, `crashed`, `refused`
        (the engine cannot run this job; `detail` says why)."""
