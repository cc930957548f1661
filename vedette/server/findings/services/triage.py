"""What people decide about findings. A decision is a record of its own: no scan touches it, and its end is kept too.

Every change is compared with what stands: equal values change nothing and ask for no right, so that a finding that was
read may be posted back whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from vedette.server.findings import rules
from vedette.server.findings.models import Decision, Finding
from vedette.server.findings.services.changes import Author, Changes
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Label, Membership, Organisation, User

_MAX_NAME = 255
CHUNK = 100
"""Findings changed in one transaction."""

_OF_DECISION = ("change_reason", "expiration_date", "approver_name", "approval_date")
_TEXTS = ("change_reason", "approver_name", "comment", "review_reason")
PERMISSIONS = {
    "state": "findings.triage",
    **dict.fromkeys(_OF_DECISION, "findings.triage"),
    "severity": "findings.severity",
    "assignee": "findings.change",
    "labels": "findings.change",
    "comment": "findings.change",
    "review_status": "findings.change",
    "review_reason": "findings.change",
}
"""The fields that people may change, with the right that each needs."""


def accept_risk(
    *,
    actor: Actor,
    finding: Finding,
    reason: str = "",
    until: date | None = None,
    approver_name: str = "",
    approval_date: date | None = None,
) -> Finding:
    """Accepts the risk, through the day `until` or for good, in place of an earlier decision."""
    return change(
        actor=actor,
        finding=finding,
        state=rules.ACCEPTED,
        change_reason=reason,
        expiration_date=until,
        approver_name=approver_name,
        approval_date=approval_date,
    )


def mark_false_positive(*, actor: Actor, finding: Finding, reason: str = "") -> Finding:
    """Says that it is no flaw."""
    return change(actor=actor, finding=finding, state=rules.INVALID, change_reason=reason)


def reopen(*, actor: Actor, finding: Finding) -> Finding:
    """Withdraws the decision in force: what scans observed stands again."""
    return change(actor=actor, finding=finding, state=rules.OPEN)


def set_severity(*, actor: Actor, finding: Finding, severity: int) -> Finding:
    """Sets the severity (0, 10, 20, 30, 40); from then on scans leave it alone."""
    return change(actor=actor, finding=finding, severity=severity)


def assign(*, actor: Actor, finding: Finding, assignee: User | None) -> Finding:
    """Gives it to a member of the organisation, or to nobody."""
    return change(actor=actor, finding=finding, assignee=assignee)


def note(*, actor: Actor, finding: Finding, comment: str) -> Finding:
    """Replaces the comment; the history keeps all of them."""
    return change(actor=actor, finding=finding, comment=comment)


def set_labels(*, actor: Actor, finding: Finding, labels: Sequence[Label]) -> Finding:
    """Replaces the labels."""
    return change(actor=actor, finding=finding, labels=labels)


def review(*, actor: Actor, finding: Finding, status: str, reason: str = "") -> Finding:
    """Accepts or rejects an uncertain finding (`accepted`, `rejected`)."""
    return change(actor=actor, finding=finding, review_status=status, review_reason=reason)


def change(*, actor: Actor, finding: Finding, **fields: Any) -> Finding:
    """Changes the fields of PERMISSIONS that are given; all of them or none. `state` is `accepted`, `invalid` or
    `notfixed` (withdraws a decision). Raises NotAllowed, and Invalid by field; returns the finding as it stands now."""
    return bulk_change(actor=actor, findings=[finding], **fields)[0]


def bulk_change(*, actor: Actor, findings: Sequence[Finding], **fields: Any) -> list[Finding]:
    """The same change for many findings. All are checked before the first is changed; then each transaction changes at
    most CHUNK of them. Raises NotFound for a finding of another organisation."""
    unknown = sorted(set(fields) - set(PERMISSIONS))
    if unknown:
        raise TypeError(f"findings have no field {', '.join(unknown)} that people may change")
    order = Change(actor, _normal(fields))
    order.check_values()
    if any(finding.organisation_id != actor.organisation.pk for finding in findings):
        raise NotFound
    pks = list(dict.fromkeys(finding.pk for finding in findings))
    chunks = [pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK)]
    if len(chunks) > 1:
        for chunk in chunks:
            _checked(order, chunk, locked=False)
    changed: dict[int, Finding] = {}
    for chunk in chunks:
        with transaction.atomic():
            changed |= {row.pk: row for row in _apply(order, chunk)}
    return [changed[pk] for pk in pks if pk in changed]


def _normal(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored; an absent review status (None or empty) asks for nothing."""
    found = dict(fields)
    for name in _TEXTS:
        if name in found:
            found[name] = rules.clean(found[name] or "")
    if "review_status" in found and not found["review_status"]:
        del found["review_status"]
    if "labels" in found:
        found["labels"] = tuple({label.pk: label for label in found["labels"] or ()}.values())
    return found


