"""The resume state of a discovery."""

import pytest

from vedette.contract.batch import StateChange
from vedette.server.discovery.models import DiscoveryRow
from vedette.server.discovery.services import resuming, runs
from vedette.server.kernel.sealing import SealError


def stored(run, *changes):
    kept, dropped = resuming.prepare(run, changes)
    for pk, room, key, sealed in kept:
        DiscoveryRow.objects.create(discovery_id=pk, room=room, key=key, sealed=sealed)
    return dropped


def test_rows_come_back_as_they_were(owner, domain):
    run = runs.start(owner, domain)
    dropped = stored(run, StateChange("head", "seed", "1"), StateChange("discovery", "q", '"\ud800"'))
    assert dropped == []
    assert resuming.state_of(run) == {"head": {"seed": "1"}, "discovery": {"q": '"\ud800"'}}
    resuming.forget(run)
    assert resuming.state_of(run) == {}


def test_the_last_word_about_a_row_counts(owner, domain):
    run = runs.start(owner, domain)
    dropped = stored(run, StateChange("head", "a", "1"), StateChange("head", "b", "2"), StateChange("head", "a", None))
    assert dropped == [("head", "a")] and resuming.state_of(run) == {"head": {"b": "2"}}


def test_a_row_is_sealed_for_its_own_place(owner, domain):
    run = runs.start(owner, domain)
    stored(run, StateChange("head", "a", "1"))
    DiscoveryRow.objects.update(key="b")
    with pytest.raises(SealError):
        resuming.state_of(run)
