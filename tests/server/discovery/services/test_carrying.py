"""Runs of discoveries in the hands of workers."""

import pytest

from tests.server import factories
from tests.server.discovery.conftest import carry, service
from vedette.contract.batch import Batch, StateChange
from vedette.contract.events import ScanFinished
from vedette.contract.job import JobKind
from vedette.server.agents.models import Run
from vedette.server.agents.rules import MAX_FRUITLESS
from vedette.server.discovery.models import DiscoveryAsset, DiscoveryRow, DiscoveryRun
from vedette.server.discovery.services import runs, settings
from vedette.server.kernel import clock
from vedette.server.scans.services import committing, leasing
from vedette.server.targets.models import Domain


@pytest.fixture
def run(owner, domain):
    return runs.start(owner, domain)


def now(run):
    run.refresh_from_db()
    return run.status


def test_a_verified_domain_is_searched_with_a_word_on_who_allows_it(run):
    job = factories.claim().job
    assert job.kind is JobKind.DISCOVER and job.id == run.public_id
    (wanted,) = job.discovery.domains
    assert (wanted.name, wanted.verified, wanted.ports) == ("example.org", True, ())
    assert job.authorized.startswith("example.org verified by file on ")
    assert now(run) == "in_progress" and run.active and run.started_at


@pytest.mark.parametrize("fields", [{"verified": False}, {"checked_at": clock.now().replace(year=2020)}])
def test_any_other_is_only_asked_about(run, domain, fields):
    Domain.objects.filter(pk=domain.pk).update(**fields)
    job = factories.claim().job
    assert not job.discovery.domains[0].verified and job.authorized == ""
    assert now(run) == "in_progress" and not run.active


def test_the_port_of_a_domain_is_asked_on_every_name(owner, home):
    runs.start(owner, Domain.objects.create(organisation=home, hostname="example.org:8123"))
    (wanted,) = factories.claim().job.discovery.domains
    assert (wanted.name, wanted.ports) == ("example.org", (8123,))


def test_keys_of_providers_travel_apart_from_the_job(owner, run):
    settings.set_source(owner, "securitytrails", enabled=True, key="s3cret-key")
    grant = factories.claim()
    (provider,) = grant.job.discovery.providers
    assert (provider.source, grant.secrets[provider.secret]) == ("securitytrails", "s3cret-key")
    assert "s3cret-key" not in repr(grant.job)


def test_a_run_goes_on_where_it_was(run):
    grant = factories.claim()
    change = StateChange("discovery", "queue", '["a"]')
    committing.commit(grant.run, Batch(grant.epoch, 1, [service()], [change]))
    assert b"queue" not in bytes(DiscoveryRow.objects.get().sealed)
    leasing.release(grant.run, grant.epoch, "time")
    assert now(run) == "pending"
    again = factories.claim()
    assert again.state == {"discovery": {"queue": '["a"]'}} and again.epoch == grant.epoch + 1
    assert now(run) == "in_progress"
    carry(again)
    assert now(run) == "completed" and run.completed_at and not DiscoveryRow.objects.exists()


def test_a_worker_that_died_has_its_run_done_again(run):
    grant = factories.claim()
    committing.commit(grant.run, Batch(grant.epoch, 1, [service()]))
    Run.objects.update(lease_until=clock.now())
    again = factories.claim()
    assert again.run == grant.run
    late = committing.commit(grant.run, Batch(grant.epoch, 2, [service("late.example.org")]))
    assert late.stale and DiscoveryAsset.objects.count() == 1


def test_a_run_that_no_worker_survives_fails(run):
    for _ in range(MAX_FRUITLESS):
        factories.claim()
        Run.objects.update(lease_until=clock.now())
        leasing.recover()
    assert now(run) == "failed" and run.failure == "worker lost three times"


def test_one_that_crashed_over_and_over_says_why(run):
    for _ in range(MAX_FRUITLESS):
        grant = factories.claim()
        leasing.release(grant.run, grant.epoch, "crashed", "Out of memory.")
    assert now(run) == "failed" and "Out of memory." in run.failure


def test_a_refused_job_fails_with_the_reason(run):
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "refused", "No such job here.")
    assert now(run) == "failed" and run.failure == "No such job here."


def test_a_failed_verdict_is_a_failed_run(run):
    grant = factories.claim()
    committing.commit(grant.run, Batch(grant.epoch, 1, [ScanFinished(verdict="failed", reasons=("No name server.",))]))
    leasing.release(grant.run, grant.epoch, "finished")
    assert now(run) == "failed" and run.failure == "No name server."


def test_cancelling_reaches_the_worker_with_its_next_word(owner, run):
    grant = factories.claim()
    committing.commit(grant.run, Batch(grant.epoch, 1, [service()]))
    runs.cancel(owner, run)
    assert now(run) == "canceling"
    assert leasing.heartbeat(grant.run, grant.epoch).control == "cancel"
    assert committing.commit(grant.run, Batch(grant.epoch, 2, [service("b.example.org")])).control == "cancel"
    leasing.release(grant.run, grant.epoch, "cancel")
    assert now(run) == "canceled" and DiscoveryAsset.objects.count() == 2


def test_a_worker_lost_while_cancelling_leaves_it_cancelled(owner, run):
    factories.claim()
    runs.cancel(owner, run)
    Run.objects.update(lease_until=clock.now())
    leasing.recover()
    assert now(run) == "canceled"


def test_a_worker_lost_after_the_last_batch_leaves_it_complete(run):
    grant = factories.claim()
    committing.commit(grant.run, Batch(grant.epoch, 1, [ScanFinished(verdict="clean")]))
    Run.objects.update(lease_until=clock.now())
    leasing.recover()
    assert now(run) == "completed" and DiscoveryRun.objects.get().percent == 100
