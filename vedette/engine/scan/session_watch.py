"""Sees to it that the session of a scan holds: asks now and then, logs in again when it is lost.

What was done since the last time that the session was seen to hold counts as done by nobody, and is done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from vedette.contract.exchange import Exchange
from vedette.contract.job import Login
from vedette.engine.crawl.login import LoginResult, refused
from vedette.engine.net.clock import Clock, SystemClock
from vedette.engine.parse.page import Page
from vedette.engine.scan.health import Tally
from vedette.engine.scan.logging_in import Entry

EVERY = 200
"""Requests after which the session is asked for, if no more than SECONDS have gone by."""

SECONDS = 30.0
LEAST = 20, 5.0
"""As often as that it is asked for in the end, in requests and seconds: each time that it was lost it is asked for more
often, since what was done in between is done again."""

MAX_LOSSES = 8
"""Times in a row that a session may be lost at once; then it does not hold, and no more log-ins are made."""

MAX_HARMLESS = 2000


class SessionWatch:
    """Watches one user's session. `epoch` grows with each loss. `told` hears of each log-in made again,
    `revisit` then fetches what else belongs to a session, and `given_up` hears why no more log-ins are made."""

    def __init__(
        self,
        entry: Entry,
        tally: Tally,
        told: Callable[[LoginResult], None],
        revisit: Callable[[], Awaitable[None]],
        given_up: Callable[[str], None],
        clock: Clock | None = None,
    ) -> None:
        self.epoch = 0
        self.armed = False
        self._entry = entry
        self._tally = tally
        self._told = told
        self._revisit = revisit
        self._given_up = given_up
        self._clock = clock or SystemClock()
        self._lock = asyncio.Lock()
        self._asking = asyncio.Lock()
        self._open = asyncio.Event()
        self._open.set()
        self._since = self._clock.now()
        self._pending = 0
        self._first_suspect = 0
        self._suspects: dict[str, None] = {}
        self._harmless: set[str] = set()
        self._losses = 0

    def arm(self, result: LoginResult) -> None:
        """Begins to watch, when the log-in has shown how its end would show."""
        self.armed = self._entry.made and result.ok and result.shown
        self._since = self._clock.now()

    async def ready(self) -> None:
        """Returns when no log-in is under way."""
        if not self._open.is_set():
            await self._open.wait()

    def saw(self, exchange: Exchange, epoch: int | None = None) -> None:
        """Takes note of an answer to a request of the user, sent in that epoch. A late one, of a session that is gone,
        says nothing of the present one: it must not make the like of it look harmless."""
        if epoch not in (None, self.epoch):
            return
        if not self.armed or exchange.request.user != self._entry.user or exchange.response is None:
            return
        self._pending += 1
        place = suspicious(exchange, self._entry.login)
        if place and place not in self._harmless:
            self._suspects[place] = None
            self._first_suspect = self._first_suspect or self._pending

    @property
    def due(self) -> bool:
        """Whether it is time to ask."""
        if not self.armed or not self._pending:
            return False
        every, seconds = max(LEAST[0], EVERY // (self.epoch + 1)), max(LEAST[1], SECONDS / (self.epoch + 1))
        late = self._pending >= every or self._clock.now() - self._since >= seconds
        return late or bool(self._suspects)

    async def unquestioned(self) -> bool:
        """Asks at once when an answer looked as if nobody were logged in, with everybody else waiting: what is sent
        after a session is lost is sent in vain. False when it is lost."""
        epoch = self.epoch
        async with self._asking:
            if not self._suspects or epoch != self.epoch:
                return epoch == self.epoch
            self._open.clear()
            try:
                return await self.holds(epoch)
            finally:
                self._open.set()

    async def holds(self, epoch: int) -> bool:
        """Whether the session has held from this epoch until now. If not, it is there again, or given up for good."""
        async with self._lock:
            if epoch != self.epoch or not self.armed:
                return epoch == self.epoch
            held = await self._entry.check.holds(self._entry.send)
            if held is not False:
                self._vouched(told=held is True)
                return True
            await self._again()
            return False

    def _vouched(self, *, told: bool) -> None:
        """The session holds, or, not `told`, nothing speaks against it."""
        self._tally.logged_in += self._pending
        self._losses = 0 if self._pending else self._losses
        if told and len(self._harmless) < MAX_HARMLESS:
            self._harmless.update(self._suspects)
        self._fresh()

    def _fresh(self) -> None:
        self._pending = self._first_suspect = 0
        self._suspects.clear()
        self._since = self._clock.now()

    async def _again(self) -> None:
        """Logs in once more, with everybody else waiting."""
        before = self._first_suspect - 1 if self._first_suspect else 0
        self._tally.logged_in += before
        self._tally.logged_out += max(1, self._pending - before)
        self.epoch += 1
        self._losses += 1
        self._fresh()
        self._open.clear()
        try:
            if self._losses > MAX_LOSSES:
                self._give_up(f"The session did not hold: it was lost {self._losses} times in a row.")
                return
            async with self._entry.network.shared():
                result = await self._entry.establish()
            self._told(result)
            if result.ok:
                await self._revisit()
            elif self._entry.failures.reason:
                self._give_up(f"The session was lost, and the log-in could not be made again. {result.reason}")
        finally:
            self._open.set()

    def _give_up(self, reason: str) -> None:
        self.armed = False
        self._tally.login_failed = reason
        self._given_up(f"The log-in failed: {reason}")


def suspicious(exchange: Exchange, login: Login) -> str:
    """What may show that the session is gone, as a key for its like; empty when nothing does. Only a suspicion: tests
    get such answers for reasons of their own."""
    response = exchange.response
    if response is None:
        return ""
    url = exchange.request.url.partition("?")[0]
    if url == login.url.partition("?")[0]:
        return ""
    if response.status < 300 and b"password" not in response.body[:65_536].lower():
        return ""
    return f"{exchange.request.method} {url} {response.status}" if refused(Page(exchange)) else ""
