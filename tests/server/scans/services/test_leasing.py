"""How a slice ends decides what becomes of its scan; a worker that falls silent is looked after."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.server import factories
from vedette.contract.batch import Batch, StateChange
from vedette.contract.claim import LEASE_S
from vedette.contract.events import FindingSeen, ScanFinished, ScanStarted
from vedette.contract.job import Job, JobKind, OwnershipProof
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run, RunOrder
from vedette.server.agents.rules import MAX_FRUITLESS
from vedette.server.audit.models import DomainEvent
from vedette.server.findings.models import Finding
from vedette.server.kernel import clock
from vedette.server.scans.models import ResumeRow, Scan
from vedette.server.scans.services import committing, leasing, lifecycle
from vedette.server.targets.models import Domain, Target
from vedette.server.tenancy.actor import system_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def time():
    with clock.frozen(datetime(2026, 3, 1, tzinfo=UTC)) as frozen:
        yield frozen


@pytest.fixture
def scan(time):
    return factories.start(factories.target(factories.organisation(), fail_fast=False))


def fresh(scan):
    return Scan.objects.get(pk=scan.pk)


def commit(grant, number, *events, state=()):
    return committing.commit(grant.run, Batch(grant.epoch, number, list(events), list(state)))


def begun(grant):
    commit(grant, 1, ScanStarted(job="j", version="1", catalogue="c", profile="normal", start_urls=("http://a/",)))


def test_a_claim_starts_the_scan_and_hands_over_a_job(scan):
    grant = factories.claim()
    assert (grant.job.id, grant.job.kind) == (scan.public_id, JobKind.SCAN)
    assert grant.job.start_urls == (scan.target.url,)
    assert "verified by file" in grant.job.authorized
    row = fresh(scan)
    assert (row.status, row.started_at) == ("started", clock.now())


@pytest.mark.parametrize("ending", ["time", "yield", "stop"])
def test_a_slice_that_ended_in_order_waits_for_the_next(scan, ending):
    grant = factories.claim()
    begun(grant)
    leasing.release(grant.run, grant.epoch, ending)
    assert fresh(scan).status == "started"
    successor = factories.claim()
    assert successor.epoch == 2
    assert successor.run == grant.run


def test_the_next_slice_is_given_the_state_of_the_last(scan):
    grant = factories.claim()
    commit(grant, 1, state=[StateChange("head", "phase", "3")])
    leasing.release(grant.run, grant.epoch, "time")
    assert factories.claim().state == {"head": {"phase": "3"}}


@pytest.mark.parametrize(
    ("verdict", "status"), [("clean", "completed"), ("incomplete", "completed"), ("failed", "failed")]
)
def test_a_finished_scan(scan, verdict, status):
    grant = factories.claim()
    commit(grant, 1, ScanFinished(verdict=verdict), state=[StateChange("head", "phase", "8")])
    leasing.release(grant.run, grant.epoch, "finished")
    row = fresh(scan)
    assert (row.status, row.completed_at) == (status, clock.now())
    assert not ResumeRow.objects.filter(scan=scan).exists(), "what must not be guessed is not kept"
    target = Target.objects.get(pk=scan.target_id)
    assert (target.running_scan_id, target.last_scan_id) == (None, scan.pk)


def test_an_incomplete_scan_of_a_target_set_to_fail_fast_failed(time):
    scan = factories.start(factories.target(factories.organisation(), fail_fast=True))
    grant = factories.claim()
    commit(grant, 1, ScanFinished(verdict="incomplete", reasons=("blocked",)))
    leasing.release(grant.run, grant.epoch, "finished")
    assert (fresh(scan).status, fresh(scan).reasons) == ("failed", ["blocked"])


def test_a_release_of_an_older_epoch_is_stale(scan):
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "stop")
    factories.claim()
    assert leasing.release(grant.run, grant.epoch, "finished").stale
    assert fresh(scan).status == "started"


def test_a_refused_job_fails_its_scan_with_the_reason(scan):
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "refused", "this engine cannot")
    assert (fresh(scan).status, fresh(scan).failure) == ("failed", "this engine cannot")


def test_finished_without_a_verdict_is_a_crash(scan):
    grant = factories.claim()
    begun(grant)
    leasing.release(grant.run, grant.epoch, "finished")
    assert fresh(scan).status == "started"


def test_three_crashes_without_a_batch_fail_the_scan(scan):
    for _ in range(MAX_FRUITLESS):
        grant = factories.claim()
        leasing.release(grant.run, grant.epoch, "crashed", "boom")
    row = fresh(scan)
    assert (row.status, row.failure) == ("failed", "worker lost three times: boom")


def test_a_silent_worker_is_replaced(scan, time):
    grant = factories.claim()
    begun(grant)
    time.advance(LEASE_S - 1)
    assert leasing.claim(factories.WORKER) is None
    time.advance(2)
    assert factories.claim().epoch == grant.epoch + 1


def test_three_silent_workers_fail_the_scan(scan, time):
    for _ in range(MAX_FRUITLESS):
        factories.claim()
        time.advance(LEASE_S + 1)
        leasing.sweep()
    row = fresh(scan)
    assert (row.status, row.failure) == ("failed", "worker lost three times")


def test_work_in_between_starts_the_count_anew(scan, time):
    for _ in range(2):
        factories.claim()
        time.advance(LEASE_S + 1)
    grant = factories.claim()
    begun(grant)
    commit(grant, 2)
    time.advance(LEASE_S + 1)
    factories.claim()
    time.advance(LEASE_S + 1)
    assert leasing.claim(factories.WORKER) is not None
    assert fresh(scan).status == "started"


@pytest.mark.parametrize(("word", "status"), [("pause", "paused"), ("cancel", "canceled")])
def test_a_word_that_its_worker_never_heard_still_counts(scan, time, word, status):
    grant = factories.claim()
    begun(grant)
    getattr(lifecycle, word)(actor=system_actor(scan.organisation), scan=scan)
    time.advance(LEASE_S + 1)
    leasing.sweep()
    assert fresh(scan).status == status


def test_a_worker_lost_after_the_last_batch_loses_nothing(scan, time):
    grant = factories.claim()
    commit(grant, 1, FindingSeen(finding=factories.flaw()), ScanFinished(verdict="findings"))
    time.advance(LEASE_S + 1)
    leasing.sweep()
    assert fresh(scan).status == "completed"
    assert Finding.objects.get().number == 1


def test_a_scan_under_review_is_complete_once_all_is_reviewed(scan):
    grant = factories.claim()
    commit(grant, 1, FindingSeen(finding=factories.flaw()), ScanFinished(verdict="findings"))
    Finding.objects.update(review_status="pending")
    leasing.release(grant.run, grant.epoch, "finished")
    leasing.sweep()
    assert fresh(scan).status == "under_review"
    Finding.objects.update(review_status="accepted")
    leasing.sweep()
    assert fresh(scan).status == "completed"


def test_time_at_work_is_added_up(scan, time):
    for _ in range(2):
        grant = factories.claim()
        time.advance(10)
        begun(grant)
        leasing.release(grant.run, grant.epoch, "time")
        time.advance(100)
    assert fresh(scan).duration == 20


@pytest.mark.parametrize("ending", ["crashed", "stop", "time"])
def test_a_slice_that_failed_after_its_last_batch_loses_nothing(scan, ending):
    grant = factories.claim()
    commit(grant, 1, ScanFinished(verdict="clean"))
    leasing.release(grant.run, grant.epoch, ending, "boom")
    assert fresh(scan).status == "completed"
    assert leasing.claim(factories.WORKER) is None


def test_last_words_that_no_database_stores_are_kept_all_the_same(scan):
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "refused", "no \x00 and \ud800")
    assert fresh(scan).failure == "no \ufffd and \ufffd"


def test_state_that_cannot_be_opened_fails_its_scan_and_not_the_worker(scan):
    grant = factories.claim()
    commit(grant, 1, state=[StateChange("head", "phase", "3")])
    leasing.release(grant.run, grant.epoch, "time")
    ResumeRow.objects.update(sealed=b"\x00spoilt")
    assert leasing.claim(factories.WORKER) is None
    assert fresh(scan).status == "failed"
    assert "opened" in fresh(scan).failure


def test_a_review_that_ends_is_told_once(scan):
    grant = factories.claim()
    commit(grant, 1, FindingSeen(finding=factories.flaw()), ScanFinished(verdict="findings"))
    Finding.objects.update(review_status="pending")
    leasing.release(grant.run, grant.epoch, "finished")
    Finding.objects.update(review_status="accepted")
    seen_by_another = fresh(scan)
    leasing.sweep()
    lifecycle.reviewed(seen_by_another)
    assert DomainEvent.objects.filter(kind="scan.completed", payload__data__status="completed").count() == 1


def test_reviews_are_looked_for_in_one_query_whatever_their_number(scan, django_assert_num_queries):
    grant = factories.claim()
    commit(grant, 1, FindingSeen(finding=factories.flaw()), ScanFinished(verdict="findings"))
    Finding.objects.update(review_status="pending")
    leasing.release(grant.run, grant.epoch, "finished")
    with CaptureQueriesContext(connection) as one:
        leasing.sweep()
    for _ in range(3):
        other = factories.run_scan(factories.target(scan.organisation, fail_fast=False), factories.flaw())
        Scan.objects.filter(pk=other.pk).update(status="under_review")
        Finding.objects.filter(first_scan=other).update(review_status="pending")
    with django_assert_num_queries(len(one)):
        leasing.sweep()


class TestShort:
    """Jobs that only look."""

    def submitted(self, scan, secrets=None):
        domain = Domain.objects.get(pk=scan.target.domain_id)
        proof = OwnershipProof(url="http://a/", method="file", token=str(domain.token))
        job = Job(id="", kind=JobKind.OWN, start_urls=("http://a/",), ownership=proof)
        subject = f"domain:{domain.public_id}"
        return agents.submit(organisation=scan.organisation, job=job, subject=subject, secrets=secrets)

    def test_its_secrets_are_handed_over_and_gone_afterwards(self, scan):
        run = self.submitted(scan, {"header-1": "canary"})
        grant = factories.claim()
        assert (grant.run, grant.secrets) == (run.public_id, {"header-1": "canary"})
        leasing.release(grant.run, grant.epoch, "finished")
        assert bytes(RunOrder.objects.get(run=run).secrets) == b""

    def test_lost_three_times_it_is_over(self, scan, time):
        run = self.submitted(scan)
        for _ in range(MAX_FRUITLESS):
            leasing.claim(factories.WORKER)
            time.advance(LEASE_S + 1)
            leasing.sweep()
        row = Run.objects.get(pk=run.pk)
        assert (row.state, row.ending) == ("done", "lost")
