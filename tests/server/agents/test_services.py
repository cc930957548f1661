"""Leases: who gets what, when, and who is told to stop."""

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.contract.batch import Batch
from vedette.contract.claim import LEASE_S, Worker
from vedette.contract.events import ScanFinished
from vedette.contract.job import Job, JobKind
from vedette.server.agents import queries, services
from vedette.server.agents.models import Run, RunOrder, WorkerNode
from vedette.server.agents.rules import (
    DISCOVER_AGES_S,
    DISCOVER_YIELDS_S,
    MAX_CRASHES,
    MAX_FRUITLESS,
    MIN_TURN_S,
    YIELD_AFTER_S,
)
from vedette.server.kernel import clock

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORKER = Worker(name="w", pools=("default-short", "default"))


@pytest.fixture
def time():
    with clock.frozen(NOON) as frozen:
        yield frozen


@pytest.fixture
def home():
    return factories.organisation()


def scan_run(home):
    return services.open_runs(organisation=home, kinds=[("scan", False)])[0]


def reach_job():
    return Job(id="", kind=JobKind.REACH, start_urls=("http://a.example/",))


def test_a_claim_leases_and_raises_the_epoch(time, home):
    run = scan_run(home)
    claimed = services.claim_next(WORKER)
    assert claimed.pk == run.pk
    assert (claimed.state, claimed.epoch, claimed.worker) == ("claimed", 1, "w")
    assert (claimed.lease_until - NOON).total_seconds() == LEASE_S
    assert services.claim_next(WORKER) is None


def test_workers_take_only_from_their_pools(home):
    scan_run(home)
    assert services.claim_next(Worker(name="x", pools=("elsewhere",))) is None


def test_short_jobs_go_first(home):
    scan_run(home)
    short = services.submit(organisation=home, job=reach_job(), subject="target:1")
    assert services.claim_next(WORKER).pk == short.pk


def test_a_slot_for_short_jobs_leaves_scans_alone(home):
    scan_run(home)
    assert services.claim_next(Worker(name="s", pools=("default-short",))) is None


def test_the_job_of_a_short_run_carries_its_id_and_its_secrets_sealed(home):
    run = services.submit(organisation=home, job=reach_job(), secrets={"header": "hunter2-canary"})
    order = RunOrder.objects.get(run=run)
    assert run.public_id in order.job
    assert b"hunter2" not in bytes(order.secrets)
    assert "hunter2" not in order.job


def test_whoever_holds_fewest_slots_goes_first(time, home):
    other = factories.organisation("Other")
    for _ in range(3):
        scan_run(home)
    time.advance(60)
    late = scan_run(other)
    first = services.claim_next(WORKER)
    assert first.organisation_id == home.pk
    assert services.claim_next(WORKER).pk == late.pk


def test_stopped_and_suspended_organisations_wait(home):
    home.paused = True
    home.save()
    scan_run(home)
    assert services.claim_next(WORKER) is None
    short = services.submit(organisation=home, job=reach_job())
    assert services.claim_next(WORKER).pk == short.pk, "a stop of scans does not stop a look at reachability"
    home.suspended = True
    home.save()
    services.submit(organisation=home, job=reach_job())
    assert services.claim_next(WORKER) is None


def test_a_heartbeat_prolongs_and_an_expired_lease_is_stale(time, home):
    run = scan_run(home)
    services.claim_next(WORKER)
    time.advance(LEASE_S - 1)
    assert not services.heartbeat(run.public_id, 1).stale
    time.advance(LEASE_S - 1)
    assert not services.heartbeat(run.public_id, 1).stale
    time.advance(LEASE_S + 1)
    assert services.heartbeat(run.public_id, 1).stale


def test_an_older_epoch_is_stale(home):
    run = scan_run(home)
    services.claim_next(WORKER)
    services.requeue(services.lock(run.public_id), behind=False)
    services.claim_next(WORKER)
    assert services.heartbeat(run.public_id, 1).stale
    assert not services.heartbeat(run.public_id, 2).stale


