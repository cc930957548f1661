"""The tick does what is due, and what failed stays due."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from tests.server import factories
from vedette.server.jobs.registry import HANDLERS
from vedette.server.jobs.tick import TASKS, Task, Tick
from vedette.server.kernel import clock
from vedette.server.kernel.queue import enqueue
from vedette.server.scans.models import Scan

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def now():
    with clock.frozen(NOW) as frozen:
        yield frozen


def test_each_task_has_its_own_pace(now):
    ran = []
    tick = Tick("me", (Task("fast", 2, lambda: ran.append("fast")), Task("slow", 60, lambda: ran.append("slow"))))
    tick.beat()
    now.advance(1)
    tick.beat()
    assert ran == ["fast", "slow"]
    now.advance(1)
    tick.beat()
    assert ran == ["fast", "slow", "fast"]
    now.advance(58)
    tick.beat()
    assert ran == ["fast", "slow", "fast", "fast", "slow"]


def test_a_machine_clock_that_was_put_back_stops_nothing(now):
    ran = []
    tick = Tick("me", (Task("one", 60, lambda: ran.append(1)),))
    tick.beat()
    now.advance(-86_400)
    tick.beat()
    assert ran == [1, 1]


def test_what_failed_stays_due(now):
    faults = [OperationalError("database is locked")]
    ran = []

    def work():
        if faults:
            raise faults.pop()
        ran.append(1)

    tick = Tick("me", (Task("one", 60, work),))
    with pytest.raises(OperationalError):
        tick.beat()
    tick.beat()
    assert ran == [1]


def test_queued_jobs_are_worked_off(monkeypatch):
    done = []
    monkeypatch.setitem(HANDLERS, "note", done.append)
    enqueue("note", payload={"n": 1})
    Tick("me", ()).beat()
    assert done == [{"n": 1}]


def test_names_are_unique():
    assert len({task.name for task in TASKS}) == len(TASKS)


def test_a_silent_workers_scan_waits_again_after_a_beat():
    home = factories.organisation()
    scan = factories.start(factories.target(home))
    factories.claim()
    with clock.frozen(clock.now() + timedelta(seconds=31)):
        Tick("me").beat()
    assert Scan.objects.get(pk=scan.pk).run.state == "waiting"
