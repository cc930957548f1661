"""Reading the log, and finding what was done to it."""

import pytest

from vedette.server.audit import chain as chain_room
from vedette.server.audit import queries, services
from vedette.server.audit.models import ChainHead, DomainEvent


@pytest.fixture
def chain(shop):
    """Six sealed rows; returns them."""
    for number in range(6):
        services.record(
            kind="target.changed", actor=None, organisation=shop, object_name=f"t{number}", after={"n": number}
        )
    services.seal()
    return list(DomainEvent.objects.order_by("id"))


def faults(shop):
    return [(fault.seq, fault.text) for fault in queries.verify(shop)]


def test_readers_see_their_organisation_newest_first(shop, rival, someone):
    for organisation in (shop, rival, shop, None):
        services.record(kind="stop_all.set", actor=None, organisation=organisation)
    reader = someone(organisation=shop, rights=frozenset({"audit.view"}))
    seen = list(queries.for_actor(reader))
    assert [event.organisation for event in seen] == [shop, shop]
    assert seen[0].pk > seen[1].pk
    assert not queries.for_actor(someone(organisation=shop)).exists()


def test_an_untouched_chain_holds(chain, shop, rival):
    assert faults(shop) == []
    assert faults(rival) == []
    assert faults(None) == []


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "target.created"},
        {"actor_name": "Eve"},
        {"actor_id": "x"},
        {"actor_kind": "key"},
        {"address": "10.0.0.1"},
        {"object_name": "other"},
        {"object_id": "x"},
        {"object_kind": "scan"},
        {"target_id": "x"},
        {"payload_digest": "0" * 64},
        {"digest": "0" * 64},
        {"previous": "0" * 64},
    ],
)
def test_an_edited_row_is_named(chain, shop, change):
    DomainEvent.objects.filter(pk=chain[2].pk).update(**change)
    found = queries.verify(shop)
    assert {fault.seq for fault in found} <= {3, 4}
    assert "Number 3" in found[0].text


def test_a_moved_moment_is_named(chain, shop, moment):
    moment.advance(1)
    DomainEvent.objects.filter(pk=chain[2].pk).update(at=moment.now())
    assert faults(shop) == [(3, "Number 3 (target.changed) was changed.")]


def test_edited_details_are_named(chain, shop):
    DomainEvent.objects.filter(pk=chain[2].pk).update(payload={**chain[2].payload, "after": {"n": 99}})
    assert faults(shop) == [(3, "The details of number 3 (target.changed) were changed.")]
    DomainEvent.objects.filter(pk=chain[2].pk).update(payload={})
    assert len(faults(shop)) == 1


def test_erased_details_leave_the_chain_whole(chain, shop):
    DomainEvent.objects.filter(pk__in=[chain[0].pk, chain[5].pk]).update(payload={}, erased=True)
    assert faults(shop) == []
    DomainEvent.objects.filter(pk=chain[3].pk).update(erased=True)
    assert [seq for seq, _ in faults(shop)] == [4]


def test_deleted_rows_are_named(chain, shop):
    chain[1].delete()
    chain[2].delete()
    assert faults(shop) == [(2, "Numbers 2 to 3 are missing.")]


def test_a_deleted_start_is_named(chain, shop):
    chain[0].delete()
    assert faults(shop) == [(1, "Number 1 is missing.")]


def test_a_deleted_tail_is_named(chain, shop):
    chain[4].delete()
    chain[5].delete()
    assert faults(shop) == [(5, "Numbers 5 to 6 are missing.")]


def test_everything_deleted_is_named(chain, shop):
    DomainEvent.objects.all().delete()
    assert faults(shop) == [(1, "Numbers 1 to 6 are missing.")]


def test_a_replaced_end_is_named(chain, shop):
    ChainHead.objects.update(digest="0" * 64)
    assert faults(shop) == [(6, "Number 6 is not the end that was sealed.")]
    ChainHead.objects.update(seq=4, digest=chain[3].digest)
    assert faults(shop) == [(6, "Number 6 is not the end that was sealed.")]
    ChainHead.objects.all().delete()
    assert faults(shop) == [(6, "The end of the chain was removed.")]


def test_an_end_put_further_back_is_named(chain, shop):
    chain[4].delete()
    chain[5].delete()
    ChainHead.objects.update(seq=4, digest=chain[3].digest)
    assert faults(shop) == [(4, "The end of the chain was changed: number 4 may not be the last one.")]


def test_a_chain_made_anew_without_the_key_is_named(chain, shop, monkeypatch):
    """Who can write to the database alone makes all digests again, over other rows."""
    DomainEvent.objects.filter(pk=chain[0].pk).update(actor_name="Eve", seq=None)
    DomainEvent.objects.exclude(pk=chain[0].pk).delete()
    own = chain_room.key_id()
    with monkeypatch.context() as theirs:
        theirs.setattr(chain_room, "key", lambda: b"guessed")
        ChainHead.objects.all().delete()
        services.seal()
        assert faults(shop) == []
    assert faults(shop) == [(0, queries.FOREIGN)]
    ChainHead.objects.update(key_id=own)
    assert [seq for seq, _ in faults(shop)] == [1, 1]


def test_with_another_key_ring_only_the_order_is_judged(chain, shop, monkeypatch):
    monkeypatch.setattr(chain_room, "key", lambda: b"another")
    assert faults(shop) == [(0, queries.FOREIGN)]
    chain[2].delete()
    assert faults(shop) == [(0, queries.FOREIGN), (3, "Number 3 is missing.")]


def test_swapped_rows_are_named(chain, shop):
    second, third = chain[1].seq, chain[2].seq
    DomainEvent.objects.filter(pk=chain[1].pk).update(seq=None)
    DomainEvent.objects.filter(pk=chain[2].pk).update(seq=second)
    DomainEvent.objects.filter(pk=chain[1].pk).update(seq=third)
    assert {2, 3} <= {seq for seq, _ in faults(shop)}


def test_a_row_slipped_in_is_named(chain, shop, rival):
    DomainEvent.objects.filter(pk=chain[3].pk).update(organisation=rival)
    assert faults(shop) == [(4, "Number 4 is missing.")]
    assert faults(rival)[0][0] == 1


def test_a_number_that_stands_twice_is_named(shop):
    for _ in range(2):
        services.record(kind="stop_all.set", actor=None, organisation=None)
    services.seal()
    last = DomainEvent.objects.order_by("id").last()
    DomainEvent.objects.filter(pk=last.pk).update(seq=1)
    assert "Number 1 stands twice." in [text for _, text in faults(None)]


def test_waiting_rows_are_no_fault(chain, shop):
    services.record(kind="stop_all.set", actor=None, organisation=shop)
    assert faults(shop) == []
    assert queries.unsealed() == 1
