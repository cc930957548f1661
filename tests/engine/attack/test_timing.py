from __future__ import annotations

import asyncio
import random
from itertools import combinations, permutations
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Handler
from vedette.engine.attack.mutations import with_value
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.rng import Rng
from vedette.engine.attack.timing import (
    MAX_TOTAL,
    Latency,
    Trial,
    experiment,
    hopeless,
    latency,
    plan,
    rank_p_value,
    screen,
    screen_delay,
    theil_sen,
    verdict,
)
from vedette.engine.testkit import TestProbe

QUICK = Latency(0.02, 0.003, 0.05)


def test_latency_is_robust() -> None:
    found = latency([0.1, 0.12, 0.11, 0.1, 9.0])
    assert found.median == 0.11
    assert found.mad == pytest.approx(0.01)
    assert found.p99 == 9.0
    with pytest.raises(ValueError, match="no samples"):
        latency([])


def test_the_screening_delay_stands_out() -> None:
    assert screen_delay(QUICK) == 2.1
    slow = Latency(2.0, 0.3, 3.0)
    assert screen_delay(slow) > slow.p99 + 6 * slow.mad


@given(seed=st.integers(0, 10_000), mad=st.floats(0, 0.5), multiple=st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_plans_keep_the_rules(seed: int, mad: float, multiple: int) -> None:
    trials = plan(Rng(seed, "plan"), Latency(0.1, mad, 0.2), multiple)
    asked = [trial.delay for trial in trials if not trial.control]
    controls = [trial.delay for trial in trials if trial.control]
    assert len(asked) >= 8
    assert len(controls) >= 3
    assert sum(asked) * multiple <= MAX_TOTAL + 0.05
    assert max(asked.count(delay) for delay in asked) <= 2
    assert len(set(asked)) >= len(asked) - 1
    assert all(delay == 0 or delay * multiple != int(delay * multiple) for delay in asked)
    assert set(controls) <= set(asked)
    assert not trials[0].control
    if mad <= 0.3 and multiple == 1:
        gaps = [b - a for a, b in zip(sorted(asked)[1:], sorted(asked)[2:], strict=False)]
        assert min(gaps) > 0.25


def test_plans_differ_by_seed_and_repeat() -> None:
    assert plan(Rng(1, "u"), QUICK) == plan(Rng(1, "u"), QUICK)
    assert plan(Rng(1, "u"), QUICK) != plan(Rng(2, "u"), QUICK)


def measure(trials: list[Trial], multiple: float = 1.0, noise: float = 0.02, seed: int = 1) -> list[float | None]:
    source = random.Random(seed)
    return [0.05 + source.random() * noise + (0 if t.control else t.delay * multiple) for t in trials]


@pytest.mark.parametrize("multiple", [1, 2, 3, 7])
def test_a_sleeping_site_is_proven(multiple: int) -> None:
    trials = plan(Rng(3, "u"), QUICK, multiple)
    found = verdict(trials, measure(trials, multiple), QUICK)
    assert found.ok, found.reason
    assert found.slope == pytest.approx(multiple, rel=0.05)
    assert found.p_value == pytest.approx(2 / factorial(8))
    assert len(found.table) == len(trials)


@pytest.mark.parametrize("seed", range(300))
def test_chance_never_proves_anything(seed: int) -> None:
    source = random.Random(seed)
    trials = plan(Rng(seed, "u"), QUICK)
    measured: list[float | None] = [source.choice((0.05, 0.3, 1.0, 2.0, 4.0)) + source.random() for _ in trials]
    assert not verdict(trials, measured, QUICK).ok


def test_what_spoils_an_experiment() -> None:
    trials = plan(Rng(3, "u"), QUICK)
    good = measure(trials)

    def spoiled(change: dict[int, float | None]) -> str:
        found = verdict(trials, [change.get(place, time) for place, time in enumerate(good)], QUICK)
        return "" if found.ok else found.reason

    control = next(place for place, trial in enumerate(trials) if trial.control)
    longest = max(range(len(trials)), key=lambda place: 0 if trials[place].control else trials[place].delay)
    shortest = next(place for place, trial in enumerate(trials) if trial.delay == 0)
    assert spoiled({}) == ""
    assert "cannot sleep" in spoiled({control: trials[control].delay})
    assert spoiled({longest: 0.05}) != ""
    assert spoiled({longest: None}) == "a measurement was not valid"
    assert "chance" in spoiled({shortest: 9.0}) or "line" in spoiled({shortest: 9.0})
    assert verdict(trials[:5], good[:5], QUICK).reason == "too few measurements"
    half = verdict(trials, measure(trials, 0.5), QUICK)
    assert not half.ok
    assert "second asked for" in half.reason


def test_one_hiccup_is_forgiven() -> None:
    trials = plan(Rng(3, "u"), QUICK)
    measured = measure(trials)
    longest = max(range(len(trials)), key=lambda place: 0 if trials[place].control else trials[place].delay)
    measured[longest] = (measured[longest] or 0) + 0.4
    assert verdict(trials, measured, QUICK).ok


@pytest.mark.parametrize("delays", [(1, 2, 3, 4, 5), (0, 0, 1, 2, 3), (0, 0, 0, 1, 1)])
def test_the_p_value_is_that_of_all_permutations(delays: tuple[int, ...]) -> None:
    """Compared with counting every order."""

    def inversions(times: tuple[int, ...]) -> int:
        rows = list(zip(delays, times, strict=True))
        return sum(1 for (d1, t1), (d2, t2) in combinations(rows, 2) if d1 != d2 and (d1 - d2) * (t1 - t2) < 0)

    counts = [inversions(order) for order in permutations(range(len(delays)))]
    for order in ((0, 1, 2, 3, 4), (1, 0, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 3, 1, 4)):
        expected = sum(1 for count in counts if count <= inversions(order)) / len(counts)
        points = [(float(d), float(t)) for d, t in zip(delays, order, strict=True)]
        assert rank_p_value(points) == pytest.approx(expected)


def test_theil_sen() -> None:
    assert theil_sen([(0, 1), (1, 3), (2, 5), (3, 7), (4, 90)]) == 2
    assert theil_sen([(1, 1), (1, 2)]) == 0


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        ([(Trial(2.1, False), 2.2), (Trial(2.1, True), 0.1)], ""),
        ([(Trial(2.1, False), 0.3)], "was not kept"),
        ([(Trial(2.1, True), 2.2)], "cannot sleep"),
        ([(Trial(0.0, False), 0.1)], ""),
        ([(Trial(2.1, False), None)], "not valid"),
    ],
)
def test_it_stops_early(done: list[tuple[Trial, float | None]], reason: str) -> None:
    told = hopeless(done, QUICK)
    assert reason in told
    assert bool(told) == bool(reason)


