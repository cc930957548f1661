"""Stores a commit batch: events, resume state, findings and live numbers in one transaction, or not at all.

What costs time and needs no lock (sealing, writing JSON) is done before the transaction begins.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

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
    LoginStep,
    LoginVideo,
    OwnershipChecked,
    PhaseFinished,
    PhaseStarted,
    PointTested,
    Progress,
    Rechecked,
    ScanFinished,
    ScanStarted,
    SequencePlayed,
    TargetBlocked,
    TechnologyFound,
)
from vedette.contract.finding import Finding as ContractFinding
from vedette.server.agents import kinds
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run, RunOrder
from vedette.server.findings.rules import clean, clean_json
from vedette.server.findings.services import observe, recheck
from vedette.server.kernel import clock
from vedette.server.kernel.rows import Rows
from vedette.server.scans import rules
from vedette.server.scans.models import Endpoint, ResumeRow, Scan, ScanEvent, ScanLive, TestedInput
from vedette.server.scans.services import building, lifecycle, notes, pictures
from vedette.server.targets import ownership
from vedette.server.tenancy import queries as tenancy

_OWN_TABLE = (Progress, EndpointFound, InputFound, PointTested)
"""Events that have a table of their own, or of which only the last is kept."""
_KEY_LENGTH = 200
_MAY_BE_UNSTORABLE = re.compile(r"\\(?:x00|ud[89a-f])")

_Row = tuple[Any, ...]
_EVENTS = Rows(ScanEvent, ("scan_id", "number", "kind", "at", "body"))
_STATE = Rows(ResumeRow, ("scan_id", "room", "key", "sealed"), key=("scan_id", "room", "key"))
_ENDPOINTS = Rows(
    Endpoint,
    (
        *("scan_id", "key", "method", "url", "template", "status"),
        *("source", "content_type", "depth", "duplicate_of", "skipped", "identity", "digest"),
    ),
    key=("scan_id", "key"),
)
_INPUTS = Rows(
    TestedInput,
    ("scan_id", "point", "method", "url", "kind", "parameter", "outcomes", "requests", "dull"),
    key=("scan_id", "point"),
)


@dataclass(slots=True)
class _Prepared:
    """A batch made ready before the transaction."""

    rows: list[tuple[str, float, str]] = field(default_factory=list)  # kind, at, body
    pictures: list[tuple[int, bytes]] = field(default_factory=list)  # index of the row, PNG
    film: bytes = b""
    sealed: list[_Row] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    endpoints: dict[str, _Row] = field(default_factory=dict)
    inputs: dict[str, _Row] = field(default_factory=dict)
    findings: list[ContractFinding] = field(default_factory=list)
    rechecked: list[Rechecked] = field(default_factory=list)
    others: list[Event] = field(default_factory=list)
    progress: Progress | None = None
    reported: Mapping[str, observe.Prepared] = field(default_factory=dict)
    quiet: bool = False
    """Whether nothing happened that anybody could see: most batches of a scan only say that a unit is done."""


def commit(run_id: str, batch: Batch) -> Answer:
    """Stores a batch of a run. The same batch of the same epoch again gets the same answer; an older epoch, an expired
    lease or a gap in the numbers gets `stale`, and nothing is stored."""
    scan = _scan_of(run_id)
    if scan is None:
        keeper = kinds.keeper_of(agents.kind_of(run_id))
        return keeper.commit(run_id, batch) if keeper else _commit_short(run_id, batch)
    prepared = _prepare(scan, batch)
    with transaction.atomic():
        run, answer = agents.admit(run_id, batch)
        if run is None:
            return answer
        _store_state(scan, prepared)
        if not prepared.quiet:
            # Read anew under the lock: people steer scans.
            present = Scan.objects.select_related("live").defer("options", "profile_options").get(pk=scan.pk)
            present.run, present.organisation = run, scan.organisation
            _store(present, run, prepared)
        agents.accept(run, batch=batch.batch, events=len(prepared.rows))
        return Answer(control=run.control)


def _scan_of(run_id: str) -> Scan | None:
    """What never changes of a run's scan, and what its secrets are sealed with; None for any other run."""
    rows = Scan.objects.filter(run__public_id=run_id).select_related("organisation")
    return next(iter(rows.only("public_id", "organisation__public_id", "organisation__data_key")), None)


def _commit_short(run_id: str, batch: Batch) -> Answer:
    with transaction.atomic():
        run, answer = agents.admit(run_id, batch)
        if run is None:
            return answer
        order = RunOrder.objects.get(run=run)
        told = [_storable(event) for event in batch.events]
        order.events = json.dumps(json.loads(order.events or "[]") + [wire.dump(event) for event in told])
        order.save(update_fields=("events",))
        agents.accept(run, batch=batch.batch, events=len(told))
        checked = [event for event in told if isinstance(event, OwnershipChecked)]
        if checked:
            ownership.apply_ownership(subject=order.subject, events=checked, now=clock.now())
        return Answer(control=run.control)


def _prepare(scan: Scan, batch: Batch) -> _Prepared:
    prepared = _Prepared(quiet=not batch.events)
    for event in batch.events:
        _sort(scan, prepared, _storable(event))
    prepared.reported = observe.prepare(prepared.findings)
    key = tenancy.data_key(scan.organisation)
    latest = {(change.room, clean(change.key)[:_KEY_LENGTH]): change.value for change in batch.state}
    for (room, name), value in latest.items():
        if value is None:
            prepared.dropped.append((room, name))
        else:
            sealed = building.seal_row(scan, key, room, name, value)
            prepared.sealed.append((scan.pk, room, name, sealed))
    return prepared


