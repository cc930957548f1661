"""Starts scans and says pause, resume and cancel to them. What a worker is told travels with its next heartbeat."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.audit import services as audit
from vedette.server.findings.models import Finding
from vedette.server.findings.services import recheck
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, Invalid, NotFound
from vedette.server.scans import queries, rules
from vedette.server.scans.models import ResumeRow, Scan, ScanLive, ScanProfile
from vedette.server.scans.services import blackouts, building, parts
from vedette.server.scans.services.notes import fact, note
from vedette.server.targets import ownership
from vedette.server.targets.blackouts import Period
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.services import credential_uses, job_settings
from vedette.server.tenancy.actor import Actor, system_actor
from vedette.server.tenancy.services import account

BUSY = "A scan of this target is under way."
OF_WORK = (
    *("status", "changed_at", "verdict", "reasons", "warnings", "stack", "coverage", "requests"),
    *("lows", "mediums", "highs", "criticals", "new_count", "fixed_count", "reopened_count"),
)
"""What a scan's work writes. The rest of its row is for people, who may change it in the meantime."""


def start(
    *,
    actor: Actor,
    target: Target,
    profile: str | None = None,
    ignore_blackout: bool = False,
    user_data: str | None = None,
    kind: str = "scan",
    findings: Sequence[Finding] | None = None,
    reduced: Sequence[Mapping[str, Any]] | None = None,
) -> Scan:
    """Queues a scan of a target. `findings` are those that a retest is about; `reduced` narrows this scan to some
    addresses (`{url, id, enabled}`). While a blackout period is open that is not ignored, it waits for its end.

    Raises NotAllowed, Conflict (`scan_active`, `scans_stopped`, `target_unverified`, `no_description`), Invalid
    (`scan_profile`, `reduced_scopes`, `crawl_sequences_only`), NotFound for a target that was deleted meanwhile.
    """
    chosen = check(actor=actor, target=target, profile=profile)
    if not chosen.can_scan_unverified:
        consent(actor, target)
    part = parts.choose(target, chosen.key, reduced) if kind == "scan" else parts.Chosen()
    scan = prepare(actor=actor, target=target, chosen=chosen, part=part, ignore_blackout=ignore_blackout)
    scan.kind, scan.user_data = kind, user_data
    if findings is not None:
        scan.options["findings"] = [finding.pk for finding in findings]
    try:
        with transaction.atomic():
            store(actor, [scan])
            if findings is not None:
                recheck.retest_started(scan=scan, actor=actor, findings=findings)
    except IntegrityError:
        raise Conflict("scan_active", BUSY, {"scan": queries.running_id(target)}) from None
    return scan


def prepare(
    *,
    actor: Actor,
    target: Target,
    chosen: ScanProfile,
    part: parts.Chosen,
    ignore_blackout: bool = False,
    scheduled: bool = False,
    periods: Sequence[Period] | None = None,
) -> Scan:
    """A scan with everything frozen that it needs, not stored yet. Whoever prepares has checked and asked for
    consent. `periods` are the blackout periods in force, if they are known."""
    return Scan(
        organisation=target.organisation,
        target=target,
        profile=chosen.key,
        profile_options=building.freeze_profile(chosen),
        options=building.freeze_target(target) | parts.frozen(part),
        seed=randomness.randbits(31),
        created_by=actor.user,
        created_by_key=actor.own_key,
        created_by_name=actor.name,
        changed_by=actor.user,
        changed_by_key=actor.own_key,
        ignore_blackout_period=ignore_blackout,
        blackout_since=blackouts.closed_for(target, ignored=ignore_blackout, known=periods),
        scheduled=scheduled,
        incremental=part.incremental,
        reduced_scope=part.reduced_scope,
        crawl_sequences_only=part.crawl_sequences_only,
        unlimited=target.unlimited,
        stack=target.stack,
    )


def check(*, actor: Actor, target: Target, profile: str | None = None, known: ScanProfile | None = None) -> ScanProfile:
    """Whether a scan could start now, as far as that shows without asking anybody outside; its profile, which need not
    be read again when it is `known`. Raises what `start` does."""
    _require(actor, "scans.start", target)
    chosen = known or queries.profile(actor, profile or target.profile)
    queries.require_fit(chosen, [target])
    if target.organisation.paused:
        raise Conflict("scans_stopped", "All scans of this organisation are stopped; lift the stop first.")
    if target.running_scan_id is not None:
        raise Conflict("scan_active", BUSY, {"scan": queries.running_id(target)})
    credential_uses.require(target)
    if target.kind == "api" and not job_settings.is_described(target):
        raise Conflict("no_description", "Upload the description of the API first, or say where it is.")
    return chosen


