"""Retests and replays."""

from datetime import timedelta

import pytest

from tests.server import factories
from tests.server.targets.protecting import is_protected, protect
from vedette.contract.job import JobKind
from vedette.engine.scan import run
from vedette.server.agents import services as agents
from vedette.server.findings.models import Finding
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, NotAllowed, NotFound
from vedette.server.scans.models import Scan
from vedette.server.scans.services import leasing, retesting
from vedette.server.targets import ownership
from vedette.server.targets.models import Domain, Target

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return factories.organisation()


@pytest.fixture
def owner(home):
    return factories.actor(home)


@pytest.fixture
def target(home):
    target = factories.target(home)
    factories.run_scan(target, factories.flaw("a"), factories.flaw("b"))
    return Target.objects.get(pk=target.pk)


def findings(*numbers):
    return list(Finding.objects.filter(number__in=numbers).select_related("target"))


def test_a_retest_is_about_the_chosen_findings_only(owner, target):
    (scan,) = retesting.retest(actor=owner, findings=findings(2))
    assert scan.kind == "retest"
    assert Finding.objects.get(number=2).retesting
    job = factories.claim().job
    assert job.kind is JobKind.RETEST
    assert [one.location.parameter for one in job.known] == ["b"]


def test_findings_of_two_targets_make_two_scans(owner, home, target):
    other = factories.target(home)
    factories.run_scan(other, factories.flaw("c"))
    scans = retesting.retest(actor=owner, findings=list(Finding.objects.select_related("target")))
    assert len(scans) == 2


def test_a_retest_that_comes_to_nothing_is_over_too(owner, target):
    retesting.retest(actor=owner, findings=findings(1))
    grant = factories.claim()
    leasing.release(grant.run, grant.epoch, "refused", "no")
    row = Finding.objects.get(number=1)
    assert (row.retesting, row.state) == (False, "notfixed")
    assert row.logs.order_by("-id").first().type == "retest_failed"


def test_a_busy_target_cannot_be_retested(owner, target):
    factories.start(target)
    target.refresh_from_db()
    with pytest.raises(Conflict):
        retesting.retest(actor=owner, findings=findings(1))


@pytest.mark.django_db(transaction=True)
def test_a_replay_is_a_job_with_the_proofs_steps(owner, target, monkeypatch):
    monkeypatch.setattr(agents, "WAIT_S", 0.0)
    monkeypatch.setattr(agents.wait, "__kwdefaults__", {"timeout_s": 0.0})
    assert retesting.replay(actor=owner, finding=findings(1)[0]) is None, "no worker is there"
    grant = factories.claim()
    assert grant.job.kind is JobKind.REPLAY
    assert [step.label for step in grant.job.replay] == ["proof"]
    assert grant.job.authorized


def test_nothing_is_replayed_against_a_host_that_is_not_ours(owner, target):
    Domain.objects.update(verified=False)
    with pytest.raises(Conflict):
        retesting.replay(actor=owner, finding=findings(1)[0])


def test_an_auditor_replays_nothing(home, target):
    with pytest.raises(NotAllowed):
        retesting.replay(actor=factories.actor(home, "auditor"), finding=findings(1)[0])


def test_nothing_is_replayed_on_the_word_of_an_owner_of_long_ago(owner, target, monkeypatch):
    Domain.objects.update(checked_at=clock.now() - timedelta(days=31))
    monkeypatch.setattr(ownership, "refresh", lambda domain, *, asked_by: domain)
    with pytest.raises(Conflict) as caught:
        retesting.replay(actor=owner, finding=findings(1)[0])
    assert caught.value.code == "target_unverified"


def test_one_target_that_is_busy_leaves_the_others_alone(owner, home, target):
    other = factories.target(home)
    factories.run_scan(other, factories.flaw("c"))
    factories.start(Target.objects.get(pk=other.pk))
    with pytest.raises(Conflict):
        retesting.retest(actor=owner, findings=list(Finding.objects.select_related("target")))
    assert not Scan.objects.filter(kind="retest").exists()
    assert not Finding.objects.filter(retesting=True).exists()


def test_findings_of_a_neighbour_are_not_there(target):
    stranger = factories.actor(factories.organisation("Other"))
    for service in (lambda one: retesting.replay(actor=stranger, finding=one),
                    lambda one: retesting.retest(actor=stranger, findings=[one])):  # fmt: skip
        with pytest.raises(NotFound):
            service(findings(1)[0])


@pytest.mark.django_db(transaction=True)
def test_a_replay_carries_what_goes_with_each_request(owner, home, monkeypatch):
    monkeypatch.setattr(agents.wait, "__kwdefaults__", {"timeout_s": 0.0})
    made = factories.target(home, kind="api", api_scan_settings={"api_schema_type": "postman"})
    factories.run_scan(protect(owner, made), factories.flaw("a"))
    retesting.replay(actor=owner, finding=findings(1)[0])
    grant = factories.claim()
    assert is_protected(grant.job)
    run(grant.job, secrets=grant.secrets)
