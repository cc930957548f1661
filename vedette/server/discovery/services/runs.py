"""Discovery switched on and off for a domain, runs asked for, cancelled and started by the clock."""

from __future__ import annotations

import secrets as randomness
from typing import Any

from django.db import IntegrityError, transaction

from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.agents.rules import DISCOVER
from vedette.server.audit import services as audit
from vedette.server.discovery import queries, rules
from vedette.server.discovery.models import DiscoveryRun, DomainDiscovery
from vedette.server.discovery.services import resuming
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, NotFound
from vedette.server.kernel.queue import enqueue
from vedette.server.targets import ownership
from vedette.server.targets.models import Domain
from vedette.server.targets.rules import split_port
from vedette.server.tenancy.actor import Actor, system_actor

CHANGE = "discovery.change"
BUSY = "A discovery of this domain is under way."
STOPPED = "All scans of this organisation are stopped; lift the stop first."
NO_NAME = "There is nothing to discover below an address: give a domain name."


def switch(actor: Actor, domain: Domain, *, enabled: bool) -> bool:
    """Switches discovery of a domain by the clock on or off; the first run is due at once. Returns whether that changed
    anything. Raises NotAllowed, NotFound, Conflict `no_name` for an address."""
    _require(actor, domain)
    if enabled and not has_names(domain):
        raise Conflict("no_name", NO_NAME, field="discovery_enabled")
    with transaction.atomic():
        row, _ = DomainDiscovery.objects.get_or_create(domain=domain)
        locked = DomainDiscovery.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        if locked.enabled == enabled:
            return False
        locked.enabled, locked.changed_at = enabled, clock.now()
        locked.next_at = locked.changed_at if enabled else None
        locked.save(update_fields=("enabled", "changed_at", "next_at"))
        ownership.record("discovery.enabled" if enabled else "discovery.disabled", actor, domain)
    return True


def has_names(domain: Domain) -> bool:
    """Whether there may be names below it: it is neither an address nor a single word."""
    name, _ = split_port(domain.hostname)
    return "." in name and not name.startswith("[") and not name.rpartition(".")[2].isdigit()


def start(actor: Actor, domain: Domain) -> DiscoveryRun:
    """Queues a discovery of a domain. Where its ownership was shown too long ago, that is looked for again first, which
    may wait for a worker: never call this within a transaction.

    Raises NotAllowed, NotFound, Conflict (`no_name`, `scans_stopped`, `discovery_active`).
    """
    _require(actor, domain)
    _check(domain)
    if domain.verified and not ownership.is_fresh(domain):
        domain = ownership.refresh(domain, asked_by=actor.name)
    return _queue(actor, domain, "regular")


def cancel(actor: Actor, run: DiscoveryRun) -> DiscoveryRun:
    """Stops a discovery for good; what it found stays. Raises NotAllowed, NotFound, Conflict `invalid_state`."""
    if run.organisation_id != actor.organisation.pk:
        raise NotFound
    actor.require(CHANGE)
    with transaction.atomic():
        lease, fresh = lock(run)
        if fresh.status in rules.FINAL or fresh.status == "canceling":
            message = f"A discovery that is {fresh.status.replace('_', ' ')} cannot be cancelled."
            raise Conflict("invalid_state", message, {"status": fresh.status})
        note("discovery.cancel_asked", fresh, actor=actor)
        if lease.state == "claimed":
            agents.say(lease, "cancel")
            mark(fresh, "canceling")
        else:
            close(fresh, lease, status="canceled", ending="cancel")
    return fresh


def tend() -> None:
    """The tick's part: asks for runs that are due, and cancels those whose domain is gone."""
    fire_due()
    for run in queries.under_way().filter(domain=None).exclude(status="canceling"):
        cancel(system_actor(run.organisation), run)


