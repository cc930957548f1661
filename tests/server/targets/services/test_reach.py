"""Reachability is a worker's word."""

from __future__ import annotations

from typing import Any

import pytest

from vedette.contract.events import EndpointFound, ScanFinished
from vedette.contract.job import JobKind, Setting
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.targets.services import reach
from vedette.server.targets.services.reach import check_reach
from vedette.server.tenancy.actor import Actor

URL = "https://shop.example/app"


def test_a_request_goes_to_the_url_with_its_headers(owner: Actor, worker: Any) -> None:
    worker.events = [EndpointFound(method="GET", url=URL, status=404, source="start"), ScanFinished(verdict="clean")]
    headers = (Setting(name="X", secret="header-1"),)
    result = check_reach(owner, "HTTPS://shop.example/app", headers=headers, secrets={"header-1": "v"})
    assert result.ok is True
    assert result.status == 404
    assert not result.redirects
    (job,) = worker.jobs
    assert (job.kind, job.start_urls, job.headers, job.login.kind) == (JobKind.REACH, (URL,), headers, "none")
    assert worker.secrets == [{"header-1": "v"}]


@pytest.mark.parametrize(("status", "redirects"), [(200, False), (301, True), (302, True), (304, False), (308, True)])
def test_a_redirect_is_told_from_other_answers(owner: Actor, worker: Any, status: int, redirects: bool) -> None:
    worker.events = [EndpointFound(method="GET", url=URL, status=status, source="start")]
    assert check_reach(owner, URL).redirects is redirects


def test_what_stands_in_the_way_is_told_in_its_own_words(owner: Actor, worker: Any) -> None:
    worker.events = [ScanFinished(verdict="failed", reasons=("Nothing answers at shop.example.",))]
    result = check_reach(owner, URL)
    assert (result.ok, result.reason) == (False, "Nothing answers at shop.example.")
    worker.events = [ScanFinished(verdict="failed", reasons=("long " * 1000,))]
    assert len(check_reach(owner, URL).reason) == 300


@pytest.mark.parametrize("events", [None, [], [ScanFinished(verdict="failed", cancelled=True)]])
def test_without_a_word_nothing_is_known(owner: Actor, worker: Any, events: Any) -> None:
    worker.events = events
    result = check_reach(owner, URL)
    assert (result.ok, result.reason, result.status) == (None, reach.NO_ANSWER, 0)


def test_without_any_worker_the_wait_ends(owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "WAIT_S", 0.0)
    assert check_reach(owner, URL).ok is None


def test_who_changes_no_target_sends_no_request(reader: Actor, owner: Actor, worker: Any) -> None:
    with pytest.raises(NotAllowed):
        check_reach(reader, URL)
    with pytest.raises(Invalid):
        check_reach(owner, "gopher://shop.example/")
    assert worker.jobs == []
