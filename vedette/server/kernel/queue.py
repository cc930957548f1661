"""The one queue port: a job is a row in the caller's transaction, so it exists exactly if that committed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vedette.server.kernel import clock
from vedette.server.kernel.models import QueuedJob


def enqueue(name: str, *, key: str = "", payload: dict[str, Any] | None = None, run_at: datetime | None = None) -> None:
    """Asks for a job of `vedette.server.jobs`. With a key, a job of that name and key which still waits is kept, and its
    time brought forward when `run_at` is earlier."""
    when = run_at or clock.now()
    if not key:
        QueuedJob.objects.create(name=name, payload=payload or {}, run_at=when)
        return
    job, made = QueuedJob.objects.get_or_create(
        name=name, key=key, state="ready", defaults={"payload": payload or {}, "run_at": when}
    )
    if not made and when < job.run_at:
        QueuedJob.objects.filter(pk=job.pk, state="ready").update(run_at=when)
