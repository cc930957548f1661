"""Writing the domain log, and the sealer that chains it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from vedette.server.audit import chain, rules
from vedette.server.audit.models import ChainHead, DomainEvent
from vedette.server.audit.queries import head_of
from vedette.server.kernel import clock
from vedette.server.kernel.models import InstanceValue
from vedette.server.kernel.queue import enqueue
from vedette.server.kernel.rows import Rows, rewrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What `record` takes, about one object of several."""

    kind: str
    object_id: str
    object_name: str
    target_id: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    data: dict[str, Any] | None = None


_log = logging.getLogger(__name__)
_COLUMNS = tuple(field.attname for field in DomainEvent._meta.concrete_fields if not field.primary_key)
_FACTS = Rows(DomainEvent, _COLUMNS)
BATCH = 100
"""Rows sealed in one transaction: well under 50 ms."""


def record(
    *,
    kind: str,
    actor: rules.Actor | None,
    organisation: Model | None,
    object_kind: str = "",
    object_id: str = "",
    object_name: str = "",
    target_id: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> DomainEvent:
    """Writes a fact in the caller's transaction. `object_id` and `target_id` are public ids, `before` and `after` the
    changed fields with their values, `data` anything else. Secrets are hidden. Raises ValueError for an unknown kind,
    TypeError for values that are not data."""
    parts = {"before": before, "after": after, "data": data}
    event = _event(actor, organisation, kind, (object_kind, object_id, object_name, target_id), parts)
    event.save(force_insert=True)
    _ask_sealer_after_commit()
    return event


def record_all(*, actor: rules.Actor | None, organisation: Model, object_kind: str, facts: Iterable[Fact]) -> None:
    """The same for many facts about objects of one kind, in one statement."""
    events = [
        _event(
            actor,
            organisation,
            fact.kind,
            (object_kind, fact.object_id, fact.object_name, fact.target_id),
            {"before": fact.before, "after": fact.after, "data": fact.data},
        )
        for fact in facts
    ]
    if events:
        _FACTS.put([getattr(event, name) for name in _COLUMNS] for event in events)
        _ask_sealer_after_commit()


def _event(
    actor: rules.Actor | None,
    organisation: Model | None,
    kind: str,
    about: tuple[str, str, str, str],
    parts: Mapping[str, dict[str, Any] | None],
) -> DomainEvent:
    if kind not in rules.KINDS:
        raise ValueError(f"{kind} is not registered as a kind of fact")
    payload = {name: rules.redact(part) for name, part in parts.items() if part is not None}
    if payload:
        # Without it, what was erased could be guessed and compared with the digest that stays.
        payload["salt"] = secrets.token_hex(16)
    object_kind, object_id, object_name, target_id = about
    return DomainEvent(
        organisation_id=organisation.pk if organisation else None,
        at=clock.now(),
        kind=kind,
        actor_kind=actor.kind if actor else "system",
        actor_id=actor.id if actor else "",
        actor_name=rules.clean_text(actor.name, 255) if actor else "",
        address=actor.address[:45] if actor else "",
        object_kind=object_kind,
        object_id=object_id,
        object_name=rules.clean_text(object_name, 255),
        target_id=target_id,
        payload=payload,
        payload_digest=rules.digest(payload),
    )


def seal(limit: int = 500) -> int:
    """Gives up to `limit` waiting rows their place in the chain of their organisation, in the order of their ids.
    Returns how many; asks for another run when some may be left."""
    sealed = 0
    while sealed < limit:
        size = min(BATCH, limit - sealed)
        done = _seal_batch(size)
        sealed += done
        if done < size:
            return sealed
    enqueue("audit.seal", key="seal")
    return sealed


def _ask_sealer_after_commit() -> None:
    # Not in the transaction itself: the job's unique key would make all writers of PostgreSQL wait for each other, or
    # lock each other out. Nothing is lost if the process ends in between, as the sealer takes all that waits.
    if not any(_ask_sealer in entry for entry in connection.run_on_commit):
        transaction.on_commit(_ask_sealer, robust=True)


def _ask_sealer() -> None:
    enqueue("audit.seal", key="seal")


@transaction.atomic
def _seal_batch(size: int) -> int:
    # One sealer at a time, also for the chain that belongs to no organisation.
    InstanceValue.objects.get_or_create(name="audit_sealer")
    InstanceValue.objects.select_for_update(no_key=True).get(name="audit_sealer")
    events = list(_waiting().defer("payload").order_by("id")[:size])
    by_organisation: dict[int | None, list[DomainEvent]] = {}
    for event in events:
        by_organisation.setdefault(event.organisation_id, []).append(event)
    for organisation_id, rows in by_organisation.items():
        _append(organisation_id, rows)
    return len(events)


def _waiting() -> QuerySet[DomainEvent]:
    """Rows without a place; those whose chain is of another key keep waiting, and hold up no others."""
    rows = DomainEvent.objects.filter(seq=None)
    foreign = list(ChainHead.objects.exclude(key_id=chain.key_id()).values_list("organisation_id", flat=True))
    if foreign:
        _log.error("%d chains of the audit log are of another key ring, and get no further rows", len(foreign))
        rows = rows.exclude(organisation_id__in=[one for one in foreign if one is not None])
    return rows.exclude(organisation=None) if None in foreign else rows


def _append(organisation_id: int | None, events: Iterable[DomainEvent]) -> None:
    head = head_of(organisation_id) or ChainHead(organisation_id=organisation_id, key_id=chain.key_id())
    rows: list[tuple[object, ...]] = []
    for event in events:
        event.seq, event.previous = head.seq + 1, head.digest
        event.digest = chain.link_of(event)
        rows.append((event.pk, event.seq, event.previous, event.digest))
        head.seq, head.digest = event.seq, event.digest
    rewrite(DomainEvent, ("seq", "previous", "digest"), rows)
    head.mark, head.sealed_at = chain.mark_of(head), clock.now()
    head.save()
