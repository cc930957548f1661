"""Retests and replays of findings: work on a target that begins with what is known."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.conf import settings
from django.db import transaction

from vedette.contract.events import Event
from vedette.contract.job import Job, JobKind, Limits, Scope
from vedette.server.agents import services as agents
from vedette.server.audit import services as audit
from vedette.server.findings import evidence
from vedette.server.findings.models import Finding
from vedette.server.kernel.errors import Conflict, NotFound
from vedette.server.scans.models import Scan
from vedette.server.scans.services import building, lifecycle
from vedette.server.targets.services.job_settings import job_settings
from vedette.server.tenancy.actor import Actor


def retest(
    *, actor: Actor, findings: Sequence[Finding], profile: str | None = None, ignore_blackout: bool = False
) -> list[Scan]:
    """Tests findings again, one scan per target. All targets are judged before the first scan starts, so that a wrong
    one leaves the rest alone. Raises what `lifecycle.start` does."""
    scans = []
    ordered = sorted(findings, key=lambda finding: (finding.target_id, finding.number))
    groups = [list(group) for _, group in groupby(ordered, key=lambda finding: finding.target_id)]
    for rows in groups:
        lifecycle.check(actor=actor, target=rows[0].target, profile=profile)
    for rows in groups:
        scan = lifecycle.start(
            actor=actor,
            target=rows[0].target,
            profile=profile,
            ignore_blackout=ignore_blackout,
            kind="retest",
            findings=rows,
        )
        scans.append(scan)
    return scans


def replay(*, actor: Actor, finding: Finding) -> list[Event] | None:
    """Sends the requests of a finding's proof again, through a worker, and waits for what comes back; None when no
    worker answered in time. Raises Conflict for a target whose owner is not known, or a finding without requests."""
    target = finding.target
    if target.organisation_id != actor.organisation.pk:
        raise NotFound
    actor.require("findings.replay", target_id=target.pk, team_ids=[team.pk for team in target.teams.all()])
    lifecycle.consent(actor, target)
    steps = tuple(evidence.steps_of(finding))
    if not steps:
        raise Conflict("no_evidence", "This finding has no requests that could be sent again.")
    given = job_settings(target)
    job = Job(
        id="",
        kind=JobKind.REPLAY,
        start_urls=(finding.url,),
        scope=Scope(exclude=given.scope.exclude),
        login=given.login,
        limits=Limits(max_requests=100, max_time_s=60, slice_s=settings.VEDETTE.slice_s),
        headers=given.headers,
        cookies=given.cookies,
        hosts=given.hosts,
        descriptions=given.descriptions,
        certificate=given.certificate,
        signing=given.signing,
        encryption=given.encryption,
        authorized=building.authorized(target),
        replay=steps,
        known=(building.known(finding),),
    )
    run = agents.submit(
        organisation=target.organisation,
        job=job,
        secrets=given.secrets,
        subject=f"finding:{finding.public_id}",
        asked_by=actor.name,
    )
    with transaction.atomic():
        audit.record(
            kind="finding.replayed",
            actor=actor,
            organisation=target.organisation,
            object_kind="finding",
            object_id=finding.public_id,
            object_name=finding.title,
            target_id=target.public_id,
        )
    return agents.wait(run)
