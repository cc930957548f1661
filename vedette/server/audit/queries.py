"""Reading the domain log, and checking that nobody changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet

from vedette.server.audit import rules
from vedette.server.audit.models import ChainHead, DomainEvent


class Reader(Protocol):
    """An actor, as far as reading the log needs one."""

    @property
    def organisation(self) -> Model:
        """Whose log they may read."""

    def everywhere(self, permission: str, /) -> bool:
        """Whether they hold the permission over the whole account."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a chain does not hold: the number in the chain, and a sentence that says what is wrong."""

    seq: int
    text: str


def for_actor(actor: Reader) -> QuerySet[DomainEvent]:
    """The log of the actor's organisation, newest first; empty for those who may not read it."""
    if not actor.everywhere("audit.view"):
        return DomainEvent.objects.none()
    return DomainEvent.objects.filter(organisation_id=actor.organisation.pk).order_by("-id")


def unsealed() -> int:
    """How many rows wait for the sealer."""
    return DomainEvent.objects.filter(seq=None).count()


def head_of(organisation_id: int | None) -> ChainHead | None:
    """The sealed end of a chain, if anything was sealed yet."""
    return ChainHead.objects.filter(_of(organisation_id)).first()


def chained_fields(event: DomainEvent) -> list[Any]:
    """What the chain covers: all but the payload itself, whose digest stands for it."""
    return [
        event.organisation_id,
        event.seq,
        rules.moment(event.at),
        event.kind,
        event.actor_kind,
        event.actor_id,
        event.actor_name,
        event.address,
        event.object_kind,
        event.object_id,
        event.object_name,
        event.target_id,
        event.payload_digest,
    ]


def verify(organisation: Model | None) -> list[Fault]:
    """Every fault in the chain of an organisation (None: of what belongs to none), in order; empty when it holds. Rows
    that wait for the sealer are not part of it yet."""
    organisation_id = organisation.pk if organisation else None
    events = DomainEvent.objects.filter(_of(organisation_id), seq__isnull=False).order_by("seq", "id")
    faults: list[Fault] = []
    last, previous = 0, ""
    for event in events.iterator(chunk_size=500):
        seq = event.seq or 0
        if seq == last:
            faults.append(Fault(seq, f"Number {seq} stands twice."))
        elif seq != last + 1:
            faults.append(Fault(last + 1, _missing(last + 1, seq - 1)))
        elif event.previous != previous:
            faults.append(Fault(seq, f"Number {seq} does not follow the one before it."))
        faults += _own_faults(event, seq)
        last, previous = seq, event.digest
    return faults + _end_faults(organisation_id, last, previous)


def _own_faults(event: DomainEvent, seq: int) -> list[Fault]:
    """An edited row is named itself; the next is judged by what this one claims to be, so that it is not named too."""
    if event.digest != rules.link(event.previous, chained_fields(event)):
        return [Fault(seq, f"Number {seq} ({event.kind}) was changed.")]
    intact = event.payload == {} if event.erased else rules.digest(event.payload) == event.payload_digest
    return [] if intact else [Fault(seq, f"The details of number {seq} ({event.kind}) were changed.")]


def _end_faults(organisation_id: int | None, last: int, digest: str) -> list[Fault]:
    head = head_of(organisation_id)
    if head is None:
        return [Fault(last, "The end of the chain was removed.")] if last else []
    if head.seq > last:
        return [Fault(last + 1, _missing(last + 1, head.seq))]
    if head.seq < last or head.digest != digest:
        return [Fault(last, f"Number {last} is not the end that was sealed.")]
    return []


def _of(organisation_id: int | None) -> Q:
    return Q(organisation=None) if organisation_id is None else Q(organisation_id=organisation_id)


def _missing(first: int, last: int) -> str:
    return f"Number {first} is missing." if first == last else f"Numbers {first} to {last} are missing."
