"""What time it is. The whole server asks here, so that tests can stop time and move it on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that can tell the time."""

    def now(self) -> datetime:
        """The present moment, in UTC and aware of it."""


class SystemClock:
    """The time of the machine, to the microsecond."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)


class FrozenClock:
    """A clock that stands still until it is moved on. A moment without a time zone raises ValueError."""

    def __init__(self, at: datetime) -> None:
        if at.utcoffset() is None:
            raise ValueError("a moment needs a time zone")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment at which the clock stands, in UTC."""
        return self._at

    def advance(self, seconds: float) -> None:
        """Moves the clock on by so many seconds; a negative number moves it back, as a corrected machine clock does."""
        self._at += timedelta(seconds=seconds)


_clock: Clock = SystemClock()


def now() -> datetime:
    """The present moment, in UTC and aware of it."""
    return _clock.now()


@contextmanager
def set_clock(clock: Clock) -> Iterator[Clock]:
    """Lets this clock tell the time, to all threads of the process, until the block ends."""
    global _clock
    before, _clock = _clock, clock
    try:
        yield clock
    finally:
        _clock = before


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Stops time at a moment until the block ends; yields the clock, which can be advanced."""
    clock = FrozenClock(at)
    with set_clock(clock):
        yield clock
