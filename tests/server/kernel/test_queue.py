"""The queue port: a job exists exactly if the transaction that asks for it commits, and once for each key."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from vedette.server.kernel import clock
from vedette.server.kernel.models import QueuedJob
from vedette.server.kernel.queue import enqueue

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def waiting():
    return list(QueuedJob.objects.order_by("id").values_list("name", "key", "payload"))


@pytest.mark.django_db
def test_without_a_key_every_call_is_a_job():
    enqueue("mail", payload={"to": 1})
    enqueue("mail", payload={"to": 2})
    assert waiting() == [("mail", "", {"to": 1}), ("mail", "", {"to": 2})]


@pytest.mark.django_db
def test_with_a_key_one_waits():
    enqueue("seal", key="a")
    enqueue("seal", key="a")
    enqueue("seal", key="b")
    enqueue("other", key="a")
    assert [(name, key) for name, key, _ in waiting()] == [("seal", "a"), ("seal", "b"), ("other", "a")]


@pytest.mark.django_db
def test_an_earlier_time_is_brought_forward_and_a_later_one_is_not():
    with clock.frozen(NOW):
        enqueue("seal", key="a", run_at=NOW + timedelta(hours=1))
        enqueue("seal", key="a", run_at=NOW + timedelta(hours=2))
        assert QueuedJob.objects.get().run_at == NOW + timedelta(hours=1)
        enqueue("seal", key="a")
        assert QueuedJob.objects.get().run_at == NOW


@pytest.mark.django_db
def test_a_running_job_does_not_count():
    enqueue("seal", key="a")
    QueuedJob.objects.update(state="running")
    enqueue("seal", key="a")
    assert sorted(QueuedJob.objects.values_list("state", flat=True)) == ["ready", "running"]


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_transaction_that_fails_was_never_asked_for():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("seal", key="a")
        raise ZeroDivisionError
    assert waiting() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_nobody_takes_a_waiting_job_before_the_caller_has_committed():
    enqueue("seal", key="a")
    taken = []

    def take():
        taken.append(QueuedJob.objects.filter(state="ready").update(state="running"))
        connection.close()

    worker = threading.Thread(target=take)
    with transaction.atomic():
        enqueue("seal", key="a")
        worker.start()
        worker.join(0.3)
        assert taken == []
    worker.join(60)
    assert taken == [1]


@pytest.mark.django_db
def test_a_job_that_is_taken_between_two_steps_is_asked_for_again(monkeypatch):
    enqueue("seal", key="a")
    found = QueuedJob.objects.get_or_create

    def and_taken(**given):
        job, made = found(**given)
        if not made:
            QueuedJob.objects.filter(pk=job.pk).update(state="running")
        return job, made

    monkeypatch.setattr(QueuedJob.objects, "get_or_create", and_taken)
    enqueue("seal", key="a")
    assert sorted(QueuedJob.objects.values_list("state", flat=True)) == ["ready", "running"]