def store(actor: Actor, scans: Sequence[Scan]) -> None:
    """Stores prepared scans of one organisation, of different targets, and queues them, in the caller's transaction.
    Raises IntegrityError when a scan of one of the targets is under way, NotFound when one was deleted meanwhile."""
    organisation = scans[0].organisation
    # Whoever deletes a target at this moment holds or waits for the same row.
    wanted = Target.objects.filter(pk__in=[scan.target_id for scan in scans], archived_at=None).order_by("pk")
    if len(wanted.select_for_update(no_key=True).values_list("pk")) < len(scans):
        raise NotFound
    kinds = [(scan.kind, scan.blackout_since is not None) for scan in scans]
    for scan, run in zip(scans, agents.open_runs(organisation=organisation, kinds=kinds), strict=True):
        scan.run = run
    Scan.objects.bulk_create(scans)
    ScanLive.objects.bulk_create(ScanLive(scan=scan) for scan in scans)
    # A target has one that is active, which is the one just stored.
    active = Scan.objects.filter(target=OuterRef("pk"), status__in=rules.ACTIVE).values("pk")[:1]
    Target.objects.filter(pk__in=[scan.target_id for scan in scans]).update(running_scan=Subquery(active))
    for scan in scans:
        scan.target.running_scan = scan
    facts = [fact("scan.created", scan, {"profile": scan.profile, "kind": scan.kind}) for scan in scans]
    facts += [fact("scan.waits_for_blackout", scan) for scan in scans if scan.blackout_since is not None]
    audit.record_all(actor=actor, organisation=organisation, object_kind="scan", facts=facts)


def _require(actor: Actor, permission: str, target: Target) -> None:
    if target.organisation_id != actor.organisation.pk:
        raise NotFound
    actor.require(permission, target_id=target.pk, team_ids=[team.pk for team in target.teams.all()])


def consent(actor: Actor, target: Target) -> None:
    """Makes sure that payloads may be sent to a target: its owner was shown, and not too long ago, else that is asked
    for again, which may wait for a worker. Raises Conflict `target_unverified`."""
    domain = target.domain
    if domain is not None and domain.verified and not ownership.is_fresh(domain):
        domain = ownership.refresh(domain, asked_by=actor.name)
        target.domain = domain
    require_verified(domain)
    if domain is not None and not ownership.is_fresh(domain):
        raise _unverified(
            "Ownership of the target was shown long ago, and looking for it again has not come to an end: try again."
        )


def require_verified(domain: Domain | None) -> None:
    """Raises Conflict `target_unverified` unless somebody was shown to own the domain."""
    if domain is None or not domain.verified:
        raise _unverified(
            "Ownership of the target has not been shown; until then only profiles that send no payload may run."
        )


def _unverified(message: str) -> Conflict:
    return Conflict("target_unverified", message, field="scan_profile")


def pause(*, actor: Actor, scan: Scan) -> Scan:
    """Asks a running scan to pause. A scan between two slices pauses at once."""
    return _control(actor, scan, "pause")


def cancel(*, actor: Actor, scan: Scan) -> Scan:
    """Stops a scan for good; what it found so far stays."""
    return _control(actor, scan, "cancel")


def resume(*, actor: Actor, scan: Scan, ignore_blackout: bool | None = None) -> Scan:
    """Lets a paused scan go on; at the end of an open blackout period, unless that is ignored."""
    _require(actor, "scans.control", scan.target)
    with transaction.atomic():
        scan, run = queries.locked(scan)
        _allowed("resume", scan)
        if scan.organisation.paused:
            raise Conflict("scans_stopped", "All scans of this organisation are stopped; lift the stop first.")
        if ignore_blackout is not None:
            scan.ignore_blackout_period = ignore_blackout
        scan.blackout_since = blackouts.closed_for(scan.target, ignored=scan.ignore_blackout_period)
        if scan.blackout_since is None:
            agents.ready(run)
        scan.paused_at = None
        _mark(actor, scan, "resuming", "scan.resumed")
    return scan


def _allowed(action: str, scan: Scan) -> None:
    if not rules.allows(action, scan.status):
        raise Conflict("invalid_state", f"A scan that is {scan.status} cannot {action}.", {"status": scan.status})


