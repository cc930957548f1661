import pytest

from vedette.engine.net.pace import GROWTH, WINDOW, Pace, Sample, retry_seconds


def pace(rate=0.0, ceiling=16) -> Pace:
    return Pace(rate, ceiling, retry_cap_s=30.0)


def good(pace_: Pace, count: int, now: float, seconds: float = 0.01) -> None:
    for _ in range(count):
        pace_.judge(Sample(now, 200, seconds), now)


def test_turns_are_spread_evenly_after_a_short_burst():
    steady = pace(rate=50)
    waits = [steady.take_turn(1000.0) for _ in range(100)]
    immediate = sum(wait == 0 for wait in waits)
    assert 1 <= immediate <= 6
    assert waits[-1] == pytest.approx((100 - immediate) / 50, abs=0.04)


def test_unused_time_is_not_saved_up():
    steady = pace(rate=10)
    steady.take_turn(0.0)
    waits = [steady.take_turn(100.0) for _ in range(12)]
    assert waits[-1] == pytest.approx(1.0, abs=0.11)


def test_no_rate_means_no_waiting():
    assert all(pace().take_turn(0.0) == 0.0 for _ in range(1000))


def test_too_many_requests_halve_the_concurrency_and_pause():
    struggling = pace()
    assert struggling.judge(Sample(10.0, 429, 0.1, "7"), 11.0) == ("status 429", 7.0)
    assert struggling.limit == 8
    assert struggling.pause_left(11.0) == 7.0
    assert not struggling.ready(17.9)
    assert struggling.ready(18.1)


def test_a_pause_is_bounded():
    struggling = pace()
    assert struggling.judge(Sample(10.0, 503, 0.1, "86400"), 11.0) == ("status 503", 30.0)
    assert struggling.pause_left(11.0) == 30.0


def test_requests_that_left_before_a_halving_do_not_halve_again():
    struggling = pace()
    for _ in range(10):
        struggling.judge(Sample(10.0, 503), 11.0)
    assert struggling.limit == 8
    struggling.judge(Sample(11.5, 503), 12.0)
    assert struggling.limit == 4


def test_the_limit_never_falls_below_one():
    struggling = pace(ceiling=4)
    for moment in range(10):
        struggling.judge(Sample(float(moment), timed_out=True), moment + 0.5)
    assert struggling.limit == 1


def test_timeouts_are_told_once_for_each_halving():
    struggling = pace(ceiling=4)
    told = [struggling.judge(Sample(float(moment), timed_out=True), moment + 0.5)[0] for moment in range(4)]
    assert told == ["timeouts", "timeouts", "", ""]


def test_good_answers_let_it_grow_slowly_up_to_the_ceiling():
    struggling = pace(ceiling=4)
    struggling.judge(Sample(0.0, 503), 1.0)
    assert struggling.limit == 2
    good(struggling, 2 * GROWTH - 1, 2.0)
    assert struggling.limit == 2
    good(struggling, 1, 2.0)
    assert struggling.limit == 3
    good(struggling, 500, 2.0)
    assert struggling.limit == 4


def test_answers_that_become_slow_halve_once_and_then_are_the_measure():
    drifting = pace()
    good(drifting, WINDOW, 1.0, 0.02)
    reasons = [drifting.judge(Sample(2.0, 200, 0.9), 3.0)[0] for _ in range(WINDOW)]
    assert [reason for reason in reasons if reason] == ["answers became slow"]
    assert drifting.limit == 8
    good(drifting, 2 * WINDOW, 4.0, 0.9)
    assert drifting.limit > 8


def test_a_few_slow_answers_and_small_drifts_change_nothing():
    drifting = pace()
    good(drifting, WINDOW, 1.0, 0.001)
    good(drifting, WINDOW - 1, 1.0, 0.01)
    good(drifting, 1, 1.0, 9.0)
    good(drifting, WINDOW, 1.0, 0.2)
    assert drifting.limit == 16


def test_measured_slowness_is_our_own_doing():
    drifting = pace()
    good(drifting, WINDOW, 1.0, 0.02)
    for _ in range(WINDOW):
        drifting.judge(Sample(2.0, 200, 5.0, timed=True), 3.0)
    assert drifting.limit == 16


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("", 0.0),
        ("-5", 0.0),
        ("soon", 0.0),
        ("\u0665", 0.0),
        ("9" * 400, 999999999.0),
        ("Thu, 01 Jan 2026 00:00:10 GMT", 10.0),
        ("Thu, 01 Jan 2025 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert retry_seconds(value, 1767225600.0) == seconds
