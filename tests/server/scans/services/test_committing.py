"""A batch is stored whole and once, or not at all."""

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.contract.batch import Batch, StateChange
from vedette.contract.claim import LEASE_S
from vedette.contract.events import (
    EndpointFound,
    FindingSeen,
    LoginAttempt,
    OwnershipChecked,
    PhaseFinished,
    PhaseStarted,
    PointTested,
    Progress,
    Rechecked,
    ScanFinished,
    ScanStarted,
    TechnologyFound,
)
from vedette.contract.job import Job, JobKind, OwnershipProof
from vedette.contract.progress import PartProgress
from vedette.server.agents import services as agents
from vedette.server.findings.models import Finding
from vedette.server.kernel import clock
from vedette.server.scans import models as stored
from vedette.server.scans.models import Endpoint, ResumeRow, Scan, ScanEvent
from vedette.server.scans.services import building, committing, leasing
from vedette.server.targets.models import Domain

pytestmark = pytest.mark.django_db


@pytest.fixture
def scan():
    home = factories.organisation()
    return factories.start(factories.target(home))


@pytest.fixture
def grant(scan):
    return factories.claim()


def send(grant, number, *events, state=(), epoch=None):
    return committing.commit(grant.run, Batch(epoch or grant.epoch, number, list(events), list(state)))


def started(**fields):
    given = {"job": "j", "version": "1", "catalogue": "c", "profile": "normal", "start_urls": ("http://a/",)}
    return ScanStarted(**(given | fields))


def endpoint(url="http://a/x", **fields):
    return EndpointFound(**({"method": "GET", "url": url, "status": 200, "source": "link"} | fields))


def test_events_are_numbered_in_the_order_committed(scan, grant):
    send(grant, 1, started(), PhaseStarted(phase="crawl"))
    send(grant, 2, PhaseFinished(phase="crawl", requests=3))
    rows = ScanEvent.objects.filter(scan=scan).order_by("number")
    assert [(row.number, row.kind) for row in rows] == [
        (1, "scan_started"),
        (2, "phase_started"),
        (3, "phase_finished"),
    ]
    scan.live.refresh_from_db()
    assert (scan.live.phase, scan.live.ended, scan.live.counter) == ("crawl", ["crawl"], 2)


def test_the_same_batch_again_is_answered_and_stored_once(scan, grant):
    assert not send(grant, 1, started()).stale
    assert not send(grant, 1, started()).stale
    assert ScanEvent.objects.filter(scan=scan).count() == 1


@pytest.mark.parametrize("number", [0, 2, 9])
def test_a_gap_in_the_numbers_is_stale(scan, grant, number):
    if number == 0:
        send(grant, 1, started())
        send(grant, 2, PhaseStarted(phase="crawl"))
    assert send(grant, number or 1, PhaseStarted(phase="late")).stale
    assert not ScanEvent.objects.filter(scan=scan, body__contains="late").exists()


def test_an_older_epoch_is_stale(scan, grant):
    leasing.release(grant.run, grant.epoch, "stop")
    successor = factories.claim()
    assert send(grant, 1, started(), epoch=grant.epoch).stale
    assert not send(successor, 1, started()).stale


def test_an_expired_lease_stores_nothing():
    with clock.frozen(datetime(2026, 1, 1, tzinfo=UTC)) as time:
        scan = factories.start(factories.target(factories.organisation()))
        grant = factories.claim()
        time.advance(LEASE_S + 1)
        assert send(grant, 1, started()).stale
        assert not ScanEvent.objects.filter(scan=scan).exists()


def test_an_unknown_run_is_stale():
    assert committing.commit("111111111111", Batch(1, 1)).stale


def test_a_batch_that_cannot_be_stored_leaves_nothing_behind(scan, grant, monkeypatch):
    def broken(**_):
        raise RuntimeError("disk full")

    monkeypatch.setattr(committing.observe, "observe", broken)
    with pytest.raises(RuntimeError):
        send(grant, 1, started(), FindingSeen(finding=factories.flaw()), state=[StateChange("head", "seed", "1")])
    assert not ScanEvent.objects.filter(scan=scan).exists()
    assert not ResumeRow.objects.filter(scan=scan).exists()
    monkeypatch.undo()
    assert not send(grant, 1, started()).stale, "the batch can be sent again"


