"""Reading the domain log, and checking that nobody changed it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Model, Q, QuerySet

from vedette.server.audit import chain, rules
from vedette.server.audit.models import ChainHead, DomainEvent

FOREIGN = (
    "The chain was made with another key ring: put that of this data in its place. Whether rows were changed cannot be "
    "told without it."
)


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


def verify(organisation: Model | None) -> list[Fault]:
    """Every fault in the chain of an organisation (None: of what belongs to none), in order; empty when it holds. Rows
    that wait for the sealer are not part of it yet. In a chain that was made with another key, only what needs none is
    looked at."""
    organisation_id = organisation.pk if organisation else None
    head = head_of(organisation_id)
    foreign = head is not None and head.key_id != chain.key_id()
    events = DomainEvent.objects.filter(_of(organisation_id), seq__isnull=False).order_by("seq", "id")
    faults = [Fault(0, FOREIGN)] if foreign else []
    last, previous = 0, ""
    for event in events.iterator(chunk_size=500):
        seq = event.seq or 0
        if seq == last:
            faults.append(Fault(seq, f"Number {seq} stands twice."))
        elif seq != last + 1:
            faults.append(Fault(last + 1, _missing(last + 1, seq - 1)))
        elif event.previous != previous:
            faults.append(Fault(seq, f"Number {seq} does not follow the one before it."))
        faults += _own_faults(event, seq, foreign)
        last, previous = seq, event.digest
    return faults + _end_faults(head, foreign, last, previous)


def _own_faults(event: DomainEvent, seq: int, foreign: bool) -> list[Fault]:
    """An edited row is named itself; the next is judged by what this one claims to be, so that it is not named too."""
    if not foreign and not hmac.compare_digest(event.digest, chain.link_of(event)):
        return [Fault(seq, f"Number {seq} ({event.kind}) was changed.")]
    intact = event.payload == {} if event.erased else rules.digest(event.payload) == event.payload_digest
    return [] if intact else [Fault(seq, f"The details of number {seq} ({event.kind}) were changed.")]


def _end_faults(head: ChainHead | None, foreign: bool, last: int, digest: str) -> list[Fault]:
    if head is None:
        return [Fault(last, "The end of the chain was removed.")] if last else []
    if head.seq > last:
        return [Fault(last + 1, _missing(last + 1, head.seq))]
    if head.seq < last or head.digest != digest:
        return [Fault(last, f"Number {last} is not the end that was sealed.")]
    if not foreign and not hmac.compare_digest(head.mark, chain.mark_of(head)):
        return [Fault(last, f"The end of the chain was changed: number {last} may not be the last one.")]
    return []


def _of(organisation_id: int | None) -> Q:
    return Q(organisation=None) if organisation_id is None else Q(organisation_id=organisation_id)


def _missing(first: int, last: int) -> str:
    return f"Number {first} is missing." if first == last else f"Numbers {first} to {last} are missing."
