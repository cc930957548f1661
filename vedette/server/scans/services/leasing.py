"""The other words of a worker: claim, heartbeat, release; and the sweep that looks after those that fell silent."""

from __future__ import annotations

import json

from django.db import transaction

from vedette.contract import wire
from vedette.contract.claim import Answer, Grant, Worker
from vedette.contract.job import Job
from vedette.server.agents import kinds
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run, RunOrder
from vedette.server.agents.rules import LONG_KINDS, MAX_FRUITLESS
from vedette.server.findings.rules import clean
from vedette.server.kernel import clock
from vedette.server.kernel.sealing import SealError
from vedette.server.scans import queries, rules
from vedette.server.scans.models import Scan
from vedette.server.scans.services import blackouts, building, lifecycle, notes
from vedette.server.targets import ownership
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import system_actor

LOST = "worker lost three times"


def claim(worker: Worker) -> Grant | None:
    """The next run for a worker, leased; None when there is none."""
    recover()
    run = agents.claim_next(worker)
    if run is None or (run.kind in LONG_KINDS and blackouts.holds_back(run)):
        return None
    try:
        return _grant(run)
    except SealError as error:
        # A fault of this run alone: whoever claims goes on with the next.
        release(run.public_id, run.epoch, "refused", f"Its stored secrets cannot be opened: {error}.")
        return None


def _grant(run: Run) -> Grant:
    keeper = kinds.keeper_of(run.kind)
    if keeper is not None:
        return keeper.grant(run)
    return _scan_grant(run) if run.kind in LONG_KINDS else _short_grant(run)


def _scan_grant(run: Run) -> Grant:
    scan = Scan.objects.select_related("organisation", "target", "target__domain", "run").get(run=run)
    if scan.status in ("queued", "resuming"):
        Scan.objects.filter(pk=scan.pk, status__in=("queued", "resuming")).update(
            status="started", started_at=scan.started_at or clock.now(), changed_at=clock.now()
        )
    return building.grant_of(scan, run)


def _short_grant(run: Run) -> Grant:
    order = RunOrder.objects.get(run=run)
    text = tenancy.unseal(
        run.organisation, bytes(order.secrets), table="run_order", public_id=run.public_id, column="secrets"
    )
    return Grant(run=run.public_id, epoch=run.epoch, job=wire.loads(Job, order.job), secrets=json.loads(text))


def heartbeat(run_id: str, epoch: int) -> Answer:
    """Prolongs a lease and hands over the word of control."""
    return agents.heartbeat(run_id, epoch)


def release(run_id: str, epoch: int, ending: str, detail: str = "") -> Answer:
    """Gives a lease back; what becomes of the run follows from how the slice ended."""
    detail = clean(detail)
    with transaction.atomic():
        run = agents.lock(run_id)
        if run is None or run.epoch != epoch or run.state != "claimed":
            return Answer(stale=True)
        keeper = kinds.keeper_of(run.kind)
        if keeper is not None:
            keeper.release(run, ending, detail)
        elif run.kind in LONG_KINDS:
            scan = Scan.objects.select_related("target", "organisation", "live").get(run=run)
            scan.run = run
            _end_slice(scan, run, ending, detail)
        else:
            _close_short(run, ending, detail)
        return Answer()


def _close_short(run: Run, ending: str, detail: str) -> None:
    agents.close(run, ending=ending, detail=detail)
    RunOrder.objects.filter(run=run).update(secrets=b"")
    if ending != "finished":
        order = RunOrder.objects.get(run=run)
        ownership.note_unchecked(subject=order.subject, reason=detail or "The check was interrupted.")


