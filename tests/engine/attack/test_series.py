"""The randomised experiment: who follows the truth of assertions, and who only seems to."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from vedette.contract.exchange import Request, Response
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.rng import Rng
from vedette.engine.attack.series import Series, steps
from vedette.engine.testkit import TestProbe

POINT = Point(Target(Request("GET", "http://a.example/?q=pear"), "/"), PointKind.QUERY, "q", "pear")
FULL = "<ul><li>pear</li><li>plum</li></ul>"
NONE = "<p>Nothing here.</p>"

Answer = Callable[[str], Response]


def page(body: str, status: int = 200) -> Response:
    return Response(status, (("Content-Type", "text/html"),), f"<html><h1>Fruit</h1>{body}</html>".encode())


def value_of(request: Request) -> str:
    return request.url.partition("q=")[2]


def series(answer: Answer, *, keeps: bool = True, seed: str = "unit") -> tuple[Series, TestProbe]:
    probe = TestProbe(lambda request: answer(value_of(request)), seed)
    rng = Rng(5, seed)

    def ask(truth: bool | None) -> str:
        number = rng.integer(1000, 9999)
        return f"pear{number}" + {True: "even", False: "odd", None: "broken"}[truth]

    return Series(probe, POINT, probe_model(probe), ask, keeps=keeps), probe


def probe_model(probe: TestProbe):
    coroutine = probe.baseline(POINT)
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("the baseline waited")


def follows(value: str) -> Response:
    return page(FULL if value == "pear" or value.endswith("even") else NONE)


def opens(value: str) -> Response:
    return page(FULL if value.endswith("even") else NONE)


async def test_a_site_that_follows_is_suspected_in_two_requests() -> None:
    one, probe = series(follows)
    assert await one.suspect()
    assert len(probe.sent) == 2


async def test_and_is_confirmed_with_a_broken_assertion_at_the_end() -> None:
    one, _ = series(follows)
    assert await one.confirm()
    truths = [trial.truth for trial in one.trials]
    assert truths[-1] is None
    assert len(truths) >= 12
    assert abs(truths.count(True) - truths.count(False)) <= 3
    assert all(trial.followed for trial in one.trials)


async def test_a_site_that_opens_up_on_true_is_confirmed_too() -> None:
    one, _ = series(opens, keeps=False)
    assert await one.suspect()
    assert await one.replicate()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda value: page(FULL), id="ignores the value"),
        pytest.param(lambda value: page(FULL if value == "pear" else NONE), id="takes it literally"),
        pytest.param(lambda value: page(FULL if hash_of(value) % 2 else NONE), id="answers by chance"),
    ],
)
@pytest.mark.parametrize("keeps", [True, False])
async def test_sites_that_do_not_follow_are_refused(answer: Answer, keeps: bool) -> None:
    for seed in range(20):
        one, _ = series(answer, keeps=keeps, seed=str(seed))
        assert not await one.confirm()


def hash_of(value: str) -> int:
    return random.Random(value).randint(0, 1000)


async def test_a_broken_assertion_that_passes_as_true_refutes_it_all() -> None:
    one, _ = series(lambda value: page(NONE if value.endswith("odd") else FULL))
    assert await one.suspect()
    assert not await one.confirm()
    assert not one.trials[-1].followed


async def test_one_slip_is_outvoted_and_two_are_not() -> None:
    def slipping(slips: int) -> Answer:
        seen = [0]

        def answer(value: str) -> Response:
            seen[0] += value != "pear"
            wrong = 4 <= seen[0] < 4 + slips
            return page(FULL if (value == "pear" or value.endswith("even")) is not wrong else NONE)

        return answer

    assert await series(slipping(1))[0].confirm()
    assert not await series(slipping(2))[0].confirm()


@pytest.mark.parametrize(
    "refusal",
    [page("slow down", 429), page("Request blocked by the web application firewall", 403)],
    ids=["throttled", "firewall"],
)
async def test_a_block_ends_the_experiment(refusal: Response) -> None:
    one, probe = series(lambda value: page(FULL) if value == "pear" else refusal)
    assert not await one.suspect()
    assert one.blocked
    assert len(probe.sent) == 1


async def test_a_page_that_shows_the_value_is_still_recognised() -> None:
    one, _ = series(lambda value: page(f"<p>You asked for {value}.</p>" + (NONE if value.endswith("odd") else FULL)))
    assert await one.suspect()


async def test_a_page_that_only_shows_the_value_follows_nothing() -> None:
    for keeps in (True, False):
        one, _ = series(lambda value: page(f"<p>You asked for {value}.</p>"), keeps=keeps)
        assert not await one.suspect()


async def test_the_false_page_must_be_one_page() -> None:
    def answer(value: str) -> Response:
        return (
            follows(value)
            if value.endswith("even") or value == "pear"
            else page(f"<p>Odd {hash_of(value)} {NONE}</p>" * (hash_of(value) % 7))
        )

    one, _ = series(answer)
    assert not await one.confirm()


async def test_a_question_of_unknown_truth_gets_the_sites_answer() -> None:
    one, _ = series(follows)
    assert await one.confirm()
    assert await one.holds("pear5even") is True
    assert await one.holds("pear5odd") is False


async def test_the_normal_answer_is_shown_as_control_while_it_comes() -> None:
    one, _ = series(follows)
    control = await one.unchanged()
    assert control is not None
    assert control.control
    gone = [False]
    other, _ = series(lambda value: page("<form>Log in</form>" if gone[0] else FULL))
    gone[0] = True
    assert await other.unchanged() is None


async def test_every_trial_becomes_a_step() -> None:
    one, _ = series(follows)
    await one.confirm()
    shown = steps(one.trials)
    assert {step.label for step in shown} == {"True assertion", "False assertion", "Broken assertion"}
    assert all(step.control is (step.label != "True assertion") for step in shown)
    assert all(step.request_marks[0] in step.exchange.request.url for step in shown)