def test_resume_state_lies_sealed_and_comes_back(scan, grant):
    rows = [StateChange("tokens", "secret", '"canary-1f3a"'), StateChange("head", "phase", "1")]
    send(grant, 1, started(), state=rows)
    sealed = b"".join(bytes(row.sealed) for row in ResumeRow.objects.filter(scan=scan))
    assert b"canary" not in sealed
    assert building.resume_state(scan) == {"tokens": {"secret": '"canary-1f3a"'}, "head": {"phase": "1"}}
    send(grant, 2, state=[StateChange("head", "phase", "2"), StateChange("tokens", "secret", None)])
    assert building.resume_state(scan) == {"head": {"phase": "2"}}


def test_a_sealed_row_opens_in_its_own_place_only(scan, grant):
    send(grant, 1, state=[StateChange("head", "a", "1"), StateChange("head", "b", "2")])
    first, second = ResumeRow.objects.filter(scan=scan).order_by("key")
    first.sealed, second.sealed = second.sealed, first.sealed
    first.save()
    with pytest.raises(Exception, match="another place"):
        building.resume_state(scan)


def test_endpoints_and_inputs_have_natural_keys(scan, grant):
    tested = {"point": "p1", "method": "GET", "url": "http://a/x", "point_kind": "query", "parameter": "q"}
    send(grant, 1, endpoint(), endpoint(status=500), PointTested(**tested, outcomes={"a": "light"}))
    send(grant, 2, endpoint(status=404), PointTested(**tested, outcomes={"a": "tested"}, requests=4))
    assert Endpoint.objects.get(scan=scan).status == 404
    assert stored.TestedInput.objects.get(scan=scan).outcomes == {"a": "tested"}


def test_findings_are_counted_once_however_often_they_are_reported(scan, grant):
    send(grant, 1, FindingSeen(finding=factories.flaw()), FindingSeen(finding=factories.flaw()))
    send(grant, 2, FindingSeen(finding=factories.flaw(occurrence_count=9)), FindingSeen(finding=factories.flaw("p")))
    row = Scan.objects.get(pk=scan.pk)
    assert (row.highs, row.new_count) == (2, 2)
    assert Finding.objects.count() == 2
    assert "steps" not in ScanEvent.objects.filter(kind="finding").first().body, "evidence is kept apart"


def test_rechecks_fix(scan, grant):
    send(grant, 1, FindingSeen(finding=factories.flaw()))
    send(grant, 2, ScanFinished(verdict="findings"))
    leasing.release(grant.run, grant.epoch, "finished")
    again = factories.run_scan(
        scan.target.__class__.objects.get(pk=scan.target_id),
        rechecked=(Rechecked(finding=factories.flaw().id, outcome="gone"),),
        verdict="clean",
    )
    assert again.fixed_count == 1
    assert Finding.objects.get().state == "fixed"


def test_live_numbers_are_the_last_progress(scan, grant):
    parts = {"crawler": PartProgress(done=3, total=9, requests=12)}
    send(grant, 1, Progress(phase="crawl", percent=12.5, parts=parts, requests=12, elapsed_s=1))
    scan.live.refresh_from_db()
    assert (scan.live.percent, scan.live.progress["parts"]["crawler"]["done"]) == (12.5, 3)
    assert not ScanEvent.objects.filter(scan=scan).exists(), "progress is no event to keep"
    assert Scan.objects.get(pk=scan.pk).requests == 12


def test_technologies_and_troubles_show_on_the_scan(scan, grant):
    found = {"host": "a", "name": "nginx"}
    send(grant, 1, TechnologyFound(**found), TechnologyFound(**found, technology_version="1.22"))
    send(grant, 2, LoginAttempt(ok=False, reason="wrong password"))
    row = Scan.objects.get(pk=scan.pk)
    assert row.stack == [{"name": "nginx", "version": "1.22", "host": "a"}]
    assert row.warnings == [{"code": "login_failed", "message": "wrong password"}]


