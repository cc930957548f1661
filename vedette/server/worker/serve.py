"""The worker process: slots for scans, one more for short jobs alone, and the tick."""

from __future__ import annotations

import logging
import os
import queue
import signal
import socket
import threading

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from vedette.agent.carrier import Carrier, CarrierError
from vedette.contract.claim import Worker
from vedette.server.agents import services as agents
from vedette.server.agents.rules import POOL, SHORT_SUFFIX
from vedette.server.jobs.tick import Tick
from vedette.server.worker.direct import DirectMaster

TICK_S = 0.5
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
    host = socket.gethostname()
    name = f"{host}:{os.getpid()}"
    _take_over(host)
    carriers = [Carrying(carrier) for carrier in carriers_of(name, pool, settings.VEDETTE.workers)]
    # The one queue that a signal handler may fill, whatever it interrupts.
    told: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: told.put(number))
    for carrier in carriers:
        carrier.start()
    _beat(Tick(owner=name), told, carriers)
    for carrier in carriers:
        carrier.stop()
    for carrier in carriers:
        carrier.join()
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


def _take_over(host: str) -> None:
    try:
        agents.expire_dead(host, _alive)
    except DatabaseError as error:
        # It saves waiting, no more: leases run out by themselves.
        _log.warning("the database could not be asked for leases of the dead: %s", error)
        connection.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


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
    except DatabaseError as error:
        _log.warning("the tick could not use the database: %s", error)
        connection.close()