def expire_acceptances(*, now: datetime | None = None, limit: int = 1000) -> int:
    """Ends accepted risks whose last day has passed (UTC): what scans observed stands again. Returns how many; call it
    again when that is `limit`."""
    at = now or clock.now()
    today = at.astimezone(UTC).date()
    due = Finding.objects.filter(state=rules.ACCEPTED, expiration_date__lt=today).order_by("expiration_date", "pk")
    pks = list(due.values_list("pk", "organisation_id")[:limit])
    ended = 0
    for organisation in Organisation.objects.filter(pk__in={one for _, one in pks}).order_by("pk"):
        own = [pk for pk, one in pks if one == organisation.pk]
        for start in range(0, len(own), CHUNK):
            ended += _expire(organisation, own[start : start + CHUNK], at, today)
    return ended


def _expire(organisation: Organisation, pks: Sequence[int], at: datetime, today: date) -> int:
    with transaction.atomic():
        targets, rows = _lock(pks)
        changes = Changes(organisation=organisation, targets=targets, now=at)
        due = [
            row
            for row in rows
            if row.state == rules.ACCEPTED and row.expiration_date is not None and row.expiration_date < today
        ]
        _end_decisions(due, why="expired", at=at)
        for row in due:
            text = f"The risk was accepted until {row.expiration_date}."
            changes.set(row, **_undecided(row), change_reason="")
            changes.log(row, "reopened", text=text, before={"state": rules.ACCEPTED}, after={"state": row.state})
            changes.record(row, "finding.expired", before={"state": rules.ACCEPTED}, after={"state": row.state})
        changes.save()
    return len(due)


@dataclass(frozen=True, slots=True)
class Change:
    """Who asks for which values. `check_values` judges what does not depend on a finding, `differing` what does."""

    actor: Actor
    fields: Mapping[str, Any]

    def check_values(self) -> None:
        """Raises Invalid for values that no finding may have."""
        faults: dict[str, list[str]] = {}
        if self.fields.get("severity", 0) not in rules.SEVERITIES:
            faults["severity"] = [f"Must be one of {', '.join(map(str, rules.SEVERITIES))}."]
        if self.fields.get("state", rules.OPEN) not in rules.STATES:
            faults["state"] = [f"Must be one of {', '.join(rules.STATES)}."]
        if self.fields.get("review_status", "pending") not in rules.REVIEW_STATUSES:
            faults["review_status"] = [f"Must be one of {', '.join(rules.REVIEW_STATUSES)}."]
        if len(self.fields.get("approver_name", "")) > _MAX_NAME:
            faults["approver_name"] = [f"Ensure this field has no more than {_MAX_NAME} characters."]
        faults |= self._strangers()
        if faults:
            raise Invalid(fields=faults)

    def _strangers(self) -> dict[str, list[str]]:
        """People and labels that do not belong to the organisation."""
        organisation = self.actor.organisation
        faults: dict[str, list[str]] = {}
        assignee = self.fields.get("assignee")
        members = Membership.objects.filter(organisation=organisation, active=True)
        if assignee is not None and not members.filter(user=assignee, user__is_active=True).exists():
            faults["assignee"] = ["There is no such member."]
        labels = self.fields.get("labels") or ()
        if any(label.organisation_id != organisation.pk or label.kind != "finding" for label in labels):
            faults["labels"] = ["There is no such label for findings."]
        return faults

    def differing(self, row: Finding, labels: Collection[int]) -> dict[str, Any]:
        """The fields that the finding has otherwise; `labels` are the keys of those it has now."""
        found = {}
        for name, value in self.fields.items():
            if name == "labels":
                same = set(labels) == {label.pk for label in value}
            elif name == "assignee":
                same = row.assignee_id == (value.pk if value else None)
            else:
                same = getattr(row, name) == value
            if not same:
                found[name] = value
        return found

    def check(self, row: Finding, different: Mapping[str, Any], teams: Collection[int]) -> None:
        """Raises NotAllowed or Invalid when the finding may not be changed so."""
        for permission in sorted({PERMISSIONS[name] for name in different}):
            self.actor.require(permission, target_id=row.target_id, team_ids=teams)
        faults: dict[str, list[str]] = {}
        if "state" in different or any(name in different for name in _OF_DECISION):
            faults |= self._decision_faults(row, different)
        if "review_status" in different:
            faults |= self._review_faults(row)
        if faults:
            raise Invalid(fields=faults)

    def _decision_faults(self, row: Finding, different: Mapping[str, Any]) -> dict[str, list[str]]:
        state = different.get("state", row.state)
        if "state" in different and state == rules.FIXED:
            return {"state": ["Only a scan can find it fixed: ask for a retest."]}
        if "state" in different and state == rules.OPEN and row.state not in rules.DECISIONS:
            return {"state": ["A scan found it fixed: only another scan opens it again."]}
        if state == rules.ACCEPTED:
            return rules.acceptance_faults(
                _acceptance_rules(self.actor.organisation),
                today=clock.now().astimezone(UTC).date(),
                until=self._value(row, "expiration_date"),
                approver_name=self._value(row, "approver_name") or "",
                approval_date=self._value(row, "approval_date"),
            )
        given = [name for name in _OF_DECISION[1:] if different.get(name)]
        return {name: ["Only an accepted finding has this."] for name in given}

    def _review_faults(self, row: Finding) -> dict[str, list[str]]:
        if not self.actor.organisation.self_findings_review_enabled:
            return {"review_status": ["Reviews are switched off in the account's settings."]}
        if row.review_status == "notrequired":
            return {"review_status": ["This finding needs no review."]}
        if self.fields["review_status"] not in ("accepted", "rejected"):
            return {"review_status": ["Must be accepted or rejected."]}
        return {}

    def _value(self, row: Finding, name: str) -> Any:
        return self.fields[name] if name in self.fields else getattr(row, name)


