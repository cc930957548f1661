"""The sessions of all users of a scan as one: what is tested may rest on any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vedette.contract.exchange import Request
from vedette.engine.crawl.login import USER
from vedette.engine.scan.session_watch import SessionWatch

UNKNOWN_USER = "the second user is not logged in"
"""Why a test ends that asked in the name of a second user whose log-in has failed: what would be answered is
anybody's, and shows neither a flaw nor that there is none."""


class SessionWatches:
    """`epoch` grows with each loss of any session. `barred` tells whether a user has none and will have none."""

    def __init__(self, watches: Mapping[str, SessionWatch], barred: Callable[[str], bool] = lambda user: False) -> None:
        self.barred = barred
        self._watches = watches

    def of(self, user: str) -> SessionWatch:
        """The watch of a user; nobody's requests go by that of the first."""
        return self._watches.get(user) or self._watches[USER]

    @property
    def armed(self) -> bool:
        """Whether any session is watched."""
        return any(watch.armed for watch in self._watches.values())

    @property
    def epoch(self) -> int:
        """How often sessions were lost."""
        return sum(watch.epoch for watch in self._watches.values())

    @property
    def due(self) -> bool:
        """Whether it is time to ask for one of them."""
        return any(watch.due for watch in self._watches.values())

    async def ready(self) -> None:
        """Returns when no log-in is under way."""
        for watch in self._watches.values():
            await watch.ready()

    async def holds(self, epoch: int) -> bool:
        """Whether all sessions that something rests on have held from this epoch until now."""
        for user, watch in self._watches.items():
            if epoch != self.epoch:
                return False
            if watch.armed and (watch.used or user == USER):
                await watch.holds(watch.epoch)
        return epoch == self.epoch

    def unless_held(self, request: Request, undo: Callable[[], None]) -> None:
        """Has what was learned from answers to a request undone when its session turns out to have been lost."""
        self.of(request.user).unless_held(undo)
