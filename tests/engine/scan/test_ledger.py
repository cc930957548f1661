"""Commit batches: nothing counts before it is stored, and storing is all or nothing."""

import asyncio

import pytest

from vedette.contract.batch import StateChange
from vedette.contract.events import PhaseStarted
from vedette.engine.scan.ledger import MAX_EVENTS, Ledger


def ledger(**options):
    return Ledger(3, lambda: 12.0, **options)


async def gather(book, work):
    return [batch async for batch in book.batches(work)]


async def test_events_and_their_state_come_in_one_batch():
    book = ledger()

    async def work():
        book.add(PhaseStarted(phase="a"), state=[StateChange("head", "phase", "1")])
        await book.committed()

    batches = await gather(book, work())
    assert [(batch.epoch, batch.batch) for batch in batches] == [(3, 1)]
    assert batches[0].events[0].phase == "a"
    assert batches[0].events[0].at == 12.0
    assert batches[0].state == [StateChange("head", "phase", "1")]


async def test_committed_returns_only_after_the_consumer_came_back():
    book, order = ledger(), []

    async def work():
        book.add(PhaseStarted(phase="a"))
        await book.committed()
        order.append("work goes on")

    async for _ in book.batches(work()):
        await asyncio.sleep(0)
        order.append("stored")
    assert order == ["stored", "work goes on"]


async def test_what_several_units_add_meanwhile_is_committed_together():
    book = ledger()

    async def unit(name):
        book.add(PhaseStarted(phase=name))
        await book.committed()

    async def work():
        await asyncio.gather(*(unit(str(number)) for number in range(5)))

    batches = await gather(book, work())
    assert len(batches) == 1
    assert len(batches[0].events) == 5


async def test_large_batches_are_split_and_the_state_goes_last():
    book = ledger()

    async def work():
        events = [PhaseStarted(phase=str(number)) for number in range(MAX_EVENTS * 2 + 1)]
        book.add(*events, state=[StateChange("head", "phase", "2")])
        await book.committed()

    batches = await gather(book, work())
    assert [len(batch.events) for batch in batches] == [MAX_EVENTS, MAX_EVENTS, 1]
    assert [len(batch.state) for batch in batches] == [0, 0, 1]
    assert [batch.batch for batch in batches] == [1, 2, 3]


async def test_only_the_last_value_of_a_row_is_kept():
    book = ledger()

    async def work():
        book.add(state=[StateChange("head", "a", "1"), StateChange("head", "b", "1")])
        book.add(state=[StateChange("head", "a", None)])
        await book.committed()

    (batch,) = await gather(book, work())
    assert batch.state == [StateChange("head", "b", "1"), StateChange("head", "a", None)]


async def test_the_stamp_goes_with_every_batch():
    book = ledger(stamp=lambda: [StateChange("head", "spent", "9")])

    async def work():
        book.add(PhaseStarted(phase="a"))
        await book.committed()

    (batch,) = await gather(book, work())
    assert batch.state == [StateChange("head", "spent", "9")]


async def test_what_the_work_raises_comes_out_after_its_last_batch():
    book, seen = ledger(), []

    async def work():
        book.add(PhaseStarted(phase="a"))
        raise LookupError

    with pytest.raises(LookupError):
        async for batch in book.batches(work()):
            seen.append(batch)
    assert len(seen) == 1


async def test_closing_the_stream_ends_the_work():
    book, ended = ledger(), []

    async def work():
        try:
            book.add(PhaseStarted(phase="a"))
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    stream = book.batches(work())
    await anext(stream)
    await stream.aclose()
    assert ended == [True]


async def test_nothing_added_is_nothing_to_wait_for():
    await asyncio.wait_for(ledger().committed(), 1)