def _acceptance_rules(organisation: Organisation) -> rules.AcceptanceRules:
    return rules.AcceptanceRules(
        require_expiration_date=organisation.require_expiration_date,
        maximum_days=organisation.maximum_acceptance_period,
        require_approver_name=organisation.require_approver_name,
        require_approval_date=organisation.require_approval_date,
    )


def _lock(pks: Sequence[int]) -> tuple[list[Target], list[Finding]]:
    """The findings with their targets' rows locked first, as scans do it."""
    target_pks = Finding.objects.filter(pk__in=pks).values_list("target_id", flat=True).distinct()
    targets = list(Target.objects.select_for_update(no_key=True).filter(pk__in=list(target_pks)).order_by("pk"))
    rows = Finding.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    return targets, list(rows)


def _checked(
    order: Change, pks: Sequence[int], *, locked: bool
) -> tuple[list[Target], list[tuple[Finding, dict[str, Any]]]]:
    """Every finding with what is to differ; raises before anything is written."""
    targets, rows = _lock(pks) if locked else ([], list(Finding.objects.filter(pk__in=pks).order_by("pk")))
    labels = _pairs(Finding.labels.through.objects.filter(finding_id__in=pks).values_list("finding_id", "label_id"))
    target_pks = {row.target_id for row in rows}
    teams = _pairs(Target.teams.through.objects.filter(target_id__in=target_pks).values_list("target_id", "team_id"))
    found = []
    for row in rows:
        different = order.differing(row, labels.get(row.pk, ()))
        order.check(row, different, teams.get(row.target_id, ()))
        found.append((row, different))
    return targets, found


def _pairs(rows: Any) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for key, value in rows:
        found.setdefault(key, set()).add(value)
    return found


def _apply(order: Change, pks: Sequence[int]) -> list[Finding]:
    targets, found = _checked(order, pks, locked=True)
    actor = order.actor
    changes = Changes(
        organisation=actor.organisation, targets=targets, now=clock.now(), author=Author(actor, actor.user)
    )
    decided = [(row, new) for row, new in found if _OF_DECISION_OR_STATE & set(new)]
    _decide(changes, order, decided)
    for row, different in found:
        _write_fields(changes, row, different)
        if different:
            changes.set(row, changed_by_id=actor.user.pk if actor.user else None, changed_by_key=actor.own_key)
    _write_labels(changes, order, [row for row, different in found if "labels" in different])
    changes.save()
    return [row for row, _ in found]


_OF_DECISION_OR_STATE = {"state", *_OF_DECISION}


def _decide(changes: Changes, order: Change, found: Sequence[tuple[Finding, Mapping[str, Any]]]) -> None:
    """New decisions in place of old ones, or none in their place."""
    withdrawn = [row for row, new in found if new.get("state") == rules.OPEN]
    taken = [(row, new.get("state", row.state)) for row, new in found if new.get("state") != rules.OPEN]
    reasons = [row for row, kind in taken if kind not in rules.DECISIONS]
    taken = [(row, kind) for row, kind in taken if kind in rules.DECISIONS]
    _end_decisions(withdrawn, why="withdrawn", at=changes.now)
    _end_decisions([row for row, _ in taken], why="replaced", at=changes.now)
    reason = order.fields.get("change_reason", "")
    for row in reasons:
        changes.set(row, change_reason=reason)
        changes.log(row, "update", text=reason)
        changes.record(row, "finding.changed", after={"change_reason": reason})
    for row in withdrawn:
        before = row.state
        changes.set(row, **_undecided(row), change_reason=reason)
        changes.log(row, "reopened", text=reason, before={"state": before}, after={"state": row.state})
        changes.record(row, "finding.reopened", before={"state": before}, after={"state": row.state})
    decisions = [_take(changes, order, row, kind) for row, kind in taken]
    Decision.objects.bulk_create(decisions)