def _control(actor: Actor, scan: Scan, word: str) -> Scan:
    _require(actor, "scans.control", scan.target)
    with transaction.atomic():
        scan, run = queries.locked(scan)
        _allowed(word, scan)
        if word == "pause":
            scan.blackout_since = None  # from now on it is paused by hand
        if run.state == "claimed":
            agents.say(run, word)
            _mark(actor, scan, {"pause": "pausing", "cancel": "canceling"}[word], f"scan.{word}_asked")
        elif word == "pause":
            agents.hold(run)
            scan.paused_at = clock.now()
            _mark(actor, scan, "paused", "scan.paused")
        else:
            close(scan, run, status="canceled", ending="cancel", actor=actor)
    return scan


def _mark(actor: Actor, scan: Scan, status: str, kind: str) -> None:
    scan.status, scan.changed_at = status, clock.now()
    scan.changed_by, scan.changed_by_key = actor.user, actor.own_key
    scan.save(
        update_fields=(
            "status",
            "changed_at",
            "changed_by",
            "changed_by_key",
            "paused_at",
            "blackout_since",
            "ignore_blackout_period",
        )
    )
    note(scan, kind, actor=actor)


def close(scan: Scan, run: Run, *, status: str, ending: str, failure: str = "", actor: Actor | None = None) -> None:
    """Ends a scan and its locked run for good, in the caller's transaction: a final status, no resume state, and
    nothing that is being tested any more."""
    agents.close(run, ending=ending, detail=failure)
    ResumeRow.objects.filter(scan=scan).delete()
    _finish(scan, status=status, actor=actor, failure=failure)
    recheck.finish(scan=scan, assessed=status in ("completed", "under_review"))


def _finish(scan: Scan, *, status: str, actor: Actor | None, failure: str) -> None:
    now = clock.now()
    scan.status, scan.completed_at, scan.changed_at, scan.failure = status, now, now, failure[:300]
    if not scan.verdict:
        scan.verdict = "failed" if status == "failed" else "incomplete"
        scan.reasons = [failure or "The scan was stopped before its end."]
    scan.save(update_fields=(*OF_WORK, "duration", "completed_at", "failure"))
    Target.objects.filter(pk=scan.target_id).update(
        running_scan=None, last_scan=scan, latest_scan_at=scan.started_at or scan.created_at, stack=scan.stack
    )
    kind = {"canceled": "scan.canceled", "failed": "scan.failed"}.get(status, "scan.completed")
    note(scan, kind, actor=actor, data={"verdict": scan.verdict, "reasons": scan.reasons[:5]})


def reviewed(scan: Scan) -> None:
    """All findings of a scan were reviewed: it is complete. Told once, however many look at the same time."""
    with transaction.atomic():
        under_review = Scan.objects.filter(pk=scan.pk, status="under_review")
        if under_review.update(status="completed", changed_at=clock.now()):
            scan.status = "completed"
            note(scan, "scan.completed", data={"verdict": scan.verdict})


def change(*, actor: Actor, scan: Scan, user_data: str | None) -> Scan:
    """Sets the free text of a scan."""
    _require(actor, "scans.start", scan.target)
    if user_data is not None and len(user_data) > 65_536:
        raise Invalid(fields={"user_data": ["Ensure this field has no more than 65536 characters."]})
    scan.user_data, scan.changed_at = user_data, clock.now()
    scan.changed_by, scan.changed_by_key = actor.user, actor.own_key
    with transaction.atomic():
        scan.save(update_fields=("user_data", "changed_at", "changed_by", "changed_by_key"))
        note(scan, "scan.changed", actor=actor)
    return scan


def stop_all(*, actor: Actor) -> int:
    """Stops everything of the organisation: nothing new starts, what runs is paused. Returns how many were told."""
    account.stop_all(actor=actor)
    return sum(_stop(actor, scan) for scan in queries.under_way().filter(organisation=actor.organisation))


def stop_late() -> None:
    """Pauses what was claimed at the very moment in which everything of its organisation was stopped."""
    for scan in queries.under_way().filter(organisation__paused=True):
        _stop(system_actor(scan.organisation), scan)


def _stop(actor: Actor, scan: Scan) -> bool:
    try:
        pause(actor=actor, scan=scan)
    except Conflict:  # it ended in the meantime
        return False
    return True
