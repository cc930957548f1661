"""How long a target may stay away before a scan that is to fail fast gives it up."""

from __future__ import annotations

from vedette.engine.net.breaker import BOUND_S, THRESHOLD
from vedette.engine.net.clock import Clock, SystemClock

PATIENCE_S = BOUND_S
"""As long as requests are kept waiting for a target; those after that are lost."""

TROUBLES = THRESHOLD
"""Requests that must have ended in trouble meanwhile: a scan that waits for something else sends none."""


class Patience:
    """Looks at two counts of a scan: answers, and requests that ended blocked, timed out or in error."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._since = self._clock.now()
        self._answered = 0
        self._troubled = 0

    def ends(self, answered: int, troubled: int) -> bool:
        """Whether there has been nothing but trouble for too long."""
        if answered != self._answered:
            self._since, self._answered, self._troubled = self._clock.now(), answered, troubled
        return troubled - self._troubled >= TROUBLES and self._clock.now() - self._since >= PATIENCE_S
