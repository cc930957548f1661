"""Time as a request may spend it: real sleeping, with a cap on each sleep and on all sleeps of one request."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

LONGEST_SLEEP = 10.0
LONGEST_REQUEST = 15.0

Nap = Callable[[float], None]


class Clock:
    """Called with seconds, sleeps that long; one clock belongs to one request.

    `nap` does the sleeping; tests pass a list's `append` to see the naps instead of waiting for them.
    """

    def __init__(self, nap: Nap = time.sleep) -> None:
        self._nap = nap
        self._left = LONGEST_REQUEST

    def __call__(self, seconds: float) -> None:
        """Sleep; negative and impossible durations count as none, too long ones are cut."""
        if not math.isfinite(seconds) and seconds != math.inf:
            return
        granted = min(seconds, LONGEST_SLEEP, self._left)
        if granted > 0:
            self._left -= granted
            self._nap(granted)
