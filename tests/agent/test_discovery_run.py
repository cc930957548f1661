"""A discovery with carriers around it: killed at any instant, it goes on and finds the same."""

import os
import signal
import threading

import pytest

from tests.agent.carrying import slices_of, until
from tests.agent.memory_master import MemoryMaster
from tests.sites.estate import estate_beside
from vedette.agent.carrier import Carrier
from vedette.contract.claim import Worker
from vedette.contract.events import NameFound, ScanFinished, ServiceFound


@pytest.mark.long
def test_a_killed_discovery_goes_on():
    with estate_beside(40) as company:
        master, committed = MemoryMaster(), []

        def on_commit(kept, batch):
            committed.append(batch)
            if len(committed) in (12, 45):
                for pid in slices_of():
                    os.kill(pid, signal.SIGKILL)

        master.on_commit = on_commit
        kept = master.add(company.job())
        carrier = Carrier(master, Worker(name="w", allow_private=company.allowed), poll_s=0.05)
        thread = threading.Thread(target=carrier.run, daemon=True)
        thread.start()
        try:
            until(lambda: kept.over, 120)
        finally:
            carrier.stop()
            thread.join(60)
        assert kept.endings == ["crashed", "crashed", "finished"]
        assert {event.name for event in kept.of(NameFound)} == company.names
        assert len({event.url for event in kept.of(ServiceFound)}) == 12
        (finished,) = kept.of(ScanFinished)
        assert finished.verdict == "clean"
        # What was in flight when a process died is asked again, nothing else.
        assert len(company.server.log) < 1.2 * finished.coverage["queries"]
