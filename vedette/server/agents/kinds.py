"""Kinds of runs that rooms above the scans look after: each says how its runs are granted, stored, ended."""

from __future__ import annotations

from typing import Protocol

from vedette.contract.batch import Batch
from vedette.contract.claim import Answer, Grant
from vedette.server.agents.models import Run


class Keeper(Protocol):
    """Who looks after the runs of one kind."""

    def grant(self, run: Run) -> Grant:
        """What a worker needs to go on with a run that it has just claimed. May raise SealError."""

    def commit(self, run_id: str, batch: Batch) -> Answer:
        """Stores a batch, as `contract.claim.Master.commit` says."""

    def release(self, run: Run, ending: str, detail: str) -> None:
        """What becomes of a locked run whose slice ended like this, in the caller's transaction."""

    def recover(self, run: Run) -> None:
        """What becomes of a locked run whose lease ran out, in the caller's transaction."""


_keepers: dict[str, Keeper] = {}


def keep(kind: str, keeper: Keeper) -> None:
    """From now on the keeper looks after the runs of this kind."""
    _keepers[kind] = keeper


def keeper_of(kind: str) -> Keeper | None:
    """Who looks after runs of this kind; None for scans and short jobs."""
    return _keepers.get(kind)
