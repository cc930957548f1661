"""Jobs that wait for somebody else have threads of their own: what hangs delays nothing."""

import socket
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.server import factories
from tests.server.threads import let_go
from vedette.server.jobs import aside as module
from vedette.server.jobs.aside import Aside
from vedette.server.jobs.registry import HANDLERS, WAITING
from vedette.server.jobs.tick import Tick
from vedette.server.kernel import clock
from vedette.server.kernel.models import QueuedJob
from vedette.server.kernel.queue import enqueue
from vedette.server.scans.models import Scan
from vedette.server.schedules.services import editing
from vedette.server.targets.connectors import cloudflare
from vedette.server.targets.services import connectors
from vedette.server.tenancy.actor import system_actor

pytestmark = pytest.mark.django_db(transaction=True)
SOON_S = 10


class Gate:
    """A handler that holds each of its jobs until it is opened."""

    def __init__(self):
        self.entered = threading.Semaphore(0)
        self.opened = threading.Event()
        self.done = []

    def __call__(self, payload):
        self.entered.release()
        assert self.opened.wait(SOON_S)
        self.done.append(payload["n"])


@pytest.fixture
def gate(monkeypatch):
    one = Gate()
    monkeypatch.setitem(HANDLERS, "slow", one)
    monkeypatch.setitem(WAITING, "slow", 2)
    # Without a word to the database: threads of one process share it here, and lock each other out.
    monkeypatch.setattr(module.database, "run", lambda job: HANDLERS[job.name](job.payload))
    yield one
    one.opened.set()


def test_so_many_of_a_name_are_at_work_at_once(gate):
    for n in range(3):
        enqueue("slow", payload={"n": n})
    aside = Aside("me")
    assert aside.begin_due() == 2
    assert all(gate.entered.acquire(timeout=SOON_S) for _ in range(2))
    assert aside.begin_due() == 0
    assert not aside.join(0)
    gate.opened.set()
    assert aside.join(SOON_S)
    assert aside.begin_due() == 1
    assert aside.join(SOON_S)
    assert sorted(gate.done) == [0, 1, 2]


def test_a_name_that_has_no_room_leaves_it_to_others(gate, monkeypatch):
    quick = []
    monkeypatch.setitem(HANDLERS, "other", quick.append)
    monkeypatch.setitem(WAITING, "other", 1)
    for n in range(3):
        enqueue("slow", payload={"n": n})
    aside = Aside("me")
    aside.begin_due()
    enqueue("other", payload={"n": 9})
    assert aside.begin_due() == 1
    gate.opened.set()
    assert aside.join(SOON_S)
    assert quick == [{"n": 9}]


def test_the_tick_leaves_them_alone(gate):
    enqueue("slow", payload={"n": 1})
    Tick("me", ()).beat()
    assert QueuedJob.objects.get().state == "ready"


@pytest.fixture
def leaving(monkeypatch):
    """The connection goes with its thread: in a worker it goes with the process."""
    run = module._run

    def run_and_let_go(job):
        try:
            run(job)
        finally:
            let_go()

    monkeypatch.setattr(module, "_run", run_and_let_go)


def test_a_service_that_hangs_delays_no_schedule(leaving, monkeypatch, settings):
    home = factories.organisation()
    owner = system_actor(home)
    target = factories.target(home)
    editing.add(owner, [target], {"date_time": (clock.now() + timedelta(hours=1)).isoformat(), "recurrence": "d"})
    with socket.create_server(("127.0.0.1", 0)) as service:
        port = service.getsockname()[1]
        service.settimeout(SOON_S)
        settings.VEDETTE = replace(settings.VEDETTE, outbound_allow=(f"127.0.0.1/32:{port}",))
        monkeypatch.setattr(cloudflare, "API", f"http://127.0.0.1:{port}")
        connector = connectors.save(owner, "cloudflare", whole=True, token="t0ken-" + "x" * 34)
        aside, tick = Aside("me"), Tick("me")
        tick.beat()
        assert aside.begin_due() == 1
        asked, _ = service.accept()  # and never an answer
        with asked, clock.frozen(clock.now() + timedelta(hours=1, seconds=1)):
            tick.beat()
            assert Scan.objects.get().scheduled
            assert not aside.join(0), "the service still hangs"
    assert aside.join(SOON_S)
    connector.refresh_from_db()
    assert connector.state == "failed"
    assert QueuedJob.objects.filter(name="connectors.refresh", state="done").count() == 1
