"""Writing the log, and chaining it."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from vedette.server.audit import chain, queries, services
from vedette.server.audit.models import ChainHead, DomainEvent
from vedette.server.kernel import clock
from vedette.server.kernel.models import QueuedJob

CANARY = "canary-7f3a91"


def test_a_fact_is_written_with_all_its_parts(shop, someone):
    event = services.record(
        kind="target.changed",
        actor=someone(),
        organisation=shop,
        object_kind="target",
        object_id="Target123456",
        object_name="Web shop",
        target_id="Target123456",
        before={"name": "Old"},
        after={"name": "New"},
        data={"fields": ["name"]},
    )
    event.refresh_from_db()
    assert (event.organisation, event.kind, event.at) == (shop, "target.changed", clock.now())
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("person", "abcdefghijkm", "Ann")
    assert (event.address, event.object_kind, event.object_name) == ("127.0.0.1", "target", "Web shop")
    assert (event.object_id, event.target_id, event.seq) == ("Target123456", "Target123456", None)
    payload = dict(event.payload)
    assert len(payload.pop("salt")) == 32
    assert payload == {"before": {"name": "Old"}, "after": {"name": "New"}, "data": {"fields": ["name"]}}


def test_without_an_actor_it_was_the_system(shop):
    event = services.record(kind="scan.completed", actor=None, organisation=shop)
    assert (event.actor_kind, event.actor_id, event.payload) == ("system", "", {})


def test_an_unknown_kind_is_refused(shop):
    with pytest.raises(ValueError, match=r"target\.crated"):
        services.record(kind="target.crated", actor=None, organisation=shop)


def test_no_secret_reaches_the_row(shop, someone):
    services.record(
        kind="target.changed",
        actor=someone(name=f"Bearer {CANARY}"),
        organisation=shop,
        object_name=f"https://ann:{CANARY}@shop.test/",
        before={"password": CANARY, "headers": [{"name": "Authorization", "value": CANARY}]},
        after={"login": {"otp_seed": CANARY, "url": f"https://shop.test/?token={CANARY}"}},
        data={"cookies": CANARY, "note": f"Authorization: Bearer {CANARY}", "raw": CANARY.encode()},
    )
    assert CANARY not in json.dumps(list(DomainEvent.objects.values()), default=str)


def test_long_and_hostile_names_fit(shop, someone):
    event = services.record(
        kind="target.created",
        actor=someone(name="n" * 1000, address="a" * 100),
        organisation=shop,
        object_name="\x00" * 300,
    )
    event.refresh_from_db()
    assert len(event.actor_name) == len(event.object_name) == 255
    assert len(event.address) == 45


def test_a_fact_is_undone_with_its_transaction(shop):
    with transaction.atomic():
        services.record(kind="stop_all.set", actor=None, organisation=shop)
        transaction.set_rollback(True)
    assert not DomainEvent.objects.exists()


def test_equal_payloads_have_different_digests(shop):
    first, second = (
        services.record(kind="person.changed", actor=None, organisation=shop, after={"name": "Ann"}) for _ in range(2)
    )
    assert first.payload_digest != second.payload_digest


def test_the_sealer_is_asked_once_after_the_commit(shop, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        for _ in range(3):
            services.record(kind="stop_all.set", actor=None, organisation=shop)
        assert not QueuedJob.objects.exists()
    assert len(callbacks) == 1
    assert list(QueuedJob.objects.values_list("name", "key")) == [("audit.seal", "seal")]


def test_a_rolled_back_part_does_not_take_the_request_along(shop, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with transaction.atomic():
            services.record(kind="stop_all.set", actor=None, organisation=shop)
            transaction.set_rollback(True)
        services.record(kind="stop_all.lifted", actor=None, organisation=shop)
    assert QueuedJob.objects.count() == 1


def test_rows_are_chained_by_organisation_in_order(shop, rival):
    for number in range(5):
        for organisation in (shop, rival, None):
            services.record(kind="stop_all.set", actor=None, organisation=organisation, data={"number": number})
    assert queries.unsealed() == 15
    assert services.seal() == 15
    assert services.seal() == 0
    for organisation in (shop, rival, None):
        events = list(DomainEvent.objects.filter(organisation=organisation).order_by("id"))
        assert [event.seq for event in events] == [1, 2, 3, 4, 5]
        assert [event.previous for event in events] == ["", *(event.digest for event in events[:-1])]
        head = ChainHead.objects.get(organisation=organisation)
        assert (head.seq, head.digest) == (5, events[-1].digest)
        assert queries.verify(organisation) == []


def test_a_chain_goes_on(shop):
    for _ in range(3):
        services.record(kind="stop_all.set", actor=None, organisation=shop)
        services.seal()
    assert list(DomainEvent.objects.order_by("id").values_list("seq", flat=True)) == [1, 2, 3]
    assert ChainHead.objects.count() == 1
    assert queries.verify(shop) == []


def test_the_limit_holds_and_more_is_asked_for(shop):
    for _ in range(7):
        services.record(kind="stop_all.set", actor=None, organisation=shop)
    assert services.seal(limit=5) == 5
    assert QueuedJob.objects.filter(name="audit.seal").count() == 1
    assert services.seal(limit=5) == 2
    assert queries.verify(shop) == []


def test_a_row_that_commits_late_comes_last(shop):
    """On PostgreSQL a lower id may become visible after a higher one was sealed."""
    late = services.record(kind="stop_all.set", actor=None, organisation=shop)
    pk = late.pk
    services.record(kind="stop_all.lifted", actor=None, organisation=shop)
    late.delete()
    services.seal()
    late.pk = pk
    late.save(force_insert=True)
    services.seal()
    kinds = DomainEvent.objects.order_by("seq").values_list("seq", "kind")
    assert list(kinds) == [(1, "stop_all.lifted"), (2, "stop_all.set")]
    assert queries.verify(shop) == []


def test_sealing_costs_a_few_queries_a_batch(shop):
    for _ in range(50):
        services.record(kind="stop_all.set", actor=None, organisation=shop)
    with CaptureQueriesContext(connection) as captured:
        services.seal()
    assert len(captured) < 20
    assert queries.verify(shop) == []


@pytest.mark.parametrize("whose", ["shop", "nobody"])
def test_a_chain_of_another_key_ring_is_not_added_to_and_holds_up_no_other(shop, rival, whose, monkeypatch):
    mine = shop if whose == "shop" else None
    with monkeypatch.context() as another:
        another.setattr(chain, "key", lambda: b"another")
        services.record(kind="stop_all.set", actor=None, organisation=mine)
        services.seal()
    for organisation in (mine, rival):
        services.record(kind="stop_all.lifted", actor=None, organisation=organisation)
    assert services.seal() == 1
    assert [one.organisation for one in DomainEvent.objects.filter(seq=None)] == [mine]
    assert queries.verify(rival) == []
