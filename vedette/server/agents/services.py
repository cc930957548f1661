"""Leases: submit, claim, heartbeat, give back. Every write of a lease carries its epoch, so that a worker that was
given up cannot overwrite its successor."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from vedette.contract import wire
from vedette.contract.batch import Batch
from vedette.contract.claim import LEASE_S, Answer, Worker
from vedette.contract.events import Event
from vedette.contract.job import Job
from vedette.server.agents.models import Run, RunOrder, WorkerNode
from vedette.server.agents.rules import (
    DISCOVER,
    DISCOVER_AGES_S,
    DISCOVER_PRIORITY,
    DISCOVER_YIELDS_S,
    LONG_KINDS,
    MAX_CRASHES,
    MAX_FRUITLESS,
    MIN_TURN_S,
    POOL,
    SCAN_PRIORITY,
    SLOT_KINDS,
    YIELD_AFTER_S,
    pool_of,
    priority_of,
)
from vedette.server.kernel import clock, unique
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.models import Organisation

WAIT_S = 10.0
POLL_S = 0.05
SEEN_EVERY_S = 10
_LEASE = timedelta(seconds=LEASE_S)


def submit(
    *,
    organisation: Organisation,
    job: Job,
    secrets: Mapping[str, str] | None = None,
    subject: str = "",
    asked_by: str = "",
    pool: str = POOL,
) -> Run:
    """Queues a short job; its id becomes the run's. What it is about stands in `subject`."""
    run = Run(organisation=organisation, kind=job.kind.value, pool=pool_of(job.kind.value, pool), priority=0)
    order = RunOrder(
        run=run,
        job=wire.dumps(dataclasses.replace(job, id=run.public_id)),
        subject=subject,
        asked_by=asked_by,
        secrets=tenancy.seal(
            organisation, json.dumps(dict(secrets or {})), table="run_order", public_id=run.public_id, column="secrets"
        ),
    )
    with transaction.atomic():
        run.save()
        order.run = run
        order.save()
    return run


def wait(run: Run, *, timeout_s: float = WAIT_S) -> list[Event] | None:
    """The events of a short job once it is done; None when no worker answered in time. Never call this within a
    transaction: nothing another process writes would be seen."""
    deadline = time.monotonic() + timeout_s
    while not Run.objects.filter(pk=run.pk, state="done").exists():
        if time.monotonic() > deadline:
            return None
        time.sleep(POLL_S)
    return events_of(run)


def events_of(run: Run) -> list[Event]:
    """What a short job has said so far."""
    text = RunOrder.objects.filter(run=run).values_list("events", flat=True).first()
    return [wire.load_event(raw) for raw in json.loads(text or "[]")]


def open_runs(*, organisation: Organisation, kinds: Sequence[tuple[str, bool]], pool: str = POOL) -> list[Run]:
    """Runs of scans or discoveries, each of a kind and whether it is held, saved in the caller's transaction. One that
    is held waits until it is made ready."""
    return Run.objects.bulk_create(
        Run(
            organisation=organisation,
            kind=kind,
            pool=pool_of(kind, pool),
            priority=priority_of(kind),
            state="held" if held else "waiting",
        )
        for kind, held in kinds
    )


def claim_next(worker: Worker) -> Run | None:
    """Leases the next run for this worker; None when there is none or another one was faster.

    Short jobs go first, then whoever holds fewest slots in the pool, then whoever waits longest.
    """
    run = _claimable(worker).first()
    if run is None:
        return None
    now = clock.now()
    taken = Run.objects.filter(pk=run.pk, state="waiting", epoch=run.epoch).update(
        state="claimed",
        epoch=run.epoch + 1,
        worker=worker.name,
        lease_until=now + _LEASE,
        claimed_at=now,
        last_batch=0,
        control="",
        ticket="",
        ticket_at=None,
    )
    if not taken:
        return None
    run.refresh_from_db()
    return run


def _claimable(worker: Worker) -> QuerySet[Run]:
    held = (
        Run.objects.filter(organisation=OuterRef("organisation"), state="claimed", kind__in=SLOT_KINDS)
        .order_by()
        .values("organisation")
        .annotate(n=Count("pk"))
        .values("n")
    )
    busy = Coalesce(Subquery(held, output_field=IntegerField()), Value(0))
    # One at a time: discoveries of many domains must not hold all slots.
    discovering = Run.objects.filter(organisation=OuterRef("organisation"), state="claimed", kind=DISCOVER)
    waiting = Run.objects.filter(pool__in=worker.pools, state="waiting", organisation__suspended=False)
    return (
        waiting.filter(Q(organisation__paused=False) | ~Q(kind__in=SLOT_KINDS))
        .exclude(Q(kind=DISCOVER) & Exists(discovering))
        .annotate(busy=busy)
        .order_by("priority", "busy", "waiting_since", "id")
    )


