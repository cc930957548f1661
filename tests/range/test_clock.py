import math

import pytest

from vedette.range.clock import Clock


def test_sleeps_as_long_as_asked():
    naps = []
    clock = Clock(naps.append)
    clock(1.3)
    clock(0.2)
    assert naps == [1.3, 0.2]


@pytest.mark.parametrize("seconds", [0, -1, math.nan, -math.inf])
def test_what_is_no_duration_does_not_sleep(seconds):
    naps = []
    Clock(naps.append)(seconds)
    assert naps == []


def test_one_sleep_and_one_request_have_their_limits():
    naps = []
    clock = Clock(naps.append)
    for _ in range(4):
        clock(60)
    assert naps == [10, 5]


def test_an_endless_sleep_ends():
    naps = []
    Clock(naps.append)(math.inf)
    assert naps == [10]