def fire_due() -> int:
    """Asks for the runs that are due. Returns how many there were."""
    due = queries.due(clock.now())
    for row in due:
        with transaction.atomic():
            # Two ticks at once: one of them moves the time on, and only that one asks.
            mine = DomainDiscovery.objects.filter(pk=row.pk, enabled=True, next_at=row.next_at)
            if mine.update(next_at=clock.now() + rules.next_turn(row.domain.public_id)):
                enqueue("discovery.scheduled", key=row.domain.public_id, payload={"domain": row.domain.public_id})
    return len(due)


def start_scheduled(domain_id: str) -> DiscoveryRun | None:
    """The queued job behind `fire_due`: starts the run of a domain unless it is switched off, stopped or under way by
    now. May wait for a worker's look at the ownership."""
    row = DomainDiscovery.objects.select_related("domain__organisation").filter(domain__public_id=domain_id).first()
    if row is None or not row.enabled:
        return None
    domain = row.domain
    try:
        _check(domain)
        if domain.verified and not ownership.is_fresh(domain):
            domain = ownership.refresh(domain)
        return _queue(system_actor(domain.organisation), domain, "scheduled")
    except Conflict:  # the next turn comes all the same
        return None


def lock(run: DiscoveryRun) -> tuple[Run, DiscoveryRun]:
    """The lease, locked until the caller's transaction ends, and the run as it stands then."""
    lease = agents.lock(DiscoveryRun.objects.values_list("run__public_id", flat=True).get(pk=run.pk))
    if lease is None:
        raise NotFound
    return lease, DiscoveryRun.objects.select_related("organisation", "domain").get(pk=run.pk)


def mark(run: DiscoveryRun, status: str) -> None:
    """Another status, in the caller's transaction."""
    run.status = status
    run.counter += 1
    run.save(update_fields=("status", "counter"))


def close(run: DiscoveryRun, lease: Run, *, status: str, ending: str, failure: str = "") -> None:
    """Ends a run and its locked lease for good, in the caller's transaction."""
    agents.close(lease, ending=ending, detail=failure)
    resuming.forget(run)
    run.status, run.completed_at, run.failure = status, clock.now(), failure[:300]
    run.counter += 1
    run.save(update_fields=("status", "completed_at", "failure", "counter"))
    kind = {"canceled": "discovery.canceled", "failed": "discovery.failed"}.get(status, "discovery.completed")
    data = {"names": run.names_count, "assets": run.assets_count, "new": run.new_count, "verdict": run.verdict}
    note(kind, run, data={**data, "failure": run.failure})


def note(kind: str, run: DiscoveryRun, *, actor: Actor | None = None, data: dict[str, Any] | None = None) -> None:
    """A fact about a run for the domain log, in the caller's transaction."""
    audit.record(
        kind=kind,
        actor=actor,
        organisation=run.organisation,
        object_kind="discovery",
        object_id=run.public_id,
        object_name=str(run.domain_then.get("hostname", "")),
        data={"type": run.type, **(data or {})},
    )


def _check(domain: Domain) -> None:
    if not has_names(domain):
        raise Conflict("no_name", NO_NAME)
    if domain.organisation.paused:
        raise Conflict("scans_stopped", STOPPED)
    if queries.active_run(domain) is not None:
        raise _busy(domain)


def _busy(domain: Domain) -> Conflict:
    active = queries.active_run(domain)
    return Conflict("discovery_active", BUSY, {"discovery": active.public_id if active else ""})


def _queue(actor: Actor, domain: Domain, kind: str) -> DiscoveryRun:
    run = DiscoveryRun(
        organisation=domain.organisation,
        domain=domain,
        type=kind,
        domain_then=queries.frozen(domain),
        seed=randomness.randbits(31),
        created_by=actor.user,
        created_by_name=actor.name[:255],
    )
    try:
        with transaction.atomic():
            (run.run,) = agents.open_runs(organisation=domain.organisation, kinds=[(DISCOVER, False)])
            run.save()
            note("discovery.created", run, actor=actor)
    except IntegrityError:
        raise _busy(domain) from None
    return run


def _require(actor: Actor, domain: Domain) -> None:
    if domain.organisation_id != actor.organisation.pk:
        raise NotFound
    actor.require(CHANGE)
