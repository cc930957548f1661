"""What one transaction does to findings, gathered and then written in few statements, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vedette.server.audit import services as audit
from vedette.server.audit.rules import Actor
from vedette.server.findings import queries, rules
from vedette.server.findings.models import Finding, FindingLog, Sighting
from vedette.server.findings.services import counts
from vedette.server.kernel.rows import Rows
from vedette.server.targets.models import Target
from vedette.server.tenancy.models import Organisation, User

_LOGS = Rows(FindingLog, ("finding_id", "type", "at", "actor_name", "user_id", "scan_id", "text", "before", "after"))
_SIGHTINGS = Rows(
    Sighting,
    ("finding_id", "scan_id", "outcome", "severity", "proof", "reason", "at"),
    key=("finding_id", "scan_id"),
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who a change is put down to; empty for a scan or the clock."""

    actor: Actor | None = None
    user: User | None = None

    @property
    def name(self) -> str:
        """As the history shows it."""
        return self.actor.name[:255] if self.actor else ""


class Changes:
    """Collects changes of findings of one organisation, keeping the given rows up to date; `save` writes them.

    Belongs into a transaction in which the rows of `targets` are locked. `scan` is the one that observed.
    """

    def __init__(
        self,
        *,
        organisation: Organisation,
        targets: Iterable[Target],
        now: datetime,
        author: Author | None = None,
        scan: rules.ScanRow | None = None,
    ) -> None:
        self.organisation = organisation
        self.now = now
        self.author = author or Author()
        self.scan = scan
        self._target_ids = {target.pk: target.public_id for target in targets}
        self._fields: dict[int, dict[str, Any]] = {}
        self._logs: list[tuple[Any, ...]] = []
        self._sightings: dict[int, tuple[Any, ...]] = {}
        self._facts: list[audit.Fact] = []
        self._tally = counts.Tally()

    def add(self, findings: list[Finding]) -> None:
        """Stores new findings at once: they need their keys."""
        Finding.objects.bulk_create(findings)
        for finding in findings:
            self._tally.move(finding.target_id, None, counts.place_of(finding), finding.check_id)

    def set(self, finding: Finding, **values: Any) -> bool:
        """Sets fields (by attribute name); returns whether any had another value."""
        before = counts.place_of(finding)
        different = {name: value for name, value in values.items() if getattr(finding, name) != value}
        if not different:
            return False
        for name, value in different.items():
            setattr(finding, name, value)
        self._fields.setdefault(finding.pk, {}).update(different)
        self._tally.move(finding.target_id, before, counts.place_of(finding), finding.check_id)
        return True

    def log(
        self,
        finding: Finding,
        type: str,  # noqa: A002 - the history's own word
        *,
        text: str = "",
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """One line of the history that people read."""
        self._logs.append(
            (
                finding.pk,
                type,
                self.now,
                self.author.name,
                self.author.user.pk if self.author.user else None,
                self.scan.pk if self.scan else None,
                text,
                before or {},
                after or {},
            )
        )

    def sight(self, finding: Finding, outcome: str, *, severity: int = 0, proof: str = "", reason: str = "") -> None:
        """What the scan observed of it, in place of an earlier word of the same scan."""
        if self.scan is None:
            raise ValueError("only a scan observes")
        why = rules.clean(reason)[:300]
        self._sightings[finding.pk] = (finding.pk, self.scan.pk, outcome, severity, proof, why, self.now)

    def record(
        self,
        finding: Finding,
        kind: str,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """A fact for the domain log."""
        self._facts.append(
            audit.Fact(
                kind=kind,
                object_id=finding.public_id,
                object_name=finding.title,
                target_id=self._target_ids.get(finding.target_id, ""),
                before=before,
                after=after,
                data={"number": finding.number, **(data or {})},
            )
        )

    def save(self) -> None:
        """Writes everything, rows before totals before the domain log."""
        self._save_fields()
        _LOGS.put(self._logs)
        _SIGHTINGS.put(self._sightings.values())
        counts.apply(organisation_id=self.organisation.pk, tally=self._tally, now=self.now)
        audit.record_all(
            actor=self.author.actor, organisation=self.organisation, object_kind="finding", facts=self._facts
        )
        queries.forget_counts(self.organisation)

    def _save_fields(self) -> None:
        # Most findings of a batch change in the same way: one statement for all of those.
        groups: dict[Any, tuple[dict[str, Any], list[int]]] = {}
        for pk, values in self._fields.items():
            groups.setdefault(_group_key(pk, values), (values, []))[1].append(pk)
        for values, pks in groups.values():
            Finding.objects.filter(pk__in=pks).update(**values, changed_at=self.now)


def _group_key(pk: int, values: dict[str, Any]) -> Any:
    key = tuple(sorted(values.items(), key=lambda item: item[0]))
    try:
        hash(key)
    except TypeError:
        return pk
    return key
