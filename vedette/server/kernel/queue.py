"""The one queue port: a job is a row in the caller's transaction, so it exists exactly if that committed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection

from vedette.server.kernel import clock
from vedette.server.kernel.models import QueuedJob

_TRIES = 10
"""How often a job that waits may be taken away between being found and being held on to."""


def enqueue(name: str, *, key: str = "", payload: dict[str, Any] | None = None, run_at: datetime | None = None) -> None:
    """Asks for a job of `vedette.server.jobs`. With a key, one of that name and key which still waits is kept, and its
    time brought forward when `run_at` is earlier; one that runs already does not count."""
    when = run_at or clock.now()
    values = {"payload": payload or {}, "run_at": when}
    if not key:
        QueuedJob.objects.create(name=name, **values)
        return
    for attempt in range(1, _TRIES + 1):
        try:
            job, made = QueuedJob.objects.get_or_create(name=name, key=key, state="ready", defaults=values)
        except IntegrityError:
            # The one in our way was taken by a worker before we could read it.
            if attempt == _TRIES:
                raise
            continue
        if made or _kept_waiting(job, when):
            return
    QueuedJob.objects.create(name=name, **values)


def _kept_waiting(job: QueuedJob, when: datetime) -> bool:
    """Holds on to a waiting job until the caller's transaction ends, so that no worker takes it before it can see what
    the caller wrote. False when one was faster."""
    waiting = QueuedJob.objects.filter(pk=job.pk, state="ready")
    if when < job.run_at:
        return bool(waiting.update(run_at=when))
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(QueuedJob._meta.db_table)
        with connection.cursor() as cursor:
            # Shared: those who ask for the same job do not wait for each other.
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s AND state = 'ready' FOR SHARE", [job.pk])  # noqa: S608
            return cursor.fetchone() is not None
    # SQLite has one writer at a time; outside a transaction the row is as it was just read, or its worker began later.
    return waiting.exists()
