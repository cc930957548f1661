"""The key of the chains: one of this instance, kept apart from the database, so that nobody who can write only there
makes a chain that holds."""

from __future__ import annotations

from vedette.server.audit import rules
from vedette.server.audit.models import ChainHead, DomainEvent
from vedette.server.kernel import sealing

_ID_DIGITS = 16


def key() -> bytes:
    """What links are made with; the same for the life of this instance."""
    return sealing.instance_ring().derive("audit chain")


def key_id() -> str:
    """Tells the key from those of other instances, and nothing else about it."""
    return rules.link(key(), "key", [])[:_ID_DIGITS]


def link_of(event: DomainEvent) -> str:
    """The digest that a row must have where it stands: over all but the payload itself, whose digest stands for it."""
    row = [
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
    return rules.link(key(), event.previous, row)


def mark_of(head: ChainHead) -> str:
    """The digest that the end of a chain must have: an earlier row cannot pass for the last one."""
    return rules.link(key(), "end", [head.organisation_id, head.seq, head.digest])
