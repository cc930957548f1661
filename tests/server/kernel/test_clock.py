from datetime import UTC, datetime, timedelta, timezone

import pytest

from vedette.server.kernel import clock

NOON = datetime(2026, 3, 29, 12, 0, 0, 250_000, tzinfo=UTC)


def test_the_time_is_that_of_the_machine_in_utc():
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_frozen_time_stands_still_to_the_microsecond():
    with clock.frozen(NOON):
        assert clock.now() == NOON
        assert clock.now().microsecond == 250_000


def test_frozen_time_can_be_moved_on_and_back():
    with clock.frozen(NOON) as stopped:
        stopped.advance(90.5)
        assert clock.now() == NOON + timedelta(seconds=90.5)
        stopped.advance(-100)
        assert clock.now() == NOON - timedelta(seconds=9.5)


def test_time_runs_again_after_the_block_even_after_an_error():
    with pytest.raises(KeyError), clock.frozen(NOON):
        raise KeyError
    assert clock.now() != NOON


def test_blocks_nest():
    later = NOON + timedelta(days=1)
    with clock.frozen(NOON):
        with clock.frozen(later):
            assert clock.now() == later
        assert clock.now() == NOON


def test_another_zone_is_told_in_utc():
    with clock.frozen(datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))):
        assert clock.now().isoformat() == "2026-01-01T00:00:00+00:00"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        clock.FrozenClock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_any_clock_can_be_set():
    class Counting:
        def __init__(self):
            self.calls = 0

        def now(self):
            self.calls += 1
            return NOON + timedelta(seconds=self.calls)

    with clock.set_clock(Counting()) as counting:
        assert [clock.now() - NOON, clock.now() - NOON] == [timedelta(seconds=1), timedelta(seconds=2)]
        assert counting.calls == 2
