"""The key of the chains, and what it covers."""

import pytest

from vedette.server.audit import chain, services
from vedette.server.audit.models import ChainHead, DomainEvent
from vedette.server.kernel import sealing


def test_the_key_is_of_the_instance_and_of_no_other_purpose():
    ring = sealing.instance_ring()
    assert chain.key() == ring.derive("audit chain")
    assert chain.key_id() not in chain.key().hex()
    assert len(chain.key_id()) == 16


def test_another_key_gives_another_id(monkeypatch):
    before = chain.key_id()
    monkeypatch.setattr(chain, "key", lambda: b"another")
    assert chain.key_id() != before


@pytest.mark.parametrize("change", [{"actor_name": "Eve"}, {"seq": 2}, {"previous": "0"}, {"payload_digest": "0"}])
def test_a_link_covers_the_row_and_its_place(shop, change):
    services.record(kind="stop_all.set", actor=None, organisation=shop)
    services.seal()
    event = DomainEvent.objects.get()
    assert chain.link_of(event) == event.digest
    for name, value in change.items():
        setattr(event, name, value)
    assert chain.link_of(event) != event.digest


def test_the_mark_covers_the_end(shop):
    services.record(kind="stop_all.set", actor=None, organisation=shop)
    services.seal()
    head = ChainHead.objects.get()
    assert chain.mark_of(head) == head.mark
    head.seq += 1
    assert chain.mark_of(head) != head.mark
