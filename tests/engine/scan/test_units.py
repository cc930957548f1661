"""Units: bounded, committed one by one, pending when the scan stops, and never able to end it."""

import asyncio

import pytest

from tests.engine.scan.scanning import job_for, scan_of, within
from vedette.contract import events as kinds
from vedette.contract.exchange import Request
from vedette.contract.job import Limits
from vedette.engine.attack.probe import ProbeStop
from vedette.engine.scan.rows import row
from vedette.engine.scan.units import Result, Unit, limit_of, run_units, width_of


class Probe:
    """What a unit's runner looks at."""

    def __init__(self, full=True, trouble="", wrote=None):
        self.full, self.trouble, self.wrote, self.requests = full, trouble, wrote, 3


def unit(name, work, **probe):
    return Unit(f"detect|x.1|{name}", "x", name, lambda: Probe(**probe), work)


def scan(**limits):
    return scan_of(job_for("http://127.0.0.1:9/", limits=limits))


async def nothing(probe):
    return Result()


async def run(made, units, width=0):
    return await within(made, run_units(made, units, len(units), width))


def outcome(made, name):
    return made.coverage.points[name].outcomes["x"]


async def test_all_run_in_their_order_and_each_is_committed_with_its_rows():
    made, order = scan(), []

    def work(name):
        async def do(probe):
            order.append(name)
            return Result([kinds.PhaseStarted(phase=name)], [row("units", name, 1)], outcome=f"found {name}")

        return do

    ran = await run(made, [unit(name, work(name)) for name in "abc"], width=1)
    assert order == ["a", "b", "c"]
    assert [[event.phase for event in batch.events] for batch in ran.batches] == [["a"], ["b"], ["c"]]
    assert ran.state["units"].keys() == {key for name in "abc" for key in (name, f"done:detect|x.1|{name}")}
    assert outcome(made, "b") == "found b"


async def test_what_is_done_is_not_done_again():
    made, order = scan(), []

    async def work(probe):
        order.append(1)
        return Result()

    units = [unit("a", work), unit("b", work)]
    await run(made, units)
    again = scan_of(made.job, (await run(scan(), units)).state)
    assert len(order) == 4
    await run(again, units)
    assert len(order) == 4
    assert again.meter.parts["crawler"].done == 2, "what was done before counts as done"


@pytest.mark.parametrize(("width", "concurrency", "most"), [(0, 3, 3), (1, 3, 1), (2, 8, 2)])
async def test_no_more_at_once_than_allowed(width, concurrency, most):
    made, now, seen = scan(concurrency=concurrency), set(), []

    def work(name):
        async def do(probe):
            now.add(name)
            seen.append(len(now))
            await asyncio.sleep(0)
            now.discard(name)
            return Result()

        return do

    await run(made, [unit(str(name), work(name)) for name in range(12)], width=width)
    assert max(seen) == most
    assert len(seen) == 12


async def test_a_crash_is_told_with_its_place_and_the_others_go_on():
    made = scan()

    async def broken(probe):
        return [][1]

    ran = await run(made, [unit("a", broken), unit("b", nothing)])
    (failure,) = ran.of(kinds.CheckFailed)
    assert failure.unit == "detect|x.1|a"
    assert failure.reason.startswith("IndexError: list index out of range (broken, line ")
    assert outcome(made, "a").startswith("error: IndexError")
    assert outcome(made, "b") == "tested"
    assert made.tally.crashed == ["x"]
    assert made.tally.units_left == 0


async def test_a_unit_that_takes_too_long_is_ended_and_is_a_gap():
    made = scan(unit_s=0.02)
    ran = await run(made, [unit("a", lambda probe: asyncio.sleep(30)), unit("b", nothing)], width=1)
    assert [event.check for event in ran.of(kinds.CheckFailed)] == ["x"]
    assert outcome(made, "a").startswith("error: took longer than")
    assert made.tally.units_left == 1
    assert made.tally.crashed == []
    assert outcome(made, "b") == "tested"


@pytest.mark.parametrize(
    ("rate", "asked", "width", "limit"),
    [(0.0, 0, 10, 60.0), (50.0, 0, 10, 60.0), (1.5, 0, 2, 320.0), (0.2, 0, 1, 1200.0), (5.0, 1, 1, 60.0)],
)
def test_a_slow_rate_leaves_each_unit_the_time_for_its_requests(rate, asked, width, limit):
    limits = Limits(rate=rate, concurrency=10)
    assert width_of(limits, asked) == width
    assert limit_of(limits, width) == limit


async def test_stopped_units_stay_pending_and_nothing_more_is_begun():
    made, begun = scan(), []

    async def work(probe):
        begun.append(1)
        made.control.say("yield")
        raise ProbeStop("stopped")

    ran = await run(made, [unit(name, work) for name in "abc"], width=1)
    assert begun == [1]
    assert not ran.done()
    assert not made.coverage.done("detect|x.1|a")


async def test_a_spent_budget_is_a_limit_and_leaves_units_pending():
    made, begun = scan(max_requests=5), []

    async def work(probe):
        begun.append(1)
        raise ProbeStop("budget")

    await run(made, [unit(name, work) for name in "abc"], width=1)
    assert begun == [1]
    assert made.tally.limits == ["max-requests"]
    assert not made.coverage.done("detect|x.1|a")


@pytest.mark.parametrize("word", ["connect", "timeout"])
async def test_a_target_that_does_not_answer_is_a_gap(word):
    made = scan()

    async def no_baseline(probe):
        raise ProbeStop(word)

    await run(made, [unit("a", no_baseline), unit("b", nothing, trouble=word)])
    assert [outcome(made, name) for name in "ab"] == [f"blocked: {word}"] * 2
    assert made.tally.units_left == 2


async def test_trouble_does_not_hide_what_was_found():
    made = scan()

    async def found(probe):
        return Result(candidates=1)

    await run(made, [unit("a", found, trouble="timeout")])
    assert outcome(made, "a") == "tested"
    assert made.tally.units_left == 0


async def test_a_unit_that_spent_its_own_requests_was_tested():
    made = scan()

    async def spent(probe):
        raise ProbeStop("the unit's requests are spent")

    await run(made, [unit("a", spent, full=False)])
    assert outcome(made, "a") == "light: the unit's requests are spent"
    assert made.tally.units_left == 0


async def test_what_was_written_is_listed_once_also_when_the_unit_was_stopped():
    made = scan()
    post = Request("POST", "http://127.0.0.1:9/book")

    async def stopped(probe):
        raise ProbeStop("stopped")

    ran = await run(made, [unit("a", stopped, wrote=post), unit("b", nothing, wrote=post)], width=1)
    (written,) = ran.of(kinds.Written)
    assert (written.method, written.url) == ("POST", "http://127.0.0.1:9/book")
    assert list(ran.state["clean-up"]) == ["POST http://127.0.0.1:9/book"]
    assert set(ran.done()) == {"done:detect|x.1|b"}


async def test_the_queue_and_the_bar_move():
    made, queues = scan(), []

    async def work(probe):
        queues.append(made.queue)
        return Result()

    made.meter.enter("detect")
    await run(made, [unit(str(name), work) for name in range(4)], width=1)
    assert queues == [4, 3, 2, 1]
    assert made.queue == 0
    assert made.meter.percent == 70.0
