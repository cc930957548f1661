"""Stores a commit batch: events, resume state, findings and live numbers in one transaction, or not at all.

What costs time and needs no lock (sealing, writing JSON) is done before the transaction begins.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from vedette.contract import wire
from vedette.contract.batch import Batch
from vedette.contract.claim import Answer
from vedette.contract.events import (
    CheckFailed,
    EndpointFound,
    Event,
    FindingSeen,
    InputFound,
    LoginAttempt,
    OwnershipChecked,
    PhaseFinished,
    PhaseStarted,
    PointTested,
    Progress,
    Rechecked,
    ScanFinished,
    ScanStarted,
    TargetBlocked,
    TechnologyFound,
)
from vedette.contract.finding import Finding as ContractFinding
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run, RunOrder
from vedette.server.agents.rules import LONG_KINDS
from vedette.server.findings.services import observe, recheck
from vedette.server.kernel import clock
from vedette.server.scans import rules
from vedette.server.scans.models import Endpoint, ResumeRow, Scan, ScanEvent, ScanLive, TestedInput
from vedette.server.scans.services import building, lifecycle
from vedette.server.targets import ownership
from vedette.server.tenancy import queries as tenancy

_OWN_TABLE = (Progress, EndpointFound, InputFound, PointTested)
"""Events that have a table of their own, or of which only the last is kept."""
_KEY_LENGTH = 200


@dataclass(slots=True)
class _Prepared:
    """A batch made ready before the transaction."""

    rows: list[tuple[str, float, str]] = field(default_factory=list)  # kind, at, body
    sealed: list[ResumeRow] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    inputs: dict[str, TestedInput] = field(default_factory=dict)
    findings: list[ContractFinding] = field(default_factory=list)
    rechecked: list[Rechecked] = field(default_factory=list)
    others: list[Event] = field(default_factory=list)
    progress: Progress | None = None
    reported: Mapping[str, observe.Prepared] = field(default_factory=dict)


def commit(run_id: str, batch: Batch) -> Answer:
    """Stores a batch of a run. The same batch of the same epoch again gets the same answer; an older epoch, an expired
    lease or a gap in the numbers gets `stale`, and nothing is stored."""
    run = Run.objects.filter(public_id=run_id).only("pk", "kind").first()
    if run is None:
        return Answer(stale=True)
    if run.kind not in LONG_KINDS:
        return _commit_short(run_id, batch)
    scan = Scan.objects.select_related("organisation").get(run=run.pk)
    prepared = _prepare(scan, batch)
    with transaction.atomic():
        locked, answer = _admit(run_id, batch)
        if locked is None or answer is not None:
            return answer or Answer(stale=True)
        scan = Scan.objects.select_related("target", "organisation", "live", "target__organisation").get(pk=scan.pk)
        scan.run = locked
        _store(scan, locked, batch, prepared)
        return Answer(control=locked.control)


def _admit(run_id: str, batch: Batch) -> tuple[Run | None, Answer | None]:
    """The locked run when the batch is the next one of the epoch that holds the lease, else the answer."""
    run = agents.lock(run_id)
    if run is None or not agents.holds(run, batch.epoch):
        return None, Answer(stale=True)
    if batch.batch == run.last_batch:
        return None, Answer(control=run.control)
    if batch.batch != run.last_batch + 1:
        return None, Answer(stale=True)
    return run, None


def _commit_short(run_id: str, batch: Batch) -> Answer:
    with transaction.atomic():
        run, answer = _admit(run_id, batch)
        if run is None:
            return answer or Answer(stale=True)
        order = RunOrder.objects.get(run=run)
        events = json.loads(order.events or "[]") + [wire.dump(event) for event in batch.events]
        order.events = json.dumps(events)
        order.save(update_fields=("events",))
        agents.accept(run, batch=batch.batch, events=len(batch.events))
        checked = [event for event in batch.events if isinstance(event, OwnershipChecked)]
        if checked:
            ownership.apply_ownership(subject=order.subject, events=checked, now=clock.now())
        return Answer(control=run.control)


def _prepare(scan: Scan, batch: Batch) -> _Prepared:
    prepared = _Prepared()
    for event in batch.events:
        _sort(scan, prepared, event)
    prepared.reported = observe.prepare(prepared.findings)
    key = tenancy.data_key(scan.organisation)
    latest = {(change.room, change.key[:_KEY_LENGTH]): change.value for change in batch.state}
    for (room, name), value in latest.items():
        if value is None:
            prepared.dropped.append((room, name))
        else:
            sealed = building.seal_row(scan, key, room, name, value)
            prepared.sealed.append(ResumeRow(scan=scan, room=room, key=name, sealed=sealed))
    return prepared


def _sort(scan: Scan, prepared: _Prepared, event: Event) -> None:
    if isinstance(event, Progress):
        prepared.progress = event
    elif isinstance(event, EndpointFound):
        row = _endpoint(scan, event)
        prepared.endpoints[row.key] = row
    elif isinstance(event, PointTested):
        prepared.inputs[event.point[:64]] = _tested(scan, event)
    elif isinstance(event, FindingSeen):
        prepared.findings.append(event.finding)
    elif isinstance(event, Rechecked):
        prepared.rechecked.append(event)
    else:
        prepared.others.append(event)
    if not isinstance(event, _OWN_TABLE):
        prepared.rows.append((event.kind, event.at, _body(event)))


def _body(event: Event) -> str:
    if isinstance(event, FindingSeen):
        found = event.finding
        brief = {"id": found.id, "check": found.check, "title": found.title, "severity": found.severity.value}
        brief |= {"proof": found.proof.value, "url": found.location.url, "parameter": found.location.parameter}
        return json.dumps({"kind": event.kind, "at": event.at, "finding": brief}, ensure_ascii=False)
    return wire.dumps(event)


def _endpoint(scan: Scan, event: EndpointFound) -> Endpoint:
    key = hashlib.sha256(f"{event.method}\x1f{event.url}".encode()).hexdigest()[:16]
    return Endpoint(
        scan=scan,
        key=key,
        method=event.method[:20],
        url=event.url,
        template=event.template,
        status=event.status,
        source=event.source[:40],
        content_type=event.content_type[:100],
        depth=event.depth,
        duplicate_of=event.duplicate_of,
        skipped=event.skipped[:300],
    )


def _tested(scan: Scan, event: PointTested) -> TestedInput:
    return TestedInput(
        scan=scan,
        point=event.point[:64],
        method=event.method[:20],
        url=event.url,
        kind=event.point_kind[:20],
        parameter=event.parameter,
        outcomes=event.outcomes,
        requests=event.requests,
        dull=event.dull,
    )


def _store(scan: Scan, run: Run, batch: Batch, prepared: _Prepared) -> None:
    first = run.events + 1
    ScanEvent.objects.bulk_create(
        ScanEvent(scan=scan, number=first + index, kind=kind, at=at, body=body)
        for index, (kind, at, body) in enumerate(prepared.rows)
    )
    _store_state(scan, prepared)
    _upsert(Endpoint, list(prepared.endpoints.values()), ("scan", "key"))
    _upsert(TestedInput, list(prepared.inputs.values()), ("scan", "point"))
    for event in prepared.others:
        _take(scan, run, event)
    _store_findings(scan, prepared)
    _live(scan, prepared)
    scan.changed_at = clock.now()
    scan.save()
    agents.accept(run, batch=batch.batch, events=len(prepared.rows))


def _store_findings(scan: Scan, prepared: _Prepared) -> None:
    counts: dict[int, int] | None = None
    if prepared.findings:
        seen = observe.observe(scan=scan, findings=prepared.findings, prepared=prepared.reported)
        scan.new_count += seen.new
        scan.reopened_count += seen.reopened
        counts = seen.counts
    if prepared.rechecked:
        again = recheck.rechecked(scan=scan, events=prepared.rechecked)
        scan.fixed_count += again.fixed
        scan.reopened_count += again.reopened
        counts = again.counts
    if counts is not None:
        for severity, name in rules.COUNT_FIELDS.items():
            setattr(scan, name, counts.get(severity, 0))


def _store_state(scan: Scan, prepared: _Prepared) -> None:
    for room in sorted({room for room, _ in prepared.dropped}):
        names = [name for where, name in prepared.dropped if where == room]
        for start in range(0, len(names), 500):
            ResumeRow.objects.filter(scan=scan, room=room, key__in=names[start : start + 500]).delete()
    ResumeRow.objects.bulk_create(
        prepared.sealed, update_conflicts=True, unique_fields=("scan", "room", "key"), update_fields=("sealed",)
    )


def _upsert(
    model: type[Endpoint] | type[TestedInput], rows: Sequence[Endpoint | TestedInput], key: tuple[str, str]
) -> None:
    fields = [item.name for item in model._meta.concrete_fields if item.name not in ("id", *key)]
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=fields)  # type: ignore[arg-type]


def _take(scan: Scan, run: Run, event: Event) -> None:
    """What an event means for the scan itself."""
    if isinstance(event, ScanStarted):
        if not event.resumed:
            lifecycle.note(scan, "scan.started", data={"profile": scan.profile})
    elif isinstance(event, PhaseStarted):
        scan.live.phase = event.phase
    elif isinstance(event, PhaseFinished):
        run.crashes = 0
        if event.phase not in scan.live.ended:
            scan.live.ended = [*scan.live.ended, event.phase]
    elif isinstance(event, TechnologyFound):
        known = [row for row in scan.stack if (row["name"], row["host"]) != (event.name, event.host)]
        scan.stack = [*known, {"name": event.name, "version": event.technology_version, "host": event.host}]
    elif isinstance(event, ScanFinished):
        _take_end(scan, event)
    else:
        _take_trouble(scan, event)


def _take_end(scan: Scan, event: ScanFinished) -> None:
    scan.verdict, scan.reasons, scan.coverage = event.verdict, list(event.reasons), event.coverage
    scan.requests = event.requests
    if event.cancelled:
        scan.status = "canceling"
    elif scan.status in ("started", "resuming"):
        scan.status = "finishing_up"


def _take_trouble(scan: Scan, event: Event) -> None:
    if isinstance(event, LoginAttempt) and not event.ok:
        _warn(scan, "login_failed", event.reason)
    elif isinstance(event, TargetBlocked) and event.open:
        _warn(scan, "network_error", f"{event.host}: {event.reason}")
    elif isinstance(event, CheckFailed):
        _warn(scan, "env_error", f"{event.check}: {event.reason}")


def _warn(scan: Scan, code: str, message: str) -> None:
    row = {"code": code, "message": message[:300]}
    if row not in scan.warnings and len(scan.warnings) < 50:
        scan.warnings = [*scan.warnings, row]


def _live(scan: Scan, prepared: _Prepared) -> None:
    live = scan.live
    live.counter += 1
    live.updated_at = clock.now()
    if prepared.progress is not None:
        progress = prepared.progress
        live.phase, live.percent = progress.phase, progress.percent
        live.progress = wire.dump(progress)
        scan.requests = max(scan.requests, progress.requests)
        ScanLive.objects.filter(Q(pk=live.pk)).update(
            counter=live.counter,
            updated_at=live.updated_at,
            phase=live.phase,
            percent=live.percent,
            progress=live.progress,
            ended=live.ended,
        )
    else:
        live.save(update_fields=("counter", "updated_at", "phase", "ended"))
