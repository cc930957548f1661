"""What became of known findings when a scan tested them again, and what the end of a scan settles.

Only the outcome `gone` fixes a finding. A scan that saw it does not fix it, whatever else it reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from vedette.contract.events import Rechecked
from vedette.server.findings import queries, rules
from vedette.server.findings.models import Finding, Sighting
from vedette.server.findings.services import counts
from vedette.server.findings.services.changes import Author, Changes
from vedette.server.findings.services.observe import lock_target, reopen
from vedette.server.kernel import clock
from vedette.server.tenancy.actor import Actor

_SETTLED = ("seen", "gone")


@dataclass(frozen=True, slots=True)
class RecheckResult:
    """How many findings this call saw again, fixed and opened again; `counts` as in `ObserveResult`."""

    seen: int
    fixed: int
    reopened: int
    counts: dict[int, int]


@dataclass(frozen=True, slots=True)
class FinishResult:
    """How many findings were retested with a result, and how many without."""

    settled: int
    unsettled: int


def rechecked(*, scan: rules.ScanRow, events: Sequence[Rechecked]) -> RecheckResult:
    """Takes in what became of known findings, in the caller's transaction; the caller has locked the scan's row.
    Identities that the target does not have and outcomes that are not known are passed over."""
    strongest: dict[str, Rechecked] = {}
    for event in events:
        known = strongest.get(event.finding)
        if event.outcome in rules.OUTCOMES and rules.outweighs(event.outcome, known.outcome if known else None):
            strongest[event.finding] = event
    if not strongest:
        return RecheckResult(0, 0, 0, queries.seen_in(scan.pk))
    target = lock_target(scan.target_id)
    changes = Changes(organisation=target.organisation, targets=(target,), now=clock.now(), scan=scan)
    rows = list(Finding.objects.filter(target=target, identity__in=list(strongest)).order_by("pk"))
    earlier = dict(Sighting.objects.filter(scan_id=scan.pk, finding__in=rows).values_list("finding_id", "outcome"))
    seen = fixed = reopened = 0
    for row in rows:
        event = strongest[row.identity]
        if not rules.outweighs(event.outcome, earlier.get(row.pk)):
            continue
        changes.sight(row, event.outcome, severity=row.severity_seen, reason=event.reason)
        if event.outcome == "seen":
            seen += 1
            changes.set(row, last_found_at=changes.now, last_scan_id=scan.pk, reachable=True)
            reopened += reopen(changes, row)
        elif event.outcome == "gone":
            changes.set(row, reachable=True)
            fixed += _fix(changes, row)
        elif event.outcome == "unreachable":
            changes.set(row, reachable=False)
    changes.save()
    return RecheckResult(seen, fixed, reopened, queries.seen_in(scan.pk))


def _fix(changes: Changes, row: Finding) -> bool:
    if row.observed == rules.FIXED:
        return False
    before = row.state
    after = before if before in rules.DECISIONS else rules.FIXED
    changes.set(row, observed=rules.FIXED, state=after, fixed_at=changes.now)
    changes.log(row, "fixed", before={"state": before}, after={"state": after})
    if row.shown:
        changes.record(row, "finding.fixed", before={"state": before}, after={"state": after})
    return True


def retest_started(*, scan: rules.ScanRow, actor: Actor, findings: Sequence[Finding]) -> None:
    """Marks findings of the scan's target as being tested again by it, in the transaction that starts the scan. Raises
    NotAllowed without the right to change one of them."""
    target = lock_target(scan.target_id)
    teams = set(target.teams.values_list("pk", flat=True))
    actor.require("findings.change", target_id=target.pk, team_ids=teams)
    changes = Changes(
        organisation=target.organisation,
        targets=(target,),
        now=clock.now(),
        author=Author(actor, actor.user),
        scan=scan,
    )
    for row in Finding.objects.filter(target=target, pk__in=[one.pk for one in findings]).order_by("pk"):
        if changes.set(row, retesting=True):
            changes.log(row, "retest")
            changes.record(row, "finding.retest", data={"scan": scan.public_id})
    changes.save()


def finish(*, scan: rules.ScanRow, assessed: bool = True) -> FinishResult:
    """Settles what the end of a scan settles, however it ended: what it first saw stays new and nothing else of its
    target does; nothing is being retested any more. `assessed` tells whether it came to its own end."""
    with transaction.atomic():
        target = lock_target(scan.target_id)
        changes = Changes(organisation=target.organisation, targets=(target,), now=clock.now(), scan=scan)
        if scan.kind != "retest":
            Finding.objects.filter(target=target, new=True).exclude(first_scan_id=scan.pk).update(new=False)
        rows = list(Finding.objects.filter(target=target, retesting=True).order_by("pk"))
        outcomes = {one.finding_id: one for one in Sighting.objects.filter(scan_id=scan.pk, finding__in=rows)}
        unsettled = 0
        for row in rows:
            changes.set(row, retesting=False)
            sighting = outcomes.get(row.pk)
            if sighting is None or sighting.outcome not in _SETTLED:
                unsettled += 1
                changes.log(row, "retest_failed", text=_why(sighting))
        changes.save()
        counts.tell_target(target_pk=target.pk, assessed=assessed)
    return FinishResult(len(rows) - unsettled, unsettled)


def _why(sighting: Sighting | None) -> str:
    if sighting is None:
        return "The scan ended before it was tested."
    if sighting.reason:
        return sighting.reason
    return "It could not be reached." if sighting.outcome == "unreachable" else "It was not tested."
