"""Scans keep to the hours that blackout periods leave."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.server import factories
from vedette.server.agents.models import Run
from vedette.server.audit.models import DomainEvent
from vedette.server.findings.models import Finding
from vedette.server.kernel import clock
from vedette.server.scans.models import Scan
from vedette.server.scans.services import blackouts, leasing, lifecycle, retesting
from vedette.server.targets.models import Target
from vedette.server.targets.services import blackouts as periods
from vedette.server.targets.services import targets
from vedette.server.tenancy.services import account

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
OFFICE = {"begin": "09:00", "cease": "18:00"}


@pytest.fixture
def now():
    with clock.frozen(MONDAY) as stopped:
        yield stopped


@pytest.fixture
def home(now):
    return factories.organisation()


@pytest.fixture
def owner(home):
    return factories.actor(home)


@pytest.fixture
def target(home, owner):
    made = factories.target(home)
    targets.change(owner, made, blackout_period=OFFICE)
    return Target.objects.get(pk=made.pk)


def fresh(scan):
    return Scan.objects.select_related("run").get(pk=scan.pk)


def hours(now, count):
    now.advance(count * 3600)
    leasing.sweep()


def test_a_start_inside_waits_for_the_end(now, owner, target):
    hours(now, 2)
    scan = lifecycle.start(actor=owner, target=target)
    assert (scan.status, fresh(scan).run.state) == ("queued", "held")
    assert DomainEvent.objects.filter(kind="scan.waits_for_blackout").count() == 1
    assert leasing.claim(factories.WORKER) is None
    hours(now, 7)
    assert leasing.claim(factories.WORKER) is None
    hours(now, 1)
    assert fresh(scan).blackout_since is None
    assert factories.claim().job.id == scan.public_id


def test_one_that_ignores_the_period_starts_at_once(now, owner, target):
    hours(now, 2)
    scan = lifecycle.start(actor=owner, target=target, ignore_blackout=True)
    leasing.sweep()
    assert (fresh(scan).ignore_blackout_period, factories.claim().job.id) == (True, scan.public_id)
    leasing.sweep()
    assert fresh(scan).status == "started"


def test_a_running_scan_pauses_and_goes_on_by_itself(now, owner, target):
    now.advance(3590)
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    now.advance(9)
    leasing.sweep()
    assert leasing.heartbeat(grant.run, grant.epoch).control == ""
    now.advance(1)
    leasing.sweep()
    assert (fresh(scan).status, leasing.heartbeat(grant.run, grant.epoch).control) == ("pausing", "pause")
    leasing.release(grant.run, grant.epoch, "pause")
    assert (fresh(scan).status, fresh(scan).run.state) == ("paused", "held")
    hours(now, 8)
    assert fresh(scan).status == "paused"
    hours(now, 1)
    assert (fresh(scan).status, fresh(scan).run.state) == ("resuming", "waiting")
    assert factories.claim().job.id == scan.public_id
    assert fresh(scan).status == "started"
    kinds = list(DomainEvent.objects.filter(object_id=scan.public_id).order_by("id").values_list("kind", flat=True))
    assert kinds == ["scan.created", "scan.pause_asked", "scan.paused", "scan.resumed"]


def test_a_window_that_opens_between_two_sweeps_holds_back_what_is_claimed(now, owner, target):
    queued = lifecycle.start(actor=owner, target=target)
    now.advance(3600)
    assert leasing.claim(factories.WORKER) is None
    assert (fresh(queued).status, fresh(queued).run.state) == ("queued", "held")


def test_a_scan_between_two_slices_pauses_at_once(now, owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "time")
    hours(now, 1)
    assert (fresh(scan).status, fresh(scan).paused_at) == ("paused", clock.now())


def test_what_somebody_paused_stays_paused(now, owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    lifecycle.pause(actor=owner, scan=scan)
    leasing.release(grant.run, grant.epoch, "pause")
    hours(now, 2)
    assert fresh(scan).blackout_since is None
    hours(now, 12)
    assert (fresh(scan).status, fresh(scan).run.state) == ("paused", "held")
    now.advance(timedelta(days=7).total_seconds())
    leasing.sweep()
    assert fresh(scan).status == "canceled"


def test_a_scan_that_waits_for_the_end_of_a_period_is_not_cancelled(now, owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "time")
    targets.change(owner, target, blackout_period={"begin": "00:00", "cease": "00:00"})
    hours(now, 1)
    assert fresh(scan).status == "paused"
    hours(now, 24 * 9)
    assert fresh(scan).status == "paused"


def test_resuming_inside_waits_unless_the_period_is_ignored(now, owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "time")
    hours(now, 2)
    resumed = lifecycle.resume(actor=owner, scan=scan)
    assert (resumed.status, fresh(scan).run.state) == ("resuming", "held")
    leasing.sweep()
    assert leasing.claim(factories.WORKER) is None
    lifecycle.pause(actor=owner, scan=scan)
    assert (fresh(scan).status, fresh(scan).blackout_since) == ("paused", None)
    lifecycle.resume(actor=owner, scan=scan, ignore_blackout=True)
    assert factories.claim().job.id == scan.public_id
    assert fresh(scan).ignore_blackout_period


def test_a_retest_may_ignore_it_too(now, home, owner, target):
    factories.run_scan(target, factories.flaw())
    hours(now, 2)
    found = list(Finding.objects.select_related("target__organisation"))
    (scan,) = retesting.retest(actor=owner, findings=found, ignore_blackout=True)
    assert (scan.kind, scan.ignore_blackout_period, fresh(scan).run.state) == ("retest", True, "waiting")


def test_the_organisations_period_holds_for_all(now, home, owner):
    plain = factories.target(home)
    elsewhere = factories.target(factories.organisation("Other"))
    periods.change_organisation(actor=owner, given=OFFICE)
    here, there = factories.start(plain), factories.start(elsewhere)
    hours(now, 1)
    assert [fresh(one).run.state for one in (here, there)] == ["held", "waiting"]
    periods.change_organisation(actor=owner, given={"enabled": False})
    leasing.sweep()
    assert fresh(here).run.state == "waiting"


def test_taking_the_period_away_lets_scans_go(now, owner, target):
    hours(now, 2)
    scan = lifecycle.start(actor=owner, target=target)
    targets.change(owner, target, blackout_period=None)
    leasing.sweep()
    assert fresh(scan).run.state == "waiting"


def test_a_stop_of_everything_outlasts_the_period(now, owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "time")
    hours(now, 1)
    lifecycle.stop_all(actor=owner)
    hours(now, 10)
    assert fresh(scan).status == "paused"
    account.lift_stop(actor=owner)
    leasing.sweep()
    assert fresh(scan).status == "resuming"


def test_who_waits_longer_than_a_day_is_told_of_once(now, owner, target):
    targets.change(owner, target, blackout_period={"begin": "00:00", "cease": "00:00"})
    scan = lifecycle.start(actor=owner, target=Target.objects.get(pk=target.pk))
    hours(now, 24)
    assert fresh(scan).warnings == []
    hours(now, 1)
    hours(now, 1)
    assert [warning["code"] for warning in fresh(scan).warnings] == [blackouts.WAITING]
    assert DomainEvent.objects.filter(kind="scan.blackout_long").count() == 1


def test_a_cancelled_scan_is_not_held(now, owner, target):
    hours(now, 2)
    scan = lifecycle.start(actor=owner, target=target)
    lifecycle.cancel(actor=owner, scan=scan)
    hours(now, 12)
    assert (fresh(scan).status, fresh(scan).run.state) == ("canceled", "done")


def test_a_sweep_with_nothing_to_do_asks_little(now, home, django_assert_max_num_queries):
    for _ in range(3):
        factories.start(factories.target(home))
    with django_assert_max_num_queries(3):
        blackouts.sweep()
    assert set(Run.objects.values_list("state", flat=True)) == {"waiting"}
