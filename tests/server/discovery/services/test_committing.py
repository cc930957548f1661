"""Batches of discoveries."""

import pytest

from tests.server import factories
from tests.server.discovery.conftest import name, service
from vedette.contract.batch import Batch, StateChange
from vedette.contract.events import PhaseStarted, Progress, ScanFinished, SourceAsked
from vedette.server.agents.models import Run
from vedette.server.discovery.models import DiscoveryAsset, DiscoveryRow
from vedette.server.discovery.services import runs
from vedette.server.scans.services import committing


@pytest.fixture
def run(owner, domain):
    return runs.start(owner, domain)


@pytest.fixture
def tell(run):
    """Commits a batch of these events."""
    grant = factories.claim()
    numbers = iter(range(1, 100))

    def one(*events, state=(), **place):
        place = {"epoch": grant.epoch, "batch": place.get("batch") or next(numbers)}
        answer = committing.commit(grant.run, Batch(place["epoch"], place["batch"], list(events), list(state)))
        run.refresh_from_db()
        return answer

    return one


def test_a_batch_is_stored_once(run, tell):
    assert tell(name(), service()) == tell(name(), service(), batch=1)
    assert (run.names_count, run.assets_count, run.new_count, run.counter) == (1, 1, 1, 2)
    assert Run.objects.get().last_batch == 1


def test_a_gap_stores_nothing(tell):
    assert tell(service(), state=[StateChange("head", "a", "1")], batch=2).stale
    assert not DiscoveryAsset.objects.exists() and not DiscoveryRow.objects.exists()


def test_a_run_that_is_not_there_is_stale(db):
    assert committing.commit("2" * 12, Batch(1, 1, [])).stale


def test_progress_and_sources_are_told(run, tell):
    tell(PhaseStarted(phase="names"))
    assert run.phase == "names"
    tell(
        Progress(phase="services", percent=250.0, parts={}, requests=70, elapsed_s=1.0),
        SourceAsked(source="crt-sh", domain="example.org", names=3),
        SourceAsked(source="virustotal", domain="example.org", reason="Wrong key.\0"),
    )
    assert (run.phase, run.percent, run.requests) == ("services", 100.0, 70)
    assert {key: (one["names"], one["reason"]) for key, one in run.sources.items()} == {
        "crt-sh": (3, ""),
        "virustotal": (0, "Wrong key.\ufffd"),
    }


def test_the_end_is_told_unless_it_was_cancelled(run, tell):
    tell(ScanFinished(verdict="incomplete", reasons=("Stopped.",), cancelled=True))
    assert run.verdict == ""
    tell(ScanFinished(verdict="incomplete", reasons=("A source failed.",), requests=9))
    assert (run.verdict, run.reasons, run.requests) == ("incomplete", ["A source failed."], 9)


def test_state_that_goes_is_dropped(tell):
    tell(state=[StateChange("head", "a", "1"), StateChange("head", "b", "1")])
    tell(state=[StateChange("head", "a", None)])
    assert list(DiscoveryRow.objects.values_list("key", flat=True)) == ["b"]


def test_only_state_changes_nothing_that_can_be_seen(run, tell):
    before = run.counter
    tell(state=[StateChange("head", "a", "1")])
    assert run.counter == before + 1  # the claim alone