def test_the_end_brings_the_verdict(scan, grant):
    send(grant, 1, ScanFinished(verdict="incomplete", reasons=("too slow",), requests=7, coverage={"endpoints": 2}))
    row = Scan.objects.get(pk=scan.pk)
    assert (row.status, row.verdict, row.reasons, row.requests) == ("finishing_up", "incomplete", ["too slow"], 7)


def test_a_short_jobs_events_are_kept_and_an_ownership_check_is_applied(scan):
    domain = Domain.objects.get(pk=scan.target.domain_id)
    Domain.objects.filter(pk=domain.pk).update(verified=False, method="")
    proof = OwnershipProof(url="http://a/", method="file", token=str(domain.token))
    job = Job(id="", kind=JobKind.OWN, start_urls=("http://a/",), ownership=proof)
    run = agents.submit(organisation=scan.organisation, job=job, subject=f"domain:{domain.public_id}")
    grant = factories.claim()
    assert grant.run == run.public_id
    send(grant, 1, OwnershipChecked(method="file", ok=True))
    send(grant, 2, ScanFinished(verdict="clean"))
    domain.refresh_from_db()
    assert (domain.verified, domain.method) == (True, "file")
    assert [event.kind for event in agents.events_of(run)] == ["ownership_checked", "scan_finished"]


@pytest.mark.parametrize("odd", ["p\x00q", "p\ud800q"], ids=["nul", "surrogate"])
class TestUnstorable:
    """What no database stores: sites choose the names of their inputs, and `?p%00q=1` is one."""

    @pytest.mark.parametrize(
        "event",
        [
            lambda odd: endpoint(f"http://a/{odd}", template=odd, content_type=odd, source=odd, skipped=odd),
            lambda odd: PointTested(
                point=odd, method="GET", url=f"http://a/{odd}", point_kind="query", parameter=odd, outcomes={odd: odd}
            ),
            lambda odd: TechnologyFound(host="a", name=odd, technology_version=odd),
            lambda odd: LoginAttempt(ok=False, url=odd, reason=odd),
            lambda odd: Rechecked(finding=odd, outcome="gone", reason=odd),
            lambda odd: FindingSeen(finding=factories.flaw(odd, title=odd, detail=odd)),
            lambda odd: ScanFinished(verdict="incomplete", reasons=(odd,), coverage={odd: odd}),
        ],
        ids=["endpoint", "point", "technology", "login", "rechecked", "finding", "end"],
    )
    def test_an_event_is_stored_with_it_replaced(self, scan, grant, odd, event):
        assert not send(grant, 1, event(odd)).stale
        assert not send(grant, 2).stale, "the scan goes on"

    def test_the_resume_state_keeps_it(self, scan, grant, odd):
        send(grant, 1, state=[StateChange("frontier", "count", odd)])
        leasing.release(grant.run, grant.epoch, "time")
        assert factories.claim().state == {"frontier": {"count": odd}}

    def test_a_key_with_it_is_found_again(self, scan, grant, odd):
        send(grant, 1, state=[StateChange("frontier", odd, "1")])
        send(grant, 2, state=[StateChange("frontier", odd, None)])
        assert not ResumeRow.objects.filter(scan=scan).exists()

    def test_so_is_what_a_short_job_says(self, scan, odd):
        domain = Domain.objects.get(pk=scan.target.domain_id)
        job = Job(id="", kind=JobKind.OWN, start_urls=("http://a/",))
        agents.submit(organisation=scan.organisation, job=job, subject=f"domain:{domain.public_id}")
        grant = factories.claim()
        assert not send(grant, 1, OwnershipChecked(method="file", ok=False, reason=odd)).stale
        domain.refresh_from_db()
        assert domain.last_error == "p\ufffdq"
