"""What a scan proved, taken into the findings of its target. Human decisions are never touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vedette.contract import finding as contract
from vedette.contract import wire
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.server.audit.rules import Actor
from vedette.server.definitions.rules import SEVERITY_NUMBERS, cvss_score
from vedette.server.findings import evidence, queries, rules
from vedette.server.findings.models import Evidence, Finding, FindingLog, Sighting
from vedette.server.findings.services.changes import Author, Changes
from vedette.server.kernel import clock
from vedette.server.kernel.rows import Rows
from vedette.server.targets.models import Target

_EVIDENCE = Rows(Evidence, ("finding_id", "scan_id", "steps", "at"), key=("finding_id",))


@dataclass(frozen=True, slots=True)
class ObserveResult:
    """How many findings this call opened, saw for the first time in this scan (the new ones among them) and opened
    again; `counts` are all open findings that the scan has seen so far, by severity number."""

    new: int = 0
    seen: int = 0
    reopened: int = 0
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reported finding, made ready for storing: its columns and its evidence."""

    finding: contract.Finding
    columns: dict[str, Any]
    evidence: evidence.Packed


def prepare(findings: Sequence[contract.Finding]) -> dict[str, Prepared]:
    """Findings by their identity, each once, the surest. Hashes and compresses: call it before the transaction."""
    packed = evidence.pack(findings)
    return {key: Prepared(one, _columns(one), packed[key]) for key, one in rules.surest(findings).items()}


def observe(
    *,
    scan: rules.ScanRow,
    findings: Sequence[contract.Finding],
    prepared: Mapping[str, Prepared] | None = None,
    actor: Actor | None = None,
) -> ObserveResult:
    """Takes in what a batch of the scan reports, in the caller's transaction; the caller has locked the scan's row.

    `prepared` is what `prepare(findings)` gave before the transaction began; without it that work is done here. The
    same findings again change nothing.
    """
    reported = prepare(findings) if prepared is None else prepared
    if not reported:
        return ObserveResult(counts=queries.seen_in(scan.pk))
    target = lock_target(scan.target_id)
    changes = Changes(
        organisation=target.organisation, targets=(target,), now=clock.now(), author=Author(actor), scan=scan
    )
    known = {row.identity: row for row in Finding.objects.filter(target=target, identity__in=list(reported))}
    batch = _Batch(scan, target, changes, _rated_by_people(known, reported))
    earlier = {
        one.finding_id: one for one in Sighting.objects.filter(scan_id=scan.pk, finding__in=list(known.values()))
    }
    batch.open([one for key, one in reported.items() if key not in known])
    for key, row in known.items():
        batch.see(row, reported[key], earlier.get(row.pk))
    changes.save()
    _store_evidence(batch.proven, reported, scan, changes)
    return ObserveResult(batch.new, batch.seen, batch.reopened, queries.seen_in(scan.pk))


def _rated_by_people(known: Mapping[str, Finding], reported: Mapping[str, Prepared]) -> frozenset[int]:
    """Of the findings that the scan rates otherwise than before, those whose severity a person once set."""
    moved = [row.pk for key, row in known.items() if row.severity_seen != reported[key].columns["severity_seen"]]
    if not moved:
        return frozenset()
    by_people = FindingLog.objects.filter(finding__in=moved, type="update", after__has_key="severity")
    return frozenset(by_people.values_list("finding_id", flat=True))


def lock_target(target_pk: int) -> Target:
    """The target with its organisation, its row locked: numbers and totals are given under this lock."""
    return Target.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=target_pk)


def _store_evidence(
    proven: Sequence[Finding], reported: Mapping[str, Prepared], scan: rules.ScanRow, changes: Changes
) -> None:
    kept = {row.pk: reported[row.identity].evidence for row in proven}
    evidence.store_blobs(kept.values())
    _EVIDENCE.put((pk, scan.pk, one.steps, changes.now) for pk, one in kept.items())


