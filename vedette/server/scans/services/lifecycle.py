"""Starts scans and says pause, resume and cancel to them. What a worker is told travels with its next heartbeat."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from vedette.server.agents import services as agents
from vedette.server.audit import services as audit
from vedette.server.findings.models import Finding
from vedette.server.findings.services import recheck
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.scans import queries, rules
from vedette.server.scans.models import Scan, ScanLive, ScanProfile
from vedette.server.scans.services import building
from vedette.server.targets import ownership
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import account

BUSY = "A scan of this target is under way."


def start(
    *,
    actor: Actor,
    target: Target,
    profile: str | None = None,
    ignore_blackout: bool = False,
    user_data: str | None = None,
    kind: str = "scan",
    findings: Sequence[Finding] | None = None,
    scheduled: bool = False,
) -> Scan:
    """Queues a scan of a target. `findings` are those that a retest is about.

    Raises NotAllowed, Conflict (`scan_active`, `scans_stopped`, `target_unverified`) and Invalid (`scan_profile`).
    """
    actor.require("scans.start", target_id=target.pk, team_ids=_teams(target))
    chosen = queries.profile(actor, profile or target.profile)
    if target.organisation.paused:
        raise Conflict("scans_stopped", "All scans of this organisation are stopped; lift the stop first.")
    if target.running_scan_id is not None:
        raise Conflict("scan_active", BUSY, {"scan": queries.running_id(target)})
    _consent(actor, target, chosen)
    frozen = building.freeze_target(target)
    if findings is not None:
        frozen["findings"] = [finding.pk for finding in findings]
    scan = Scan(
        organisation=target.organisation,
        target=target,
        kind=kind,
        profile=chosen.key,
        profile_options=building.freeze_profile(chosen),
        options=frozen,
        seed=randomness.randbits(31),
        created_by=actor.user,
        created_by_name=actor.name,
        changed_by=actor.user,
        user_data=user_data,
        ignore_blackout_period=ignore_blackout,
        scheduled=scheduled,
        unlimited=target.unlimited,
        stack=target.stack,
    )
    try:
        with transaction.atomic():
            _save_new(actor, scan, target)
            if findings is not None:
                recheck.retest_started(scan=scan, actor=actor, findings=findings)
    except IntegrityError:
        raise Conflict("scan_active", BUSY, {"scan": queries.running_id(target)}) from None
    return scan


def _save_new(actor: Actor, scan: Scan, target: Target) -> None:
    scan.run = agents.open_run(organisation=target.organisation, kind=scan.kind)
    scan.save()
    ScanLive.objects.create(scan=scan)
    Target.objects.filter(pk=target.pk).update(running_scan=scan)
    target.running_scan = scan
    audit.record(
        kind="scan.created",
        actor=actor,
        organisation=target.organisation,
        object_kind="scan",
        object_id=scan.public_id,
        object_name=target.name or target.url,
        target_id=target.public_id,
        data={"profile": scan.profile, "kind": scan.kind},
    )


def _teams(target: Target) -> list[int]:
    return [team.pk for team in target.teams.all()]


def _consent(actor: Actor, target: Target, profile: ScanProfile) -> None:
    """An unverified target is only looked at. Ownership that was shown long ago is asked for again."""
    if profile.can_scan_unverified:
        return
    domain = target.domain
    if domain is not None and domain.verified and not ownership.is_fresh(domain):
        domain = ownership.refresh(domain, asked_by=actor.name)
        target.domain = domain
    if domain is None or not domain.verified:
        raise Conflict(
            "target_unverified",
            "Ownership of the target has not been shown; until then only profiles that send no payload may run.",
            field="scan_profile",
        )


def pause(*, actor: Actor, scan: Scan) -> Scan:
    """Asks a running scan to pause. A scan between two slices pauses at once."""
    return _control(actor, scan, "pause")


def cancel(*, actor: Actor, scan: Scan) -> Scan:
    """Stops a scan for good; what it found so far stays."""
    return _control(actor, scan, "cancel")


def resume(*, actor: Actor, scan: Scan, ignore_blackout: bool | None = None) -> Scan:
    """Lets a paused scan go on."""
    actor.require("scans.control", target_id=scan.target_id, team_ids=_teams(scan.target))
    with transaction.atomic():
        scan, run = queries.locked(scan)
        _allowed("resume", scan)
        if scan.organisation.paused:
            raise Conflict("scans_stopped", "All scans of this organisation are stopped; lift the stop first.")
        agents.ready(run)
        if ignore_blackout is not None:
            scan.ignore_blackout_period = ignore_blackout
        scan.paused_at = None
        _mark(actor, scan, "resuming", "scan.resumed")
    return scan


def _allowed(action: str, scan: Scan) -> None:
    if not rules.allows(action, scan.status):
        raise Conflict("invalid_state", f"A scan that is {scan.status} cannot {action}.", {"status": scan.status})


def _control(actor: Actor, scan: Scan, word: str) -> Scan:
    actor.require("scans.control", target_id=scan.target_id, team_ids=_teams(scan.target))
    with transaction.atomic():
        scan, run = queries.locked(scan)
        _allowed(word, scan)
        if run.state == "claimed":
            agents.say(run, word)
            _mark(actor, scan, {"pause": "pausing", "cancel": "canceling"}[word], f"scan.{word}_asked")
        elif word == "pause":
            agents.hold(run)
            scan.paused_at = clock.now()
            _mark(actor, scan, "paused", "scan.paused")
        else:
            agents.close(run, ending="cancel")
            finish(scan, status="canceled", actor=actor)
    return scan


def _mark(actor: Actor, scan: Scan, status: str, kind: str) -> None:
    scan.status, scan.changed_at, scan.changed_by = status, clock.now(), actor.user
    scan.save(update_fields=("status", "changed_at", "changed_by", "paused_at", "ignore_blackout_period"))
    note(scan, kind, actor=actor)


def note(scan: Scan, kind: str, *, actor: Actor | None = None, data: dict[str, Any] | None = None) -> None:
    """A fact about a scan for the domain log, in the caller's transaction."""
    audit.record(
        kind=kind,
        actor=actor,
        organisation=scan.organisation,
        object_kind="scan",
        object_id=scan.public_id,
        object_name=scan.target.name or scan.target.url,
        target_id=scan.target.public_id,
        data={"status": scan.status, **(data or {})},
    )


