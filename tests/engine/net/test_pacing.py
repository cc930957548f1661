import asyncio

from vedette.engine.net.pace import Sample
from vedette.engine.net.pacing import UNBOUNDED, Pacing

HOST = "192.0.2.1"


def entering(pacing: Pacing, count: int, order: list | None = None) -> list[asyncio.Future]:
    async def enter(number: int) -> bool:
        admitted = await pacing.enter(HOST)
        if order is not None:
            order.append(number)
        return admitted

    return [asyncio.ensure_future(enter(number)) for number in range(count)]


def done(tasks) -> int:
    return sum(task.done() for task in tasks)


async def test_a_free_gate_admits_without_waiting(clock):
    pacing = Pacing(rate=0, concurrency=2, clock=clock)
    assert [pacing.try_enter(HOST) for _ in range(3)] == [True, True, False]
    assert pacing.try_enter("192.0.2.2")
    pacing.leave(HOST, None)
    assert pacing.try_enter(HOST)


async def test_no_ceiling_means_many(clock):
    pacing = Pacing(rate=0, concurrency=0, clock=clock)
    assert all(pacing.try_enter(HOST) for _ in range(UNBOUNDED))


async def test_those_who_wait_go_in_order_and_nobody_overtakes(clock):
    pacing = Pacing(rate=0, concurrency=1, clock=clock)
    order: list[int] = []
    assert pacing.try_enter(HOST)
    tasks = entering(pacing, 3, order)
    await clock.settle()
    assert order == []
    for expected in range(1, 4):
        pacing.leave(HOST, None)
        assert not pacing.try_enter(HOST)
        await clock.settle()
        assert order == list(range(expected))
    assert all(task.result() for task in tasks)


async def test_the_rate_spreads_requests(clock):
    pacing = Pacing(rate=10, concurrency=100, clock=clock)
    tasks = entering(pacing, 32)
    await clock.settle()
    assert done(tasks) <= 2
    await clock.advance(1.0)
    assert 10 <= done(tasks) <= 12
    await clock.advance(2.1)
    assert done(tasks) == 32


async def test_a_turn_refused_without_waiting_is_not_used_up(clock):
    pacing = Pacing(rate=10, concurrency=100, clock=clock)
    for _ in range(50):
        pacing.try_enter(HOST)
    await clock.advance(0.11)
    assert pacing.try_enter(HOST)


async def test_retry_after_holds_everyone_and_is_announced(clock):
    told = []
    pacing = Pacing(rate=0, concurrency=8, clock=clock, on_slow=lambda *said: told.append(said))
    assert pacing.try_enter(HOST)
    pacing.leave(HOST, Sample(clock.now(), 503, 0.1, "600"), "shop.example")
    assert told == [("shop.example", "status 503", 30.0, 4)]
    assert not pacing.try_enter(HOST)
    tasks = entering(pacing, 2)
    await clock.advance(29.9)
    assert done(tasks) == 0
    await clock.advance(0.2)
    assert done(tasks) == 2


async def test_a_halved_concurrency_holds_and_grows_again(clock):
    pacing = Pacing(rate=0, concurrency=4, clock=clock)
    assert pacing.try_enter(HOST)
    pacing.leave(HOST, Sample(clock.now(), timed_out=True))
    assert [pacing.try_enter(HOST) for _ in range(3)] == [True, True, False]
    for _ in range(50):
        pacing.leave(HOST, Sample(clock.now(), 200, 0.01))
        assert pacing.try_enter(HOST)
    assert pacing.pace(HOST).limit == 4


async def test_one_who_gives_up_waiting_leaves_no_hole(clock):
    pacing = Pacing(rate=0, concurrency=1, clock=clock)
    assert pacing.try_enter(HOST)
    tasks = entering(pacing, 3)
    await clock.settle()
    tasks[0].cancel()
    await clock.settle()
    pacing.leave(HOST, None)
    tasks[1].cancel()  # admitted, but cancelled before it knows
    await clock.settle()
    assert tasks[2].done()
    pacing.leave(HOST, None)
    assert pacing.pace(HOST).in_flight == 0


