"""Stores the batches of a discovery: what was found, how far it is, and the resume state, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from vedette.contract.batch import Batch
from vedette.contract.claim import Answer
from vedette.contract.events import Event, NameFound, PhaseStarted, Progress, ScanFinished, ServiceFound, SourceAsked
from vedette.server.agents import services as agents
from vedette.server.discovery.models import DiscoveryRow, DiscoveryRun
from vedette.server.discovery.services import merging, resuming
from vedette.server.findings.rules import clean
from vedette.server.kernel import clock
from vedette.server.kernel.rows import Rows

_STATE = Rows(DiscoveryRow, ("discovery_id", "room", "key", "sealed"), key=("discovery_id", "room", "key"))
_MOST_SOURCES = 100
_AT_ONCE = 500


@dataclass(slots=True)
class _Sorted:
    """The events of a batch by what is done with them."""

    names: list[NameFound] = field(default_factory=list)
    services: list[ServiceFound] = field(default_factory=list)
    others: list[Event] = field(default_factory=list)


def commit(run_id: str, batch: Batch) -> Answer:
    """Stores a batch, as `contract.claim.Master.commit` says."""
    known = DiscoveryRun.objects.select_related("organisation").filter(run__public_id=run_id).first()
    if known is None:
        return Answer(stale=True)
    kept, dropped = resuming.prepare(known, batch.state)
    sort = _sort(batch.events)
    with transaction.atomic():
        run, answer = agents.admit(run_id, batch)
        if run is None:
            return answer
        _STATE.put(kept)
        _drop(known, dropped)
        if batch.events:
            # Read anew under the lock of its run: somebody may have cancelled it.
            _store(DiscoveryRun.objects.get(pk=known.pk), sort)
        agents.accept(run, batch=batch.batch, events=len(batch.events))
        return answer


def _sort(events: list[Event]) -> _Sorted:
    found = _Sorted()
    for event in events:
        if isinstance(event, NameFound):
            found.names.append(event)
        elif isinstance(event, ServiceFound):
            found.services.append(event)
        else:
            found.others.append(event)
    return found


def _drop(run: DiscoveryRun, dropped: list[tuple[str, str]]) -> None:
    for room in sorted({room for room, _ in dropped}):
        keys = [key for where, key in dropped if where == room]
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            DiscoveryRow.objects.filter(discovery=run, room=room, key__in=part).delete()


def _store(run: DiscoveryRun, sort: _Sorted) -> None:
    run.names_count += merging.names(run, sort.names)
    fresh, new = merging.services(run, sort.services)
    run.assets_count += fresh
    run.new_count += new
    for event in sort.others:
        _take(run, event)
    run.counter += 1
    run.save(update_fields=_WRITTEN)


_WRITTEN = (
    *("names_count", "assets_count", "new_count", "phase", "percent", "requests", "sources", "verdict", "reasons"),
    "counter",
)


def _take(run: DiscoveryRun, event: Event) -> None:
    """What an event means for the run itself."""
    if isinstance(event, PhaseStarted):
        run.phase = clean(event.phase)[:20]
    elif isinstance(event, Progress):
        run.phase, run.percent = clean(event.phase)[:20], min(100.0, max(0.0, event.percent))
        run.requests = max(run.requests, event.requests)
    elif isinstance(event, SourceAsked):
        source = clean(event.source)[:60]
        if source in run.sources or len(run.sources) < _MOST_SOURCES:
            told = {"names": event.names, "reason": clean(event.reason)[:300], "at": clock.now().timestamp()}
            run.sources = {**run.sources, source: told}
    elif isinstance(event, ScanFinished) and not event.cancelled:
        run.verdict, run.reasons = event.verdict[:10], [clean(one)[:300] for one in event.reasons[:20]]
        run.percent, run.requests = 100.0, max(run.requests, event.requests)