def test_the_word_of_control_is_heard_and_cancel_outranks(home):
    run = scan_run(home)
    claimed = services.claim_next(WORKER)
    services.say(claimed, "pause")
    assert services.heartbeat(run.public_id, 1).control == "pause"
    services.say(claimed, "cancel")
    services.say(claimed, "pause")
    assert services.heartbeat(run.public_id, 1).control == "cancel"


class TestYield:
    """With all slots taken, a scan of somebody else gets one within a minute."""

    def claimed(self, home, count=1):
        return [scan_run(home) and services.claim_next(WORKER) for _ in range(count)]

    def beat(self, run):
        return services.heartbeat(run.public_id, run.epoch).control

    def later(self, time, seconds, *runs):
        """Lets time pass while workers keep their leases; what they heard at last."""
        words = []
        for step in [5.0] * int(seconds // 5):
            time.advance(step)
            words = [self.beat(run) for run in runs]
        return words

    def test_a_long_run_yields_to_another_tenant(self, time, home):
        (run,) = self.claimed(home)
        self.later(time, 60, run)
        scan_run(factories.organisation("Other"))
        assert self.later(time, YIELD_AFTER_S - 5, run) == [""]
        assert self.later(time, 10, run) == ["yield"]

    def test_but_not_before_its_turn_lasted_a_while(self, time, home):
        (run,) = self.claimed(home)
        scan_run(factories.organisation("Other"))
        assert self.later(time, MIN_TURN_S - 5, run) == [""]
        assert self.later(time, 5, run) == ["yield"], "and so nobody waits for a minute"

    def test_not_to_the_same_tenant(self, time, home):
        (run,) = self.claimed(home)
        scan_run(home)
        assert self.later(time, 100, run) == [""]

    def test_no_more_yield_than_wait(self, time, home):
        first, second = self.claimed(home, 2)
        scan_run(factories.organisation("Other"))
        assert sorted(self.later(time, 100, second, first)) == ["", "yield"]

    @pytest.mark.parametrize("flag", ["paused", "suspended"])
    def test_a_stopped_tenant_takes_nobodys_slot(self, time, home, flag):
        (run,) = self.claimed(home)
        other = factories.organisation("Other")
        scan_run(other)
        setattr(other, flag, True)
        other.save()
        assert self.later(time, 100, run) == [""]

    def test_the_yielding_run_queues_behind(self, time, home):
        (run,) = self.claimed(home)
        waiting = scan_run(factories.organisation("Other"))
        assert self.later(time, 50, run) == ["yield"]
        services.requeue(services.lock(run.public_id), behind=True)
        assert services.claim_next(WORKER).pk == waiting.pk


def test_expired_leases_are_listed(time, home):
    run = scan_run(home)
    services.claim_next(WORKER)
    assert services.expired() == []
    time.advance(LEASE_S + 1)
    assert services.expired() == [run.public_id]


def test_three_fruitless_epochs_are_too_many():
    run = Run(last_batch=0)
    assert [services.note_fruitless(run, crashed=False) for _ in range(MAX_FRUITLESS)][-1]


def test_an_epoch_with_work_in_it_starts_the_count_anew():
    run = Run(last_batch=0)
    services.note_fruitless(run, crashed=False)
    run.last_batch = 5
    assert not services.note_fruitless(run, crashed=False)
    assert run.fruitless == 0


def test_crashing_over_and_over_ends_too_even_when_each_time_a_little_was_committed():
    run = Run(last_batch=9)
    assert [services.note_fruitless(run, crashed=True) for _ in range(MAX_CRASHES)][-2:] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_waiting_for_a_short_job(home):
    run = services.submit(organisation=home, job=reach_job())
    assert services.wait(run, timeout_s=0) is None
    order = RunOrder.objects.get(run=run)
    order.events = '[{"kind": "scan_finished", "verdict": "clean", "at": 1.0}]'
    order.save()
    services.close(run, ending="finished")
    (event,) = services.wait(run, timeout_s=0)
    assert isinstance(event, ScanFinished)


def test_leases_of_processes_that_are_no_more_end_at_once(time, home):
    dead, living, elsewhere = (scan_run(home) for _ in range(3))
    for run, name in ((dead, "here:7"), (living, "here:8:short"), (elsewhere, "there:7")):
        assert services.claim_next(Worker(name=name)).pk == run.pk
    assert services.expire_dead("here", lambda pid: pid == 8) == 1
    assert services.expired() == [dead.public_id]


def test_workers_are_noted_and_forgotten(time):
    services.heard_of(WORKER, slots=2, version="1")
    services.heard_of(WORKER, slots=9, version="1")
    assert WorkerNode.objects.get().slots == 2, "written at most every few seconds"
    time.advance(20)
    services.heard_of(WORKER, slots=3, version="1")
    assert queries.workers().get().slots == 3
    time.advance(60)
    assert not queries.workers().exists()
    time.advance(86_400)
    services.forget_workers()
    assert not WorkerNode.objects.exists()


def discover_run(home):
    (run,) = services.open_runs(organisation=home, kinds=[("discover", False)])
    return run


class TestDiscoveries:
    """They take what scans leave."""

    def test_scans_that_came_later_go_first(self, time, home):
        discover_run(home)
        time.advance(60)
        scan = scan_run(home)
        assert services.claim_next(WORKER).pk == scan.pk
        assert services.claim_next(WORKER).kind == "discover"

    def test_an_organisation_has_one_at_work(self, home):
        discover_run(home)
        discover_run(home)
        other = discover_run(factories.organisation("Other"))
        first = services.claim_next(WORKER)
        assert services.claim_next(WORKER).pk == other.pk
        assert services.claim_next(WORKER) is None
        services.close(services.lock(first.public_id), ending="finished")
        assert services.claim_next(WORKER).organisation == home

    def beats(self, time, run, seconds):
        for _ in range(int(seconds // 5)):
            time.advance(5)
            word = services.heartbeat(run.public_id, run.epoch).control
        return word

    def test_one_gives_its_slot_to_any_scan_within_seconds(self, time, home):
        discover_run(home)
        run = services.claim_next(WORKER)
        assert self.beats(time, run, 60) == ""
        scan_run(home)
        assert self.beats(time, run, DISCOVER_YIELDS_S) == "yield"
        services.requeue(services.lock(run.public_id), behind=True)
        assert services.claim_next(WORKER).kind == "scan"

    def test_it_leaves_its_slot_when_everything_is_stopped(self, time, home):
        discover_run(home)
        run = services.claim_next(WORKER)
        home.paused = True
        home.save()
        assert self.beats(time, run, 5) == "yield"
        services.requeue(services.lock(run.public_id), behind=True)
        assert services.claim_next(WORKER) is None

    def test_scans_without_end_do_not_starve_it(self, time, home):
        run = discover_run(home)
        time.advance(DISCOVER_AGES_S - 1)
        assert services.age() == 0
        time.advance(1)
        assert services.age() == 1
        scan_run(home)
        mine = services.claim_next(WORKER)
        assert mine.pk == run.pk
        assert self.beats(time, mine, MIN_TURN_S - 5) == ""
        assert self.beats(time, mine, 5) == "yield"
        services.requeue(services.lock(mine.public_id), behind=True)
        assert services.claim_next(WORKER).kind == "scan", "for one turn only"

    def test_scans_are_not_asked_to_yield_to_it(self, time, home):
        scan_run(home)
        run = services.claim_next(WORKER)
        discover_run(factories.organisation("Other"))
        assert self.beats(time, run, 100) == ""


def test_only_the_next_batch_of_the_lease_is_admitted(home):
    run = scan_run(home)
    services.claim_next(WORKER)
    answers = [services.admit(run.public_id, Batch(*place)) for place in ((1, 1), (1, 2), (1, 0), (2, 1))]
    assert [(row is not None, answer.stale) for row, answer in answers] == [
        (True, False),
        (False, True),
        (False, False),
        (False, True),
    ]
    assert services.admit("2" * 12, Batch(1, 1))[1].stale


def test_what_a_run_is_for(home):
    assert services.kind_of(scan_run(home).public_id) == "scan"
    assert services.kind_of("2" * 12) == ""
