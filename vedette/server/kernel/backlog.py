"""Reads about queued jobs."""

from __future__ import annotations

from django.db.models import Count, Min

from vedette.server.kernel import clock
from vedette.server.kernel.models import QueuedJob

STUCK_S = 300


def oldest_due_s() -> float:
    """For how many seconds the oldest due job has been waiting; 0 when none is."""
    now = clock.now()
    oldest = QueuedJob.objects.filter(state="ready", run_at__lte=now).aggregate(at=Min("run_at"))["at"]
    return (now - oldest).total_seconds() if oldest else 0.0


def counts() -> dict[str, int]:
    """How many jobs are in each state."""
    rows = QueuedJob.objects.values_list("state").annotate(n=Count("id"))
    return {"ready": 0, "failed": 0, **dict(rows)}
