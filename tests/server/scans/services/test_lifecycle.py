"""Start, pause, resume, cancel, stop all: what may be asked when, and what it does at once."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.server import factories
from vedette.contract.batch import Batch, StateChange
from vedette.contract.events import FindingSeen
from vedette.server.audit.models import DomainEvent
from vedette.server.findings.models import Finding
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.scans.models import ResumeRow, Scan
from vedette.server.scans.services import committing, leasing, lifecycle
from vedette.server.targets import ownership
from vedette.server.targets.models import Attestation, Domain, Target
from vedette.server.targets.services import attestations, targets
from vedette.server.tenancy.services import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return factories.organisation()


@pytest.fixture
def owner(home):
    return factories.actor(home)


@pytest.fixture
def target(home):
    return factories.target(home)


def fresh(scan):
    return Scan.objects.get(pk=scan.pk)


def test_a_started_scan_is_queued_with_its_settings_frozen(owner, target):
    scan = lifecycle.start(actor=owner, target=target, user_data="build 7")
    assert (scan.status, scan.profile, scan.user_data, scan.created_by) == ("queued", "normal", "build 7", owner.user)
    assert scan.options["start_urls"] == [target.url]
    assert Target.objects.get(pk=target.pk).running_scan_id == scan.pk
    assert DomainEvent.objects.filter(kind="scan.created", object_id=scan.public_id).exists()


def test_a_busy_target_is_not_scanned_twice(owner, target):
    first = lifecycle.start(actor=owner, target=target)
    target.refresh_from_db()
    with pytest.raises(Conflict) as caught:
        lifecycle.start(actor=owner, target=target)
    assert caught.value.code == "scan_active"
    assert caught.value.data["scan"] == first.public_id


def test_nor_by_two_who_looked_at_the_same_moment(owner, target):
    stale = Target.objects.get(pk=target.pk)
    lifecycle.start(actor=owner, target=target)
    with pytest.raises(Conflict) as caught:
        lifecycle.start(actor=owner, target=stale)
    assert caught.value.code == "scan_active"
    assert Scan.objects.count() == 1


def test_an_unverified_target_is_only_looked_at(home, owner):
    target = factories.target(home, verified=False)
    with pytest.raises(Conflict) as caught:
        lifecycle.start(actor=owner, target=target)
    assert caught.value.code == "target_unverified"
    assert lifecycle.start(actor=owner, target=target, profile="lightning").status == "queued"


def test_ownership_shown_long_ago_is_asked_for_again(owner, target, monkeypatch):
    long_ago = clock.now() - timedelta(days=31)
    Domain.objects.filter(pk=target.domain_id).update(checked_at=long_ago)
    asked = []

    def refresh(domain, *, asked_by):
        asked.append(domain.hostname)
        Domain.objects.filter(pk=domain.pk).update(verified=False)
        domain.refresh_from_db()
        return domain

    monkeypatch.setattr(ownership, "refresh", refresh)
    target = Target.objects.select_related("domain").get(pk=target.pk)
    with pytest.raises(Conflict):
        lifecycle.start(actor=owner, target=target)
    assert asked == [target.host]


def test_an_unknown_profile_is_a_field_error(owner, target):
    with pytest.raises(Invalid) as caught:
        lifecycle.start(actor=owner, target=target, profile="nope")
    assert "scan_profile" in caught.value.fields


def test_an_auditor_starts_and_stops_nothing(home, target, owner):
    auditor = factories.actor(home, "auditor")
    with pytest.raises(NotAllowed):
        lifecycle.start(actor=auditor, target=target)
    scan = lifecycle.start(actor=owner, target=target)
    with pytest.raises(NotAllowed):
        lifecycle.cancel(actor=auditor, scan=scan)


def test_cancelling_a_queued_scan_ends_it_at_once(owner, target):
    scan = lifecycle.cancel(actor=owner, scan=lifecycle.start(actor=owner, target=target))
    assert scan.status == "canceled"
    assert Target.objects.get(pk=target.pk).running_scan_id is None
    assert leasing.claim(factories.WORKER) is None


def test_a_running_scan_is_told_with_the_next_heartbeat(owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    assert fresh(scan).status == "started"
    assert lifecycle.pause(actor=owner, scan=scan).status == "pausing"
    assert leasing.heartbeat(grant.run, grant.epoch).control == "pause"
    leasing.release(grant.run, grant.epoch, "pause")
    assert fresh(scan).status == "paused"
    assert leasing.claim(factories.WORKER) is None
    assert lifecycle.resume(actor=owner, scan=scan).status == "resuming"
    assert factories.claim().epoch == 2
    assert fresh(scan).status == "started"


def test_between_two_slices_a_pause_takes_effect_at_once(owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "time")
    assert lifecycle.pause(actor=owner, scan=scan).status == "paused"


def test_pausing_then_cancelling_cancels(owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    lifecycle.pause(actor=owner, scan=scan)
    assert lifecycle.cancel(actor=owner, scan=scan).status == "canceling"
    leasing.release(grant.run, grant.epoch, "pause")
    assert fresh(scan).status == "canceled"


@pytest.mark.parametrize("action", [lifecycle.pause, lifecycle.resume, lifecycle.cancel])
def test_nothing_can_be_asked_of_a_scan_that_is_over(owner, target, action):
    scan = lifecycle.cancel(actor=owner, scan=lifecycle.start(actor=owner, target=target))
    with pytest.raises(Conflict) as caught:
        action(actor=owner, scan=scan)
    assert caught.value.data == {"status": "canceled"}


def test_stopping_all_pauses_what_runs_and_starts_nothing_new(home, owner, target):
    lifecycle.start(actor=owner, target=target)
    factories.claim()
    other = factories.target(home)
    queued = lifecycle.start(actor=owner, target=other)
    assert lifecycle.stop_all(actor=owner) == 1
    assert leasing.claim(factories.WORKER) is None
    owner.organisation.refresh_from_db()
    with pytest.raises(Conflict) as caught:
        lifecycle.start(actor=owner, target=factories.target(owner.organisation))
    assert caught.value.code == "scans_stopped"
    account.lift_stop(actor=owner)
    assert factories.claim().job.id == queued.public_id


def test_a_scan_paused_by_hand_and_forgotten_is_cancelled(owner, target):
    with clock.frozen(datetime(2026, 1, 1, tzinfo=UTC)) as time:
        Domain.objects.update(checked_at=clock.now())
        scan = lifecycle.start(actor=owner, target=target)
        grant = factories.claim()
        lifecycle.pause(actor=owner, scan=scan)
        leasing.release(grant.run, grant.epoch, "pause")
        time.advance(6.9 * 86_400)
        leasing.sweep()
        assert fresh(scan).status == "paused"
        time.advance(0.2 * 86_400)
        leasing.sweep()
        assert fresh(scan).status == "canceled"


def test_the_free_text_can_be_changed_and_is_bounded(owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    assert lifecycle.change(actor=owner, scan=scan, user_data="x").user_data == "x"
    with pytest.raises(Invalid):
        lifecycle.change(actor=owner, scan=scan, user_data="x" * 65_537)


def test_cancelling_a_retest_before_it_began_settles_its_findings(home, owner, target):
    factories.run_scan(target, factories.flaw())
    found = Finding.objects.get()
    target.refresh_from_db()
    scan = lifecycle.start(actor=owner, target=target, kind="retest", findings=[found])
    lifecycle.cancel(actor=owner, scan=scan)
    found.refresh_from_db()
    assert not found.retesting, "nobody tests it any more"
    assert fresh(scan).status == "canceled"


def test_cancelling_between_two_slices_keeps_no_resume_state(owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    committing.commit(grant.run, Batch(grant.epoch, 1, [], [StateChange("head", "secret", '"x"')]))
    leasing.release(grant.run, grant.epoch, "time")
    lifecycle.cancel(actor=owner, scan=scan)
    assert not ResumeRow.objects.filter(scan=scan).exists(), "what must not be guessed is not kept"


def test_a_target_deleted_at_that_moment_is_not_scanned(owner, target):
    stale = Target.objects.get(pk=target.pk)
    targets.delete(owner, target)
    with pytest.raises(NotFound):
        lifecycle.start(actor=owner, target=stale)
    assert not Scan.objects.exists()


def test_a_scan_claimed_at_the_moment_of_the_stop_is_paused_too(owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    # As its claimer saw it: before the stop. What the stop looked for was not there yet.
    Scan.objects.filter(pk=scan.pk).update(status="queued")
    assert lifecycle.stop_all(actor=owner) == 0
    Scan.objects.filter(pk=scan.pk).update(status="started")
    leasing.sweep()
    assert fresh(scan).status == "pausing"
    assert leasing.heartbeat(grant.run, grant.epoch).control == "pause"


def test_ownership_that_nobody_could_look_for_again_in_time_does_not_count(owner, target, monkeypatch):
    long_ago = clock.now() - timedelta(days=31)
    Domain.objects.filter(pk=target.domain_id).update(checked_at=long_ago)
    monkeypatch.setattr(ownership, "refresh", lambda domain, *, asked_by: domain)
    with pytest.raises(Conflict) as caught:
        lifecycle.start(actor=owner, target=Target.objects.get(pk=target.pk))
    assert caught.value.code == "target_unverified"
    assert not Scan.objects.exists()


def test_the_free_text_outlives_a_batch_that_is_stored_meanwhile(owner, target, monkeypatch):
    scan = lifecycle.start(actor=owner, target=target)
    grant = factories.claim()
    stored = committing.observe.observe

    def observe(**given):
        lifecycle.change(actor=owner, scan=scan, user_data="new")  # after the batch has read the scan's row
        return stored(**given)

    monkeypatch.setattr(committing.observe, "observe", observe)
    committing.commit(grant.run, Batch(grant.epoch, 1, [FindingSeen(finding=factories.flaw())]))
    assert (fresh(scan).user_data, fresh(scan).highs) == ("new", 1)


def test_a_neighbours_target_and_scans_are_not_there(owner, target):
    scan = lifecycle.start(actor=owner, target=target)
    stranger = factories.actor(factories.organisation("Other"))
    with pytest.raises(NotFound):
        lifecycle.start(actor=stranger, target=target)
    for service in (lifecycle.pause, lifecycle.resume, lifecycle.cancel):
        with pytest.raises(NotFound):
            service(actor=stranger, scan=scan)
    with pytest.raises(NotFound):
        lifecycle.change(actor=stranger, scan=scan, user_data="mine")


def test_consent_ends_with_the_ground_that_it_rests_on(home, owner):
    target = factories.target(home, verified=False)
    name = target.host
    word = attestations.give(method="back_office", hostname=name, organisation=home, author="Olga", reason="Called.")
    target = Target.objects.get(pk=target.pk)
    Domain.objects.filter(pk=target.domain_id).update(checked_at=clock.now() - timedelta(days=400))
    lifecycle.consent(owner, Target.objects.get(pk=target.pk))
    # However it went away: nobody told the domain.
    Attestation.objects.filter(pk=word.pk).update(withdrawn_at=clock.now())
    with pytest.raises(Conflict) as caught:
        lifecycle.consent(owner, Target.objects.get(pk=target.pk))
    assert caught.value.code == "target_unverified"
    assert not Domain.objects.get(pk=target.domain_id).verified
