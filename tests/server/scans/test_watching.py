"""What those see who watch a scan."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.contract.batch import Batch
from vedette.contract.events import (
    CheckFailed,
    FindingSeen,
    LimitReached,
    LoginAttempt,
    PhaseFinished,
    Progress,
    TargetBlocked,
    TargetSlowed,
)
from vedette.server.scans import watching
from vedette.server.scans.models import Scan
from vedette.server.scans.services import committing


@shared
def home():
    return factories.organisation()


@pytest.fixture
def running(home):
    """A scan under way, and a way to report events of it."""
    scan = factories.start(factories.target(home))
    grant = factories.claim()
    batches = iter(range(1, 100))

    def report(*events):
        committing.commit(grant.run, Batch(grant.epoch, next(batches), list(events)))
        return Scan.objects.get(pk=scan.pk)

    return report


def test_findings_arrive_newest_first_and_only_so_many(home, running):
    owner = factories.actor(home)
    scan = running(*(FindingSeen(finding=factories.flaw(str(n))) for n in range(4)))
    scan = running(FindingSeen(finding=factories.flaw("last")))
    found = watching.arrived(owner, scan, limit=3)
    assert found[0].parameter == "last"
    assert len(found) == 3


def test_the_worst_come_first_with_their_number(home, running):
    owner = factories.actor(home)
    flaws = [
        factories.flaw(str(n), severity=one) for n, one in enumerate((factories.Severity.LOW, factories.Severity.HIGH))
    ]
    scan = running(*(FindingSeen(finding=one) for one in flaws))
    rows, total = watching.worst(owner, scan, limit=1)
    assert ([row.severity for row in rows], total) == ([30], 2)


def test_people_without_findings_see_none(home, running):
    scan = running(FindingSeen(finding=factories.flaw("a")))
    stranger = factories.actor(factories.organisation("Rival"))
    assert watching.arrived(stranger, scan) == []
    assert watching.worst(stranger, scan) == ([], 0)


def test_phases_add_up_over_slices(running):
    scan = running(
        PhaseFinished(phase="crawl", requests=10, duration_s=1.5),
        PhaseFinished(phase="host", requests=2, duration_s=0.5),
        PhaseFinished(phase="crawl", requests=5, duration_s=1.0),
    )
    assert watching.phases(scan) == [watching.Phase("crawl", 15, 2.5), watching.Phase("host", 2, 0.5)]


def test_remarks_tell_trouble_in_words_newest_first(running):
    scan = running(
        TargetSlowed(host="shop", reason="answers became slow", at=5.0),
        TargetBlocked(host="shop", reason="nobody answers", at=6.0),
        TargetBlocked(host="shop", reason="", open=False, at=7.0),
        CheckFailed(check="sqli", unit="u", reason="boom", at=8.0),
        LimitReached(limit="max-time", queued=3, at=9.0),
        LoginAttempt(ok=False, reason="wrong password", at=10.0),
        LoginAttempt(ok=True, at=11.0),
    )
    found = watching.remarks(scan)
    assert [one.text for one in found] == [
        "The log-in failed: wrong password",
        "The limit max-time was reached with 3 still queued",
        "sqli: boom",
        "shop answers again",
        "shop: nobody answers",
        "shop: answers became slow",
    ]
    assert found[0].at.timestamp() == 10.0


def test_live_numbers_of_several_scans_come_at_once(running, django_assert_num_queries):
    scan = running(Progress(phase="detect", percent=42.0, parts={}, requests=7, elapsed_s=1.0))
    with django_assert_num_queries(1):
        assert watching.live_of([scan.pk, 10**9])[scan.pk].percent == 42.0
