"""The worker process: its slots, its beat, and its end."""

import logging
import os
import queue
import signal

import pytest
from django.db import InterfaceError, OperationalError

from tests.server import factories
from tests.server.threads import let_go
from vedette.agent.carrier import CarrierError
from vedette.contract.claim import Worker
from vedette.server.agents import queries as agents
from vedette.server.jobs.tick import Task, Tick
from vedette.server.scans.services import leasing
from vedette.server.worker import machine
from vedette.server.worker import serve as module
from vedette.server.worker.direct import DirectMaster
from vedette.server.worker.serve import Carrying, beat, carriers_of, serve, take_over


def served(carriers):
    return [(one._worker.name, one._worker.pools, one._slots) for one in carriers]


def test_one_slot_serves_short_jobs_alone():
    assert served(carriers_of("host:1", "default", 3)) == [
        ("host:1:short", ("default-short",), 1),
        ("host:1", ("default-short", "default"), 3),
    ]
    assert served(carriers_of("host:1", "default", 0)) == [("host:1:short", ("default-short",), 1)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError("database is locked"), InterfaceError("connection already closed")])
def test_a_database_that_fails_does_not_end_the_tick(caplog, error):
    def fails():
        raise error

    ran = []
    tick = Tick("me", (Task("fails", 60, fails),))
    with caplog.at_level(logging.WARNING):
        beat(tick)
    assert str(error) in caplog.text
    tick.tasks = (Task("free", 60, lambda: ran.append(1)),)
    beat(tick)
    assert ran == [1]


@pytest.mark.django_db(transaction=True)
def test_what_a_dead_worker_of_this_machine_held_passes_on_at_once(monkeypatch):
    factories.start(factories.target(factories.organisation()))
    held = factories.claim(Worker(name=f"{machine.name()}:{os.getpid()}", pools=("default",)))
    take_over()
    assert leasing.claim(factories.WORKER) is None, "it is alive"
    monkeypatch.setattr(machine, "is_alive", lambda pid: pid != os.getpid())
    take_over()
    again = leasing.claim(factories.WORKER)
    assert again is not None
    assert (again.run, again.epoch) == (held.run, held.epoch + 1)


class LeavingMaster(DirectMaster):
    """Its connection goes with each claim: in a worker it goes with the process, here the thread alone ends."""

    def claim(self, worker):
        try:
            return super().claim(worker)
        finally:
            let_go()


class DyingCarrier:
    """A carrier whose slot dies at once."""

    def run(self):
        raise CarrierError("a slot has died")

    def stop(self):
        pass


class WaitingCarrier:
    """A carrier that works until it is told to stop."""

    def __init__(self):
        self.told = queue.SimpleQueue()

    def run(self):
        self.told.get(timeout=60)

    def stop(self):
        self.told.put(True)


def test_a_carrier_that_fails_is_noticed(caplog):
    one = Carrying(DyingCarrier())
    one.start()
    one.join()
    assert one.failed
    assert "a slot has died" in caplog.text


@pytest.fixture
def signals():
    """Puts the handlers back that the worker replaces."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.django_db(transaction=True)
def test_it_works_until_it_is_told_to_stop(signals, monkeypatch):
    beats, tasks = [], set()

    def beat_once(tick):
        beats.append(tick.owner)
        tasks.update(task.name for task in tick.tasks)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(module, "beat", beat_once)
    monkeypatch.setattr(module, "DirectMaster", LeavingMaster)
    monkeypatch.setattr(module, "TICK_S", 0.05)
    assert serve() == 0
    assert beats[0].endswith(f":{os.getpid()}")
    assert {"dead", "schedules", "aside"} <= tasks
    # The carriers were at work, and asked for runs under the process's name.
    assert {node.name.removesuffix(":short") for node in agents.workers()} == {beats[0]}


@pytest.mark.django_db(transaction=True)
def test_it_ends_with_an_error_when_a_slot_dies(signals, monkeypatch):
    monkeypatch.setattr(module, "carriers_of", lambda *_: [DyingCarrier(), WaitingCarrier()])
    monkeypatch.setattr(module, "TICK_S", 0.01)
    monkeypatch.setattr(module, "beat", lambda tick: None)
    assert serve() == module.FAILED