def finish(scan: Scan, *, status: str, actor: Actor | None = None, failure: str = "") -> None:
    """Gives a scan its final status, in the caller's transaction; its run is closed by the caller."""
    now = clock.now()
    scan.status, scan.completed_at, scan.changed_at, scan.failure = status, now, now, failure[:300]
    if not scan.verdict:
        scan.verdict = "failed" if status == "failed" else "incomplete"
        scan.reasons = [failure or "The scan was stopped before its end."]
    scan.save()
    Target.objects.filter(pk=scan.target_id).update(
        running_scan=None, last_scan=scan, latest_scan_at=scan.started_at or scan.created_at, stack=scan.stack
    )
    kind = {"canceled": "scan.canceled", "failed": "scan.failed"}.get(status, "scan.completed")
    note(scan, kind, actor=actor, data={"verdict": scan.verdict, "reasons": scan.reasons[:5]})


def reviewed(scan: Scan) -> None:
    """All findings of a scan were reviewed: it is complete, in the caller's transaction."""
    scan.status, scan.changed_at = "completed", clock.now()
    scan.save(update_fields=("status", "changed_at"))
    note(scan, "scan.completed", data={"verdict": scan.verdict})


def change(*, actor: Actor, scan: Scan, user_data: str | None) -> Scan:
    """Sets the free text of a scan."""
    actor.require("scans.start", target_id=scan.target_id, team_ids=_teams(scan.target))
    if user_data is not None and len(user_data) > 65_536:
        raise Invalid(fields={"user_data": ["Ensure this field has no more than 65536 characters."]})
    scan.user_data, scan.changed_at, scan.changed_by = user_data, clock.now(), actor.user
    with transaction.atomic():
        scan.save(update_fields=("user_data", "changed_at", "changed_by"))
        note(scan, "scan.changed", actor=actor)
    return scan


def stop_all(*, actor: Actor) -> int:
    """Stops everything of the organisation: nothing new starts, what runs is paused. Returns how many were told."""
    account.stop_all(actor=actor)
    told = 0
    for scan in Scan.objects.filter(organisation=actor.organisation, status__in=("started", "resuming")):
        try:
            pause(actor=actor, scan=scan)
        except Conflict:  # it ended in the meantime
            continue
        told += 1
    return told
