"""The worker process: slots for scans, one more for short jobs alone, and the tick."""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from vedette.agent.carrier import Carrier, CarrierError
from vedette.contract.claim import Worker
from vedette.server.agents import services as agents
from vedette.server.agents.rules import POOL, SHORT_SUFFIX
from vedette.server.jobs import database
from vedette.server.jobs.aside import Aside
from vedette.server.jobs.tick import TASKS, Task, Tick
from vedette.server.worker import machine
from vedette.server.worker.direct import DirectMaster

TICK_S = 0.5
TAKE_OVER_S = 2.0
ENDS_S = 1.0
"""How long the end waits for queued jobs that wait for others, once all scans are given back; whoever comes after does
them again."""
FAILED = 1

_log = logging.getLogger(__name__)


class Carrying:
    """A carrier in a thread of its own; `failed` once it ended though nobody asked it to."""

    def __init__(self, carrier: Carrier) -> None:
        self.failed = False
        self._carrier = carrier
        self.stop = carrier.stop
        self._thread = threading.Thread(target=self._run, name="carrier")

    def start(self) -> None:
        """Begins to claim runs."""
        self._thread.start()

    def join(self) -> None:
        """Waits for the end of what was held."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._carrier.run()
        except CarrierError:
            _log.exception("a carrier has failed")
            self.failed = True


def serve(*, pool: str = POOL) -> int:
    """Works until SIGTERM or SIGINT; scans under way are given back within seconds. Returns the exit code, which is not
    0 when a slot died: whoever started this process starts it again."""
    name = f"{machine.name()}:{os.getpid()}"
    carriers = [Carrying(carrier) for carrier in carriers_of(name, pool, settings.VEDETTE.workers)]
    # The one queue that a signal handler may fill, whatever it interrupts.
    told: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: told.put(number))
    for carrier in carriers:
        carrier.start()
    aside = Aside(name)
    tasks = (Task("dead", TAKE_OVER_S, take_over), *TASKS, Task("aside", 0.0, aside.begin_due))
    _beat(Tick(owner=name, tasks=tasks), told, carriers)
    for carrier in carriers:
        carrier.stop()
    for carrier in carriers:
        carrier.join()
    aside.join(ENDS_S)
    return FAILED if any(carrier.failed for carrier in carriers) else 0


def carriers_of(name: str, pool: str, slots: int) -> list[Carrier]:
    """One slot that serves nothing but short jobs, and `slots` that take scans too."""
    short = pool + SHORT_SUFFIX
    carriers = [_carrier(f"{name}:short", (short,), 1)]
    if slots:
        carriers.append(_carrier(name, (short, pool), slots))
    return carriers


def _carrier(name: str, pools: tuple[str, ...], slots: int) -> Carrier:
    worker = Worker(name=name, pools=pools, allow_private=settings.VEDETTE.allow_private)
    return Carrier(DirectMaster(slots=slots), worker, slots=slots)


def take_over() -> None:
    """Ends what processes of this machine still hold that are no more, so that nobody waits for it to run out. A slice
    never outlives its worker: nothing of theirs is at work any longer."""
    here = machine.name()
    agents.expire_dead(here, machine.is_alive)
    database.expire_dead(here, machine.is_alive)


def _beat(tick: Tick, told: queue.SimpleQueue[int], carriers: list[Carrying]) -> None:
    """Ticks until a signal comes or a carrier fails."""
    while not any(carrier.failed for carrier in carriers):
        try:
            told.get(timeout=TICK_S)
            break
        except queue.Empty:
            beat(tick)
    connection.close()


def beat(tick: Tick) -> None:
    """One tick. A database that is locked or gone for the moment leaves due what is due."""
    close_old_connections()
    try:
        tick.beat()
    except (DatabaseError, InterfaceError) as error:
        _log.warning("the tick could not use the database: %s", error)
        connection.close()