def _end_slice(scan: Scan, run: Run, ending: str, detail: str) -> None:
    if run.claimed_at is not None:
        scan.duration += max(0.0, (clock.now() - run.claimed_at).total_seconds())
    if ending == "refused":
        lifecycle.close(scan, run, status="failed", ending=ending, failure=detail or "The job was refused.")
    elif scan.verdict:
        # Its last batch is stored: however the slice left after that, nothing is to be done again.
        _complete(scan, run)
    elif run.control == "cancel" or ending == "cancel":
        lifecycle.close(scan, run, status="canceled", ending="cancel")
    elif run.control == "pause" or ending == "pause":
        _pause(scan, run)
    elif ending in ("crashed", "finished"):
        _crashed(scan, run, detail)
    else:
        scan.save(update_fields=("duration",))
        agents.requeue(run, behind=ending in ("time", "yield"))


def _pause(scan: Scan, run: Run) -> None:
    agents.hold(run)
    scan.status, scan.paused_at, scan.changed_at = "paused", clock.now(), clock.now()
    scan.save(update_fields=("status", "paused_at", "changed_at", "duration"))
    notes.note(scan, "scan.paused")


def _crashed(scan: Scan, run: Run, detail: str) -> None:
    if agents.note_fruitless(run, crashed=True):
        failure = LOST if run.fruitless >= MAX_FRUITLESS else "worker crashed over and over in the same phase"
        failure = f"{failure}: {detail}" if detail else failure
        lifecycle.close(scan, run, status="failed", ending="crashed", failure=failure)
        return
    scan.save(update_fields=("duration",))
    agents.requeue(run, behind=False)


def _complete(scan: Scan, run: Run) -> None:
    status = rules.final_status(
        verdict=scan.verdict,
        cancelled=scan.status == "canceling" or run.control == "cancel",
        fail_fast=bool(scan.options.get("fail_fast", True)),
        pending_reviews=queries.pending_reviews(scan),
    )
    lifecycle.close(scan, run, status=status, ending="finished")


def recover() -> int:
    """Looks after runs whose lease ran out: in line again, or ended as their last word or their luck demands. Returns
    how many there were."""
    given_up = agents.expired()
    for run_id in given_up:
        with transaction.atomic():
            # A worker that stands still in the middle of a commit must not hold up the others.
            run = agents.lock(run_id, wait=False)
            if run is None or run.state != "claimed" or run.lease_until is None or run.lease_until > clock.now():
                continue
            keeper = kinds.keeper_of(run.kind)
            if keeper is not None:
                keeper.recover(run)
            elif run.kind in LONG_KINDS:
                _recover_scan(run)
            elif agents.note_fruitless(run, crashed=False):
                _close_short(run, "lost", LOST)
            else:
                agents.requeue(run, behind=False)
    return len(given_up)


def _recover_scan(run: Run) -> None:
    scan = Scan.objects.select_related("target", "organisation", "live").get(run=run)
    scan.run = run
    if scan.verdict:
        _complete(scan, run)
    elif run.control == "cancel":
        lifecycle.close(scan, run, status="canceled", ending="lost")
    elif agents.note_fruitless(run, crashed=False):
        lifecycle.close(scan, run, status="failed", ending="lost", failure=LOST)
    elif run.control == "pause":
        _pause(scan, run)
    else:
        agents.requeue(run, behind=False)


def sweep() -> None:
    """The tick's part: silent workers, blackout periods, and scans that somebody paused and forgot."""
    recover()
    blackouts.sweep()
    long_ago = clock.now() - rules.PAUSED_BY_HAND
    for scan in queries.forgotten(long_ago):
        _cancel_forgotten(scan)
    for scan in queries.reviewed_scans():
        lifecycle.reviewed(scan)
    lifecycle.stop_late()
    agents.age()
    agents.forget_workers()


def _cancel_forgotten(scan: Scan) -> None:
    with transaction.atomic():
        fresh, run = queries.locked(scan)
        if fresh.status == "paused" and fresh.blackout_since is None:
            actor = system_actor(fresh.organisation)
            lifecycle.close(fresh, run, status="canceled", ending="cancel", actor=actor)