def _storable(event: Event) -> Event:
    """The event with what no database stores replaced: sites choose what their URLs, inputs and answers hold."""
    if isinstance(event, FindingSeen):
        return event  # cleaned where it is taken apart; its bodies are bytes
    if isinstance(event, LoginVideo):
        return event
    if isinstance(event, LoginStep):
        return replace(event, label=clean(event.label), url=clean(event.url), detail=clean(event.detail))
    # Python writes these characters as escapes: one look tells nearly always that there are none.
    if not _MAY_BE_UNSTORABLE.search(repr(event)):
        return event
    raw = wire.dump(event)
    cleaned = clean_json(raw)
    return event if cleaned == raw else wire.load_event(cleaned)


def _sort(scan: Scan, prepared: _Prepared, event: Event) -> None:
    if isinstance(event, Progress):
        prepared.progress = event
    elif isinstance(event, EndpointFound):
        row = _endpoint(scan, event)
        prepared.endpoints[str(row[1])] = row
    elif isinstance(event, PointTested):
        prepared.inputs[event.point[:64]] = _tested(scan, event)
    elif isinstance(event, FindingSeen):
        prepared.findings.append(event.finding)
    elif isinstance(event, Rechecked):
        prepared.rechecked.append(event)
    else:
        prepared.others.append(event)
    if isinstance(event, LoginStep) and pictures.is_picture(event.picture):
        prepared.pictures.append((len(prepared.rows), event.picture))
    elif isinstance(event, LoginVideo) and pictures.is_film(event.video):
        prepared.film = event.video
    if not isinstance(event, _OWN_TABLE):
        prepared.rows.append((event.kind, event.at, _body(event)))


def _body(event: Event) -> str:
    if isinstance(event, FindingSeen):
        found = event.finding
        brief = {"id": found.id, "check": found.check, "title": found.title, "severity": found.severity.value}
        brief |= {"proof": found.proof.value, "url": found.location.url, "parameter": found.location.parameter}
        return clean(json.dumps({"kind": event.kind, "at": event.at, "finding": brief}, ensure_ascii=False))
    if isinstance(event, LoginStep | LoginVideo):
        # Pictures have a table of their own; a text that long would be read with every list of events.
        event = replace(event, picture=b"") if isinstance(event, LoginStep) else replace(event, video=b"")
    return wire.dumps(event)


def _endpoint(scan: Scan, event: EndpointFound) -> _Row:
    key = hashlib.sha256(f"{event.method}\x1f{event.url}".encode()).hexdigest()[:16]
    return (
        scan.pk,
        key,
        event.method[:20],
        event.url,
        event.template,
        event.status,
        event.source[:40],
        event.content_type[:100],
        event.depth,
        event.duplicate_of,
        event.skipped[:300],
        event.key[:64],
        event.digest[:64],
    )


def _tested(scan: Scan, event: PointTested) -> _Row:
    return (
        scan.pk,
        event.point[:64],
        event.method[:20],
        event.url,
        event.point_kind[:20],
        event.parameter,
        event.outcomes,
        event.requests,
        event.dull,
    )


def _store(scan: Scan, run: Run, prepared: _Prepared) -> None:
    first = run.events + 1
    _EVENTS.put((scan.pk, first + index, *row) for index, row in enumerate(prepared.rows))
    pictures.keep(scan, [(first + index, png) for index, png in prepared.pictures])
    if prepared.film:
        pictures.keep_film(scan, prepared.film)
    _ENDPOINTS.put(prepared.endpoints.values())
    _INPUTS.put(prepared.inputs.values())
    before = {name: getattr(scan, name) for name in lifecycle.OF_WORK}
    for event in prepared.others:
        _take(scan, run, event)
    _store_findings(scan, prepared)
    _live(scan, prepared)
    different = {name: getattr(scan, name) for name, value in before.items() if getattr(scan, name) != value}
    if different:
        Scan.objects.filter(pk=scan.pk).update(**different | {"changed_at": clock.now()})


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
    _STATE.put(prepared.sealed)


def _take(scan: Scan, run: Run, event: Event) -> None:
    """What an event means for the scan itself."""
    if isinstance(event, ScanStarted):
        if not event.resumed:
            notes.note(scan, "scan.started", data={"profile": scan.profile})
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
    elif isinstance(event, SequencePlayed) and not event.ok:
        _warn(scan, "navigation_sequence_failure", f"{event.name}: {event.reason}")
    elif isinstance(event, TargetBlocked) and event.open:
        _warn(scan, "network_error", f"{event.host}: {event.reason}")
    elif isinstance(event, CheckFailed):
        _warn(scan, "env_error", f"{event.check}: {event.reason}")


def _warn(scan: Scan, code: str, message: str) -> None:
    row = {"code": code, "message": message[:300]}
    if row not in scan.warnings and len(scan.warnings) < 50:
        scan.warnings = [*scan.warnings, row]


def _live(scan: Scan, prepared: _Prepared) -> None:
    live, progress = scan.live, prepared.progress
    fields = {"counter": live.counter + 1, "updated_at": clock.now(), "phase": live.phase, "ended": live.ended}
    if progress is not None:
        fields |= {"phase": progress.phase, "percent": progress.percent, "progress": wire.dump(progress)}
        scan.requests = max(scan.requests, progress.requests)
    ScanLive.objects.filter(pk=live.pk).update(**fields)