async def test_one_who_gives_up_while_paused_gives_the_place_back(clock):
    pacing = Pacing(rate=1, concurrency=1, clock=clock)
    assert pacing.try_enter(HOST)
    pacing.leave(HOST, None)
    task = entering(pacing, 1)[0]
    await clock.settle()
    assert pacing.pace(HOST).in_flight == 1
    task.cancel()
    await clock.settle()
    assert pacing.pace(HOST).in_flight == 0


async def test_exclusive_waits_for_those_in_flight_and_holds_the_others(clock):
    pacing = Pacing(rate=0, concurrency=4, clock=clock)
    events = []
    assert pacing.try_enter(HOST)

    async def measure():
        async with pacing.exclusive(HOST):
            events.append("alone")
            assert pacing.try_enter(HOST)
            assert not pacing.try_enter(HOST)
            await clock.sleep(5)
            pacing.leave(HOST, None)
            assert await pacing.enter(HOST)
            pacing.leave(HOST, None)
        events.append("over")

    async def other():
        assert await pacing.enter(HOST)
        events.append("other")

    measuring = asyncio.ensure_future(measure())
    await clock.settle()
    waiting = asyncio.ensure_future(other())
    await clock.settle()
    assert events == []
    pacing.leave(HOST, None)
    await clock.settle()
    assert events == ["alone"]
    await clock.advance(5)
    assert events == ["alone", "over", "other"]
    await asyncio.gather(measuring, waiting)


async def test_within_exclusive_own_tasks_go_one_by_one(clock):
    pacing = Pacing(rate=0, concurrency=4, clock=clock)
    most = 0

    async def request():
        nonlocal most
        if not pacing.try_enter(HOST):
            assert await pacing.enter(HOST)
        most = max(most, pacing.pace(HOST).in_flight)
        await asyncio.sleep(0)
        pacing.leave(HOST, None)

    async with pacing.exclusive(HOST), asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(request())
    assert most == 1


async def test_exclusive_is_one_at_a_time_and_may_be_nested(clock):
    pacing = Pacing(rate=0, concurrency=4, clock=clock)
    inside = 0

    async def measure():
        nonlocal inside
        async with pacing.exclusive(HOST), pacing.exclusive(HOST):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(measure() for _ in range(3)))
    assert pacing.try_enter(HOST)


async def test_exclusive_does_not_touch_other_hosts(clock):
    pacing = Pacing(rate=0, concurrency=1, clock=clock)
    async with pacing.exclusive(HOST):
        assert pacing.try_enter("192.0.2.2")


async def test_a_measurement_cancelled_while_waiting_frees_the_host(clock):
    pacing = Pacing(rate=0, concurrency=2, clock=clock)
    assert pacing.try_enter(HOST)

    async def measure():
        async with pacing.exclusive(HOST):
            raise AssertionError("never alone")

    measuring = asyncio.ensure_future(measure())
    await clock.settle()
    measuring.cancel()
    await clock.settle()
    assert pacing.try_enter(HOST)


async def test_stop_wakes_everyone_with_a_refusal(clock):
    pacing = Pacing(rate=1, concurrency=2, clock=clock)
    tasks = entering(pacing, 5)
    await clock.settle()
    assert done(tasks) == 1
    pacing.stop()
    await clock.settle()
    assert [task.result() for task in tasks] == [True, False, False, False, False]
    assert not await pacing.enter(HOST)
    assert pacing.pace(HOST).in_flight == 1


async def test_who_holds_a_host_may_share_it_for_a_while(clock):
    pacing = Pacing(rate=0, concurrency=2, clock=clock)
    begin, go_on = asyncio.Event(), asyncio.Event()

    async def holder():
        async with pacing.exclusive(HOST):
            begin.set()
            async with pacing.shared():
                await go_on.wait()
            assert pacing.try_enter(HOST)
            assert not pacing.try_enter(HOST), "alone again, one at a time"
            pacing.leave(HOST, None)

    task = asyncio.ensure_future(holder())
    await begin.wait()
    outside = entering(pacing, 1)
    await clock.settle()
    assert done(outside) == 1
    go_on.set()
    await clock.settle()
    assert not task.done(), "it waits for the guest to leave"
    late = entering(pacing, 1)
    await clock.settle()
    assert done(late) == 0
    pacing.leave(HOST, None)
    await clock.settle()
    await task
    await clock.settle()
    assert done(late) == 1
    pacing.leave(HOST, None)
