import asyncio

from vedette.engine.net.clock import SystemClock, doze


async def test_the_system_clock_goes_forward():
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(0)
    assert clock.now() >= before


async def test_a_doze_ends_with_the_time(clock):
    task = asyncio.ensure_future(doze(clock, 5))
    await clock.advance(4.9)
    assert not task.done()
    await clock.advance(0.2)
    assert task.done()


async def test_a_doze_ends_with_a_waker_and_leaves_no_sleeper(clock):
    waker = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(doze(clock, 5, waker))
    await clock.settle()
    waker.set_result(None)
    await clock.settle()
    assert task.done()
    assert all(future.cancelled() for _, future in clock.sleepers)


async def test_a_cancelled_doze_leaves_no_sleeper_and_the_waker_alone(clock):
    waker = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(doze(clock, 5, waker))
    await clock.settle()
    task.cancel()
    await clock.settle()
    assert task.cancelled()
    assert not waker.done()
    assert all(future.cancelled() for _, future in clock.sleepers)