def lock(public_id: str, *, wait: bool = True) -> Run | None:
    """The run, its row locked until the caller's transaction ends. Without `wait` None also when somebody has it."""
    rows = Run.objects.select_for_update(of=("self",), no_key=True, skip_locked=not wait)
    return unique.find(rows.filter(public_id=public_id))


def kind_of(public_id: str) -> str:
    """What a run is for; empty for one that is not there."""
    return Run.objects.filter(public_id=public_id).values_list("kind", flat=True).first() or ""


def holds(run: Run, epoch: int) -> bool:
    """Whether that epoch's lease is in force."""
    return (
        run.epoch == epoch and run.state == "claimed" and run.lease_until is not None and run.lease_until > clock.now()
    )


def heartbeat(public_id: str, epoch: int) -> Answer:
    """Prolongs the lease and hands over the word of control, and a code that was handed in. Writes one narrow row."""
    now = clock.now()
    kept = Run.objects.filter(public_id=public_id, epoch=epoch, state="claimed", lease_until__gt=now)
    if not kept.update(lease_until=now + _LEASE):
        return Answer(stale=True)
    run = Run.objects.select_related("organisation").get(public_id=public_id)
    if run.code:
        return Answer(control=run.control, code=_passed_on(run))
    if not run.control and _must_yield(run):
        Run.objects.filter(pk=run.pk, epoch=epoch, control="").update(control="yield")
        return Answer(control="yield")
    return Answer(control=run.control)


def hand_in(run: Run, code: str) -> None:
    """Keeps a one-time code for the worker that holds the run; a later one takes its place."""
    sealed = tenancy.seal(run.organisation, code, table="run", public_id=run.public_id, column="code")
    Run.objects.filter(pk=run.pk, state="claimed").update(code=sealed)


def take_back(runs: QuerySet[Run]) -> None:
    """Has the workers that hold these runs give them back, in the caller's transaction: whoever goes on is told anew
    what the job is. A word that was said before stays."""
    runs.filter(state="claimed", control="").update(control="yield")


def _passed_on(run: Run) -> str:
    """The code, if nobody else passed it on in the meantime."""
    sealed = bytes(run.code)
    if not Run.objects.filter(pk=run.pk, code=sealed).update(code=b""):
        return ""
    return tenancy.unseal(run.organisation, sealed, table="run", public_id=run.public_id, column="code").decode()


def _must_yield(run: Run) -> bool:
    """Whether this run is the one to make room: the longest held among those whose organisation is not the one that
    waits, as many of them as have waited too long."""
    if run.kind == DISCOVER:
        return _discovery_must_yield(run)
    if run.kind not in LONG_KINDS:
        return False
    since = clock.now() - timedelta(seconds=YIELD_AFTER_S)
    waiting = Run.objects.filter(
        pool=run.pool,
        state="waiting",
        kind__in=LONG_KINDS,
        waiting_since__lte=since,
        organisation__paused=False,
        organisation__suspended=False,
    ).exclude(organisation=run.organisation_id)
    wanted = waiting.count()
    if not wanted:
        return False
    held = Run.objects.filter(pool=run.pool, state="claimed", kind__in=LONG_KINDS)
    already = held.filter(control__in=("yield", "pause", "cancel")).count()
    if already >= wanted:
        return False
    turn = clock.now() - timedelta(seconds=MIN_TURN_S)
    ripe = held.filter(control="", claimed_at__lte=turn).order_by("claimed_at", "id")[: wanted - already]
    return run.pk in {row.pk for row in ripe}


def _discovery_must_yield(run: Run) -> bool:
    """Whether a scan waits for the slot of this discovery, or everything of its organisation was stopped. One that has
    aged keeps it for a turn."""
    if run.organisation.paused:
        return True
    now = clock.now()
    aged = run.priority < DISCOVER_PRIORITY
    if aged and run.claimed_at is not None and run.claimed_at > now - timedelta(seconds=MIN_TURN_S):
        return False
    waiting = Run.objects.filter(
        pool=run.pool,
        state="waiting",
        kind__in=LONG_KINDS,
        waiting_since__lte=now - timedelta(seconds=DISCOVER_YIELDS_S),
        organisation__paused=False,
        organisation__suspended=False,
    )
    return waiting.exists()


def age() -> int:
    """Moves discoveries that have waited too long up to where scans stand. Returns how many there were."""
    since = clock.now() - timedelta(seconds=DISCOVER_AGES_S)
    tired = Run.objects.filter(kind=DISCOVER, state="waiting", priority__gt=SCAN_PRIORITY, waiting_since__lte=since)
    return tired.update(priority=SCAN_PRIORITY)


