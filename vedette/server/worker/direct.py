"""The master of a worker that sits beside the database: the four calls go straight to the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from vedette import __version__
from vedette.contract.batch import Batch
from vedette.contract.claim import Answer, Grant, Worker
from vedette.server.agents import services as agents
from vedette.server.scans.services import committing, leasing

T = TypeVar("T")


class DirectMaster:
    """Speaks `contract.claim.Master`. A database that cannot be reached or is locked reads as OSError: try again."""

    def __init__(self, *, slots: int = 1) -> None:
        self._slots = slots

    def claim(self, worker: Worker) -> Grant | None:
        """The next run for this worker."""

        def work() -> Grant | None:
            agents.heard_of(worker, slots=self._slots, version=__version__)
            return leasing.claim(worker)

        return _asked(work)

    def heartbeat(self, run: str, epoch: int) -> Answer:
        """Keeps the lease and hears the word of control."""
        return _asked(lambda: leasing.heartbeat(run, epoch))

    def commit(self, run: str, batch: Batch) -> Answer:
        """Stores a batch."""
        return _asked(lambda: committing.commit(run, batch))

    def release(self, run: str, epoch: int, ending: str, detail: str = "") -> Answer:
        """Gives the lease back."""
        return _asked(lambda: leasing.release(run, epoch, ending, detail))


def _asked(work: Callable[[], T]) -> T:
    # Connections belong to threads; one that broke must not be used again.
    close_old_connections()
    try:
        return work()
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        raise OSError(f"the database: {error}") from error
