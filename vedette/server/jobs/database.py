"""The driver that needs nothing but the database: due rows are leased, worked off, and tried again when they fail."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from vedette.server.jobs.registry import HANDLERS
from vedette.server.kernel import clock
from vedette.server.kernel.models import QueuedJob

LEASE = timedelta(seconds=300)
RETRY_S = (5, 30, 120, 600, 3600)
ATTEMPTS = len(RETRY_S) + 1
KEEP = timedelta(days=1)
KEEP_FAILED = timedelta(days=30)

_log = logging.getLogger(__name__)


def work_off(owner: str, *, limit: int = 20, besides: Collection[str] = (), budget_s: float = float("inf")) -> int:
    """Runs due jobs, at most `limit`, `besides` those of some names; begins none after so many seconds. Returns how
    many were tried."""
    deadline = time.monotonic() + budget_s
    tried = 0
    while tried < limit and (not tried or time.monotonic() < deadline):
        job = lease(owner, ~Q(name__in=besides))
        if job is None:
            break
        tried += 1
        run(job)
    return tried


def lease(owner: str, which: Q) -> QueuedJob | None:
    """Takes the next due job of `which` that nobody else was faster to take; whoever has it runs it."""
    now = clock.now()
    while (job := QueuedJob.objects.filter(_due(now), which).order_by("run_at", "id").first()) is not None:
        if _take(job, owner, now):
            job.refresh_from_db()
            return job
    return None


def _due(now: datetime) -> Q:
    return Q(state="ready", run_at__lte=now) | Q(state="running", lease_until__lte=now)


def _take(job: QueuedJob, owner: str, now: datetime) -> bool:
    """Whether the job, as it was seen, could be had."""
    # A running job is no longer `ready`: what is asked for from now on is a job of its own, so nothing is missed.
    mine = QueuedJob.objects.filter(_due(now), pk=job.pk, attempts=job.attempts)
    return bool(mine.update(state="running", owner=owner, lease_until=now + LEASE, attempts=job.attempts + 1))


def run(job: QueuedJob) -> None:
    """Does the work of a leased job, and notes how that ended."""
    if job.attempts > ATTEMPTS:
        _again(job, "its workers ended before it did, over and over")
        return
    handler = HANDLERS.get(job.name)
    try:
        if handler is None:
            raise LookupError(f"no job is named {job.name}")
        handler(job.payload)
    except Exception as error:  # noqa: BLE001 - the border of all jobs: one that fails must not stop the others
        _log.exception("job %s (%s) failed, attempt %d", job.name, job.key, job.attempts)
        _again(job, f"{type(error).__name__}: {error}"[:500])
        return
    _held(job).update(state="done", finished_at=clock.now(), lease_until=None, error="")


def _held(job: QueuedJob) -> QuerySet[QueuedJob]:
    """The job's row, unless its lease ran out and somebody else has it: the attempt is theirs then."""
    return QueuedJob.objects.filter(pk=job.pk, state="running", owner=job.owner, attempts=job.attempts)


def _again(job: QueuedJob, error: str) -> None:
    given_up = job.attempts >= ATTEMPTS
    with transaction.atomic():
        if given_up or _replaced(job):
            _held(job).update(state="failed", finished_at=clock.now(), lease_until=None, error=error)
            return
        later = clock.now() + timedelta(seconds=RETRY_S[job.attempts - 1])
        _held(job).update(state="ready", run_at=later, lease_until=None, error=error)


def _replaced(job: QueuedJob) -> bool:
    """Whether another waiting job of the same name and key does the same work."""
    same = QueuedJob.objects.filter(name=job.name, key=job.key, state="ready").exclude(pk=job.pk)
    return bool(job.key) and same.exists()


def expire_dead(host: str, alive: Callable[[int], bool]) -> int:
    """Ends the leases of processes of this host that are no more: their jobs are due again. Owners are `host:pid`.
    Returns how many there were."""
    ended = 0
    for job in QueuedJob.objects.filter(state="running", owner__startswith=f"{host}:").only("pk", "owner", "attempts"):
        pid = job.owner.removeprefix(f"{host}:")
        if pid.isdigit() and not alive(int(pid)):
            ended += _held(job).update(lease_until=clock.now())
    return ended


def forget_done() -> None:
    """Drops jobs that were done a day ago, and those that failed for good a month ago."""
    now = clock.now()
    QueuedJob.objects.filter(state="done", finished_at__lt=now - KEEP).delete()
    QueuedJob.objects.filter(state="failed", finished_at__lt=now - KEEP_FAILED).delete()


def renew_statistics() -> None:
    """Has SQLite look again at what its tables hold where that has changed much; PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
