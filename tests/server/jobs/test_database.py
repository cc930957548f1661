"""The driver: due jobs are leased, worked off once, tried again with pauses, and given up at last."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q

from vedette.server.jobs import database
from vedette.server.jobs.registry import HANDLERS
from vedette.server.kernel import clock
from vedette.server.kernel.models import QueuedJob
from vedette.server.kernel.queue import enqueue

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def now():
    with clock.frozen(NOW) as frozen:
        yield frozen


@pytest.fixture
def done(monkeypatch):
    """What the job `note` was called with."""
    calls = []
    monkeypatch.setitem(HANDLERS, "note", calls.append)
    return calls


@pytest.fixture
def failing(monkeypatch):
    """A job `fail` that fails as long as the list holds errors."""
    errors = []

    def fail(payload):
        if errors:
            raise errors.pop(0)

    monkeypatch.setitem(HANDLERS, "fail", fail)
    return errors


def states():
    return list(QueuedJob.objects.order_by("id").values_list("state", flat=True))


def test_due_jobs_are_done_in_the_order_of_their_time(now, done):
    enqueue("note", payload={"n": 2}, run_at=NOW - timedelta(seconds=1))
    enqueue("note", payload={"n": 1}, run_at=NOW - timedelta(seconds=2))
    enqueue("note", payload={"n": 3}, run_at=NOW + timedelta(seconds=1))
    assert database.work_off("me") == 2
    assert done == [{"n": 1}, {"n": 2}]
    assert states() == ["done", "done", "ready"]
    now.advance(1)
    assert database.work_off("me") == 1


def test_no_more_than_the_limit_is_tried(done):
    for _ in range(3):
        enqueue("note")
    assert database.work_off("me", limit=2) == 2
    assert states() == ["done", "done", "ready"]


def test_no_job_begins_once_the_time_is_over_but_one_always_does(done):
    for _ in range(3):
        enqueue("note")
    assert database.work_off("me", budget_s=0) == 1
    assert states() == ["done", "ready", "ready"]


def test_some_names_may_be_left_out(done):
    enqueue("note")
    assert database.work_off("me", besides=("note",)) == 0
    assert states() == ["ready"]


def test_a_failure_is_tried_again_with_growing_pauses_then_given_up(now, failing, caplog):
    failing += [ValueError(f"fault {number}") for number in range(9)]
    enqueue("fail")
    for pause in database.RETRY_S:
        assert database.work_off("me") == 1
        job = QueuedJob.objects.get()
        assert (job.state, job.run_at - clock.now()) == ("ready", timedelta(seconds=pause))
        assert database.work_off("me") == 0
        now.advance(pause)
    assert database.work_off("me") == 1
    job = QueuedJob.objects.get()
    assert (job.state, job.error, job.attempts) == ("failed", "ValueError: fault 5", database.ATTEMPTS)
    now.advance(10_000)
    assert database.work_off("me") == 0
    assert "attempt 6" in caplog.text


def test_one_that_fails_does_not_stop_the_others(done, failing):
    failing.append(KeyError("x"))
    enqueue("fail")
    enqueue("note")
    assert database.work_off("me") == 2
    assert done == [{}]
    assert states() == ["ready", "done"]


def test_a_name_that_nobody_knows_fails_loudly(caplog):
    enqueue("no.such.job")
    database.work_off("me")
    assert "no job is named no.such.job" in QueuedJob.objects.get().error
    assert "no.such.job" in caplog.text


def test_a_lease_that_ran_out_passes_to_the_next(now, done):
    enqueue("note")
    taken = database.lease("first", Q())
    assert database.work_off("second") == 0
    now.advance(database.LEASE.total_seconds())
    assert database.work_off("second") == 1
    # The first comes back too late: what it says counts no more.
    database._again(taken, "late")
    assert states() == ["done"]
    assert QueuedJob.objects.get().owner == "second"


def test_of_two_who_saw_the_same_job_one_gets_it(now):
    enqueue("note")
    seen = QueuedJob.objects.get()
    assert database._take(seen, "first", clock.now())
    assert not database._take(seen, "second", clock.now())
    assert QueuedJob.objects.get().owner == "first"


def test_one_that_another_was_faster_to_take_is_passed_over(now, done, monkeypatch):
    enqueue("note", payload={"n": 1})
    enqueue("note", payload={"n": 2})
    take = database._take

    def outrun(job, owner, at):
        if job.payload["n"] == 1:
            take(job, "faster", at)
        return take(job, owner, at)

    monkeypatch.setattr(database, "_take", outrun)
    assert database.work_off("me") == 1
    assert done == [{"n": 2}]


def test_jobs_of_processes_that_are_no_more_are_due_at_once(now, done):
    for owner in ("here:7", "here:8", "there:7"):
        enqueue("note", payload={"of": owner})
        assert database.lease(owner, Q()) is not None
    assert database.expire_dead("here", lambda pid: pid == 8) == 1
    assert database.work_off("me") == 1
    assert done == [{"of": "here:7"}]


def test_a_job_whose_workers_die_is_given_up_at_last(now, done):
    enqueue("note")
    for _ in range(database.ATTEMPTS):
        assert database.lease("doomed", Q()) is not None
        now.advance(database.LEASE.total_seconds())
    assert database.work_off("me") == 1
    assert done == []
    assert states() == ["failed"]


def test_asked_for_again_while_it_runs_it_runs_again(monkeypatch):
    ran = []

    def once_more(payload):
        ran.append(payload)
        if len(ran) == 1:
            enqueue("again", key="k", payload={"second": True})

    monkeypatch.setitem(HANDLERS, "again", once_more)
    enqueue("again", key="k")
    assert database.work_off("me") == 2
    assert ran == [{}, {"second": True}]


def test_a_failed_job_makes_way_for_one_that_waits_already(now, monkeypatch):
    def ask_and_fail(payload):
        enqueue("ask", key="k")
        raise ValueError("this time")

    monkeypatch.setitem(HANDLERS, "ask", ask_and_fail)
    enqueue("ask", key="k")
    assert database.work_off("me", limit=1) == 1
    assert states() == ["failed", "ready"]


def test_what_was_done_is_forgotten_a_day_later_and_what_failed_a_month_later(now, done):
    enqueue("note")
    database.work_off("me")
    QueuedJob.objects.create(name="x", state="failed", finished_at=NOW)
    enqueue("note", run_at=NOW + timedelta(days=90))
    now.advance(86_400 + 1)
    database.forget_done()
    assert states() == ["failed", "ready"]
    now.advance(30 * 86_400)
    database.forget_done()
    assert states() == ["ready"]


def test_statistics_are_renewed_where_the_database_does_not_see_to_it():
    asked = []

    def note(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        database.renew_statistics()
    assert asked == (["PRAGMA optimize"] if connection.vendor == "sqlite" else [])