class _Batch:
    """One call's work: the rows it touched and what it counted."""

    def __init__(self, scan: rules.ScanRow, target: Target, changes: Changes, rated: frozenset[int]) -> None:
        self.scan = scan
        self.rated = rated
        self.target = target
        self.changes = changes
        self.proven: list[Finding] = []
        self.new = self.seen = self.reopened = 0

    def open(self, reported: Sequence[Prepared]) -> None:
        """Findings whose identity the target has never shown."""
        if not reported:
            return
        first = self.target.next_finding
        self.target.next_finding = first + len(reported)
        self.target.save(update_fields=("next_finding",))
        rows = [self._row(one, first + index) for index, one in enumerate(reported)]
        self.changes.add(rows)
        self.proven += rows
        for row in rows:
            self._detected(row)
            self._sight(row, row.severity_seen, row.proof)

    def see(self, row: Finding, reported: Prepared, earlier: Sighting | None) -> None:
        """A finding that the target has shown before."""
        one = reported.finding
        level = rules.lasting_proof(row.proof, one.proof)
        if level is None:
            if rules.outweighs("untested", earlier.outcome if earlier else None):
                self.changes.sight(row, "untested", proof=one.proof, reason="Only one signal of it was seen this time.")
            return
        again = earlier is not None and earlier.outcome == "seen"
        if again and earlier is not None and earlier.proof and one.proof.rank >= ProofLevel(earlier.proof).rank:
            # Another occurrence: the place and the proof that were stored first go on belonging together.
            self.changes.set(row, **{name: reported.columns[name] for name in ("occurrences", "occurrence_count")})
            return
        self._describe(row, reported, level)
        if not again:
            self.changes.set(row, last_found_at=self.changes.now, last_scan_id=self.scan.pk, reachable=True)
        self.reopened += reopen(self.changes, row)
        self.proven.append(row)
        self._sight(row, row.severity_seen, level, first=not again)

    def _row(self, reported: Prepared, number: int) -> Finding:
        one, values = reported.finding, reported.columns
        now = self.changes.now
        return Finding(
            organisation_id=self.target.organisation_id,
            target=self.target,
            number=number,
            identity=one.id,
            identity_version=one.identity.version,
            identity_parts=[[name, rules.clean(value)] for name, value in one.identity.parts],
            severity=values["severity_seen"],
            search_text=rules.search_text(number, values),
            proof=one.proof.value,
            shown=one.proof is not ProofLevel.TENTATIVE,
            first_seen_at=now,
            last_found_at=now,
            changed_at=now,
            first_scan_id=self.scan.pk,
            last_scan_id=self.scan.pk,
            review_status=self._review_status(one.proof, one.severity),
            **values,
        )

    def _review_status(self, proof: ProofLevel, severity: Severity) -> str:
        # What is only worth knowing needs nobody's word, and not every dialect shows it.
        uncertain = proof is ProofLevel.FIRM and severity is not Severity.INFO
        wanted = self.target.organisation.self_findings_review_enabled
        return "pending" if uncertain and wanted else "notrequired"

    def _describe(self, row: Finding, reported: Prepared, level: ProofLevel) -> None:
        values = {**reported.columns, "search_text": rules.search_text(row.number, reported.columns)}
        if row.pk not in self.rated and row.severity == row.severity_seen:
            values["severity"] = values["severity_seen"]
        hidden = not row.shown
        self.changes.set(row, **values, proof=level.value, shown=level is not ProofLevel.TENTATIVE)
        if hidden and row.shown:
            # Proven for the first time: to those who look at what is shown, it is new.
            status = self._review_status(level, reported.finding.severity)
            self.changes.set(row, new=True, first_scan_id=self.scan.pk, review_status=status)
            self._detected(row)

    def _detected(self, row: Finding) -> None:
        self.changes.log(row, "found", after={"severity": row.severity, "proof": row.proof})
        if row.shown:
            self.new += 1
            data = {"check": row.check_id, "severity": row.severity, "proof": row.proof}
            self.changes.record(row, "finding.detected", data=data)

    def _sight(self, row: Finding, severity: int, proof: str, *, first: bool = True) -> None:
        self.changes.sight(row, "seen", severity=severity, proof=proof)
        self.seen += first


def reopen(changes: Changes, row: Finding) -> bool:
    """Takes back that a finding is fixed, as it was seen; a decision in force stands. Returns whether it was fixed."""
    if row.observed != rules.FIXED:
        return False
    before = row.state
    after = before if before in rules.DECISIONS else rules.OPEN
    changes.set(row, observed=rules.OPEN, state=after, fixed_at=None, reopened_at=changes.now)
    changes.log(row, "reopened", text="Seen again.", before={"state": before}, after={"state": after})
    if row.shown:
        changes.record(row, "finding.reopened", before={"state": before}, after={"state": after})
    return True


def _columns(one: contract.Finding) -> dict[str, Any]:
    """The columns that say what was seen, as the database stores them."""
    place = one.location
    return {
        "check_id": one.check[:80],
        "title": rules.clean(one.title)[:255],
        "severity_seen": SEVERITY_NUMBERS[one.severity],
        "url": rules.clean(place.url),
        "sink_url": rules.clean(place.sink_url),
        "method": rules.clean(place.method)[:20],
        "path": rules.clean(place.path),
        "kind": place.kind[:20],
        "parameter": rules.clean(place.parameter)[:1024],
        "value": rules.clean(rules.payload_of(one)),
        "detail": rules.clean(one.detail),
        "cvss31": one.cvss31[:120],
        "cvss40": one.cvss40[:160],
        "cvss_score": cvss_score(one.cvss31),
        "cwe": list(one.cwe),
        "technologies": [rules.clean(name) for name in one.technologies],
        "occurrences": [rules.clean(url) for url in one.occurrences],
        "occurrence_count": max(one.occurrence_count, len(one.occurrences), 1),
        "request": rules.clean_json(wire.dump(one.request)) if one.request else None,
    }
