"""Time as the network room sees it, injected so that tests never sleep."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """A monotonic clock, in seconds, and a way to wait."""

    def now(self) -> float:
        """Seconds since some fixed moment; never goes back."""

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Waits without holding up others."""
        await asyncio.sleep(seconds)


async def doze(clock: Clock, seconds: float, *wakers: asyncio.Future[None]) -> None:
    """Sleeps until the time is over or one of the wakers is done, whichever comes first."""
    sleeper = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({sleeper, *wakers}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleeper.cancel()
