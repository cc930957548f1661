"""A job in this process: batches reach the journal before the listeners, and an interrupt ends it in order."""

import os
import signal

import pytest

from vedette.cli.journal import Journal, JournalError, recover
from vedette.cli.order import Order, prepare
from vedette.cli.run import run_job
from vedette.contract.events import EndpointFound, PhaseStarted, ScanFinished, ScanStarted, SliceEnded
from vedette.contract.job import Profile


def order(site, **options):
    return prepare(Order(urls=[site.url], profile=Profile.LIGHTNING, **options))


def test_every_listener_hears_every_event_in_order(site):
    one, two = [], []
    prepared = order(site)
    assert run_job(prepared.job, [one.append, two.append], secrets=prepared.secrets)
    assert one == two
    assert isinstance(one[0], ScanStarted)
    assert isinstance(one[-1], ScanFinished)
    assert any(isinstance(event, EndpointFound) for event in one)


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_without_a_journal_finishes_and_says_so(site, name):
    events, told = [], []

    def interrupt(event):
        events.append(event)
        if isinstance(event, PhaseStarted) and not told:
            os.kill(os.getpid(), name)

    prepared = order(site)
    finished = run_job(prepared.job, [interrupt], secrets=prepared.secrets, on_interrupt=lambda: told.append(1))
    assert not finished
    assert told == [1]
    assert isinstance(events[-1], ScanFinished)
    assert events[-1].cancelled
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_an_interrupt_with_a_journal_leaves_what_a_later_run_goes_on_from(site, folder):
    events = []

    def interrupt(event):
        events.append(event)
        if isinstance(event, PhaseStarted) and event.phase == "host":
            os.kill(os.getpid(), signal.SIGTERM)

    prepared, path = order(site), folder / "e.jsonl"
    with Journal.create(path, prepared.job) as journal:
        assert not run_job(prepared.job, [interrupt], secrets={}, journal=journal)
    assert isinstance(events[-1], SliceEnded)
    found = recover(path)
    assert [type(event) for event in found.events] == [type(event) for event in events]
    with Journal.reopen(path) as journal:
        assert run_job(found.job, [events.append], secrets={}, state=found.state, epoch=found.epoch, journal=journal)
    assert isinstance(events[-1], ScanFinished)
    assert not events[-1].cancelled


def test_nothing_is_told_that_is_not_stored(site, folder, monkeypatch):
    heard = []
    prepared = order(site)

    def full(self, batch):
        raise JournalError("cannot write e.jsonl: No space left on device")

    monkeypatch.setattr(Journal, "store", full)
    with Journal.create(folder / "e.jsonl", prepared.job) as journal, pytest.raises(JournalError):
        run_job(prepared.job, [heard.append], secrets={}, journal=journal)
    assert heard == []