def admit(run_id: str, batch: Batch) -> tuple[Run | None, Answer]:
    """The locked run when the batch is the next one of the epoch that holds the lease, else the answer."""
    run = lock(run_id)
    if run is None or not holds(run, batch.epoch):
        return None, Answer(stale=True)
    if batch.batch == run.last_batch:
        return None, Answer(control=run.control)
    if batch.batch != run.last_batch + 1:
        return None, Answer(stale=True)
    return run, Answer(control=run.control)


def accept(run: Run, *, batch: int, events: int) -> None:
    """Notes a committed batch on the locked row; a commit is as good as a heartbeat."""
    run.last_batch = batch
    run.events += events
    run.fruitless = 0
    run.lease_until = clock.now() + _LEASE
    names = ("last_batch", "events", "fruitless", "lease_until", "crashes")
    Run.objects.filter(pk=run.pk).update(**{name: getattr(run, name) for name in names})


def requeue(run: Run, *, behind: bool) -> None:
    """Lets the run wait for its next slice; `behind` those that wait already."""
    run.state, run.worker, run.lease_until, run.control = "waiting", "", None, ""
    if behind or run.claimed_at is None:
        run.waiting_since = clock.now()
    names = ["state", "worker", "lease_until", "control", "waiting_since", "fruitless", "crashes"]
    if run.kind == DISCOVER:
        run.priority = priority_of(run.kind)
        names.append("priority")
    run.save(update_fields=names)


def hold(run: Run) -> None:
    """Nobody may claim it until it is made ready again."""
    run.state, run.worker, run.lease_until, run.control = "held", "", None, ""
    run.save(update_fields=("state", "worker", "lease_until", "control"))


def ready(run: Run) -> None:
    """A held run may be claimed again."""
    run.state, run.waiting_since, run.control = "waiting", clock.now(), ""
    run.save(update_fields=("state", "waiting_since", "control"))


def close(run: Run, *, ending: str, detail: str = "") -> None:
    """The run is over."""
    run.state, run.worker, run.lease_until, run.control = "done", "", None, ""
    run.ending, run.detail, run.finished_at = ending, detail[:2000], clock.now()
    run.save(update_fields=("state", "worker", "lease_until", "control", "ending", "detail", "finished_at"))


def say(run: Run, word: str) -> None:
    """Leaves a word for whoever holds the locked run; `cancel` outranks what was said before."""
    if run.control != "cancel":
        run.control = word
        run.save(update_fields=("control",))


def note_fruitless(run: Run, *, crashed: bool) -> bool:
    """Counts an epoch that ended badly. Whether it was one too many: three in a row without a committed batch, or a
    crash over and over in the same phase."""
    run.fruitless = 0 if run.last_batch else run.fruitless + 1
    run.crashes += crashed
    return run.fruitless >= MAX_FRUITLESS or run.crashes >= MAX_CRASHES


def expired() -> list[str]:
    """Public ids of claimed runs whose lease ran out, oldest first."""
    rows = Run.objects.filter(state="claimed", lease_until__lte=clock.now()).order_by("lease_until")
    return list(rows.values_list("public_id", flat=True)[:100])


def expire_dead(host: str, alive: Callable[[int], bool]) -> int:
    """Ends the leases of worker processes of this host that are no more, so that nobody waits for them to run out.
    Worker names are `host:pid`, with anything after another colon. Returns how many leases there were."""
    ended = 0
    for row in Run.objects.filter(state="claimed", worker__startswith=f"{host}:").only("pk", "epoch", "worker"):
        pid = row.worker.removeprefix(f"{host}:").partition(":")[0]
        if pid.isdigit() and not alive(int(pid)):
            same = Run.objects.filter(pk=row.pk, epoch=row.epoch, state="claimed")
            ended += same.update(lease_until=clock.now())
    return ended


def heard_of(worker: Worker, *, slots: int, version: str) -> None:
    """Notes a sign of life of a worker, at most every SEEN_EVERY_S seconds."""
    now = clock.now()
    recent = WorkerNode.objects.filter(name=worker.name, seen_at__gte=now - timedelta(seconds=SEEN_EVERY_S))
    if recent.exists():
        return
    WorkerNode.objects.update_or_create(
        name=worker.name,
        defaults={"pools": list(worker.pools), "slots": slots, "version": version, "seen_at": now},
        create_defaults={
            "pools": list(worker.pools),
            "slots": slots,
            "version": version,
            "seen_at": now,
            "started_at": now,
        },
    )


def forget_workers(*, older_than_s: int = 86_400) -> None:
    """Drops workers that were not heard of for a day."""
    WorkerNode.objects.filter(seen_at__lt=clock.now() - timedelta(seconds=older_than_s)).delete()