def _take(changes: Changes, order: Change, row: Finding, kind: str) -> Decision:
    before = {"state": row.state, **{name: getattr(row, name) for name in _OF_DECISION}}
    accepted = kind == rules.ACCEPTED
    # A decision of another kind starts afresh: the reason of the one before is not its own.
    kept = row.state == kind
    values = {name: order.fields.get(name, before[name] if kept else _EMPTY[name]) for name in _OF_DECISION}
    if not accepted:
        values |= {name: _EMPTY[name] for name in _OF_DECISION[1:]}
    changes.set(row, state=kind, **values)
    after = {"state": kind, **values}
    changes.log(row, kind, text=values["change_reason"], before=_told(before), after=_told(after))
    changes.record(row, f"finding.{kind}", before=_told(before), after=_told(after))
    author = changes.author
    return Decision(
        finding=row,
        kind=kind,
        reason=values["change_reason"],
        until=values["expiration_date"],
        approver_name=values["approver_name"],
        approval_date=values["approval_date"],
        actor_name=author.name,
        user=author.user,
        at=changes.now,
    )


_EMPTY: dict[str, Any] = {"change_reason": "", "expiration_date": None, "approver_name": "", "approval_date": None}


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the history keeps it: without what is empty, days as text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items() if value}


def _end_decisions(rows: Sequence[Finding], *, why: str, at: datetime) -> None:
    Decision.objects.filter(finding__in=[row.pk for row in rows], ended_at=None).update(ended_at=at, ended_why=why)


def _undecided(row: Finding) -> dict[str, Any]:
    cleared = {name: _EMPTY[name] for name in _OF_DECISION[1:]}
    return {"state": row.observed, **cleared}


def _write_fields(changes: Changes, row: Finding, different: Mapping[str, Any]) -> None:
    if "severity" in different:
        _write_severity(changes, row, different["severity"])
    if "assignee" in different:
        _write_assignee(changes, row, different["assignee"])
    if "comment" in different:
        former = row.comment
        changes.set(row, comment=different["comment"])
        changes.log(row, "note", text=row.comment)
        changes.record(row, "finding.note", before={"comment": former}, after={"comment": row.comment})
    reviewed = {name: different[name] for name in ("review_status", "review_reason") if name in different}
    if reviewed:
        before = {name: getattr(row, name) for name in reviewed}
        changes.set(row, **reviewed)
        changes.log(row, "update", text=reviewed.get("review_reason", ""), before=before, after=reviewed)
        changes.record(row, "finding.reviewed", before=before, after=reviewed)


def _write_severity(changes: Changes, row: Finding, severity: int) -> None:
    before, after = {"severity": row.severity}, {"severity": severity}
    changes.set(row, severity=severity)
    changes.log(row, "update", before=before, after=after)
    changes.record(row, "finding.severity", before=before, after=after)


def _write_assignee(changes: Changes, row: Finding, assignee: User | None) -> None:
    former = User.objects.filter(pk=row.assignee_id).first() if row.assignee_id else None
    before, after = ({"assignee": str(one) if one else ""} for one in (former, assignee))
    changes.set(row, assignee_id=assignee.pk if assignee else None)
    changes.log(row, "assign", text=str(assignee) if assignee else "", before=before, after=after)
    changes.record(row, "finding.assigned", before=before, after=after)


def _write_labels(changes: Changes, order: Change, rows: Sequence[Finding]) -> None:
    if not rows:
        return
    through = Finding.labels.through
    wanted: tuple[Label, ...] = order.fields["labels"]
    former: dict[int, list[str]] = {}
    linked = through.objects.filter(finding_id__in=[row.pk for row in rows])
    for pk, name in linked.order_by("label__name").values_list("finding_id", "label__name"):
        former.setdefault(pk, []).append(name)
    linked.delete()
    through.objects.bulk_create([through(finding_id=row.pk, label_id=label.pk) for row in rows for label in wanted])
    after = {"labels": sorted(label.name for label in wanted)}
    for row in rows:
        before = {"labels": former.get(row.pk, [])}
        changes.log(row, "update", before=before, after=after)
        changes.record(row, "finding.labelled", before=before, after=after)
