"""The master beside the database."""

import pytest
from django.db import InterfaceError, OperationalError

from tests.server import factories
from vedette.contract.claim import Answer
from vedette.server.agents import queries as agents
from vedette.server.scans.models import Scan
from vedette.server.scans.services import leasing
from vedette.server.worker.direct import DirectMaster


@pytest.mark.django_db(transaction=True)  # the master gives up connections that are in a transaction
def test_a_scan_goes_its_way_through_the_four_calls():
    scan = factories.start(factories.target(factories.organisation()))
    master = DirectMaster(slots=3)
    grant = master.claim(factories.WORKER)
    assert grant is not None
    assert grant.run == Scan.objects.get(pk=scan.pk).run.public_id
    assert master.heartbeat(grant.run, grant.epoch) == Answer()
    assert master.heartbeat(grant.run, grant.epoch - 1).stale
    assert not master.release(grant.run, grant.epoch, "stop").stale
    assert master.release(grant.run, grant.epoch, "stop").stale
    assert [(node.name, node.slots) for node in agents.workers()] == [(factories.WORKER.name, 3)]


@pytest.mark.django_db(transaction=True)  # the master gives up connections that are in a transaction
def test_an_idle_worker_is_heard_of_too():
    assert DirectMaster().claim(factories.WORKER) is None
    assert agents.workers().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError("database is locked"), InterfaceError("connection already closed")])
def test_a_database_that_fails_reads_as_a_master_out_of_reach(monkeypatch, error):
    def fails(*_):
        raise error

    monkeypatch.setattr(leasing, "heartbeat", fails)
    with pytest.raises(OSError, match=str(error)):
        DirectMaster().heartbeat("x", 1)
    # The broken connection was given up; the next call uses another.
    assert DirectMaster().claim(factories.WORKER) is None