POINT = Point(Target(Request("GET", "http://site.example/?id=1"), "/"), PointKind.QUERY, "id", "1")


def sleeper(multiple: float = 1.0, also: float = 0.0, seed: int = 1) -> Handler:
    """A site that sleeps when the value says `sleep-` and a number, and is `also` slow by itself now and then."""
    source = random.Random(seed)

    def handle(request: Request) -> Response:
        asked = float(request.url.partition("sleep-")[2] or 0)
        return Response(200, ttfb_s=0.03 + source.random() * 0.01 + asked * multiple + source.choice((0, 0, also)))

    return handle


def run(handler: Handler, *, control: str = "slpee-") -> tuple[float | None, bool, str, int]:
    async def both() -> tuple[float | None, bool, str, int]:
        probe = TestProbe(handler, "timing")
        late = await screen(probe, POINT, lambda delay: f"sleep-{delay}")
        found, steps = await experiment(probe, POINT, lambda delay: f"sleep-{delay}", lambda delay: f"{control}{delay}")
        return late, found.ok, found.reason, len(steps)

    return asyncio.run(both())


@pytest.mark.parametrize("multiple", [1.0, 2.0, 5.0])
def test_the_drivers_prove_a_sleeping_site(multiple: float) -> None:
    late, ok, reason, steps = run(sleeper(multiple))
    assert late is not None
    assert late >= 2.0 * multiple
    assert ok, reason
    assert steps == 5 + 1 + 8 + 3


def test_the_drivers_reject_the_others() -> None:
    assert run(sleeper(0.0)) == (None, False, "a short delay was not kept", 6)
    late, ok, _, steps = run(sleeper(1.0), control="sleep-")
    assert late is not None
    assert not ok
    assert steps < 17
    for seed in range(20):
        assert not run(sleeper(0.0, also=2.5, seed=seed))[1]


def test_an_always_slow_page_is_screened_out() -> None:
    def handle(request: Request) -> Response:
        return Response(200, ttfb_s=0.05 if request == POINT.target.request else 6.0)

    assert run(handle)[0] is None


def test_an_unsteady_site_is_refused() -> None:
    source = random.Random(4)

    def handle(request: Request) -> Response:
        return Response(200, ttfb_s=source.choice((0.1, 1.9, 4.0)))

    assert not run(handle)[1]


def test_payloads_reach_the_point() -> None:
    seen: list[str] = []

    def handle(request: Request) -> Response:
        seen.append(request.url)
        return Response(200, ttfb_s=0.01)

    asyncio.run(screen(TestProbe(handle, "timing"), POINT, lambda delay: f"x{delay}"))
    assert seen[-1] == with_value(POINT, "x2.1").url
