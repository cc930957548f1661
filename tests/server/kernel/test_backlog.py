"""Figures about the queue."""

from datetime import UTC, datetime, timedelta

import pytest

from vedette.server.kernel import backlog, clock
from vedette.server.kernel.models import QueuedJob
from vedette.server.kernel.queue import enqueue

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_empty_queue():
    assert backlog.oldest_due_s() == 0.0
    assert backlog.counts() == {"ready": 0, "failed": 0}


def test_the_oldest_due_job_counts_and_what_is_not_due_does_not():
    with clock.frozen(NOW):
        enqueue("later", run_at=NOW + timedelta(hours=1))
        assert backlog.oldest_due_s() == 0.0
        enqueue("now", run_at=NOW - timedelta(seconds=40))
        enqueue("now", run_at=NOW - timedelta(seconds=90))
        QueuedJob.objects.create(name="x", state="done", run_at=NOW - timedelta(hours=1))
        assert backlog.oldest_due_s() == 90.0
        assert backlog.counts() == {"ready": 3, "failed": 0, "done": 1}
