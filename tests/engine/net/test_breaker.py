import asyncio

import pytest

from vedette.engine.net.breaker import BOUND_S, PAUSE_CAP_S, PAUSE_S, THRESHOLD, Breaker

HOST = "http://shop.example"


@pytest.fixture
def told():
    return []


@pytest.fixture
def breaker(clock, told):
    return Breaker(clock=clock, on_block=lambda *said: told.append(said))


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.report(HOST, "connection refused")


async def test_errors_in_a_row_open_the_circuit(breaker, told):
    fail(breaker, THRESHOLD - 1)
    assert not breaker.is_open(HOST)
    fail(breaker, 1)
    assert breaker.is_open(HOST)
    assert not breaker.is_open("http://other.example")
    assert told == [(HOST, "10 network errors in a row: connection refused", True)]


async def test_an_answer_between_starts_the_count_anew(breaker):
    fail(breaker, THRESHOLD - 1)
    breaker.report(HOST)
    fail(breaker, THRESHOLD - 1)
    assert not breaker.is_open(HOST)


async def test_one_probe_goes_after_a_pause_and_its_success_lets_all_go(breaker, clock, told):
    fail(breaker, THRESHOLD)
    waiting = [asyncio.ensure_future(breaker.admit(HOST)) for _ in range(5)]
    await clock.advance(PAUSE_S - 0.1)
    assert not any(task.done() for task in waiting)
    await clock.advance(0.2)
    assert sum(task.done() for task in waiting) == 1
    breaker.report(HOST)
    await clock.settle()
    assert all(task.result() for task in waiting)
    assert told[-1] == (HOST, "answers again", False)
    assert not breaker.is_open(HOST)


async def test_failed_probes_double_the_pause_up_to_a_cap(breaker, clock):
    fail(breaker, THRESHOLD)
    moments = []
    began = clock.now()
    while clock.now() - began < BOUND_S:
        task = asyncio.ensure_future(breaker.admit(HOST))
        while not task.done():
            await clock.advance(0.5)
        if task.result():
            moments.append(clock.now() - began)
            fail(breaker, 1)
    gaps = [later - earlier for earlier, later in zip([0.0, *moments], moments, strict=False)]
    assert gaps[:4] == pytest.approx([1, 2, 4, 8], abs=0.6)
    assert max(gaps) <= PAUSE_CAP_S + 0.6


async def test_waiting_is_bounded_and_the_target_may_still_come_back(breaker, clock):
    fail(breaker, THRESHOLD)
    probe = asyncio.ensure_future(breaker.admit(HOST))
    waiting = [asyncio.ensure_future(breaker.admit(HOST)) for _ in range(3)]
    await clock.advance(PAUSE_S)
    assert probe.result()
    await clock.advance(BOUND_S)
    assert [task.result() for task in waiting] == [False, False, False]
    assert not await breaker.admit(HOST)
    fail(breaker, 1)
    await clock.advance(PAUSE_CAP_S)
    assert await breaker.admit(HOST)
    breaker.report(HOST)
    assert await breaker.admit(HOST)


async def test_an_abandoned_probe_makes_room_for_the_next(breaker, clock):
    fail(breaker, THRESHOLD)
    await clock.advance(PAUSE_S)
    assert await breaker.admit(HOST)
    waiting = asyncio.ensure_future(breaker.admit(HOST))
    await clock.settle()
    assert not waiting.done()
    breaker.abandon(HOST)
    await clock.settle()
    assert waiting.result()


async def test_stragglers_change_nothing(breaker, clock, told):
    fail(breaker, THRESHOLD + 5)
    assert len(told) == 1
    await clock.advance(PAUSE_S)
    assert await breaker.admit(HOST)


async def test_stop_wakes_everyone_with_a_refusal(breaker, clock):
    fail(breaker, THRESHOLD)
    waiting = [asyncio.ensure_future(breaker.admit(HOST)) for _ in range(3)]
    await clock.settle()
    breaker.stop()
    await clock.settle()
    assert [task.result() for task in waiting] == [False, False, False]
    assert not await breaker.admit("http://other.example")
