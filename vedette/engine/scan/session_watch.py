"""Sees to it that the session of a scan holds: asks now and then, logs in again when it is lost.

What was done since the last time that the session was seen to hold counts as done by nobody, and is done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from vedette.contract.exchange import Exchange, Request
from vedette.engine.crawl.login import LoginResult
from vedette.engine.net.clock import Clock, SystemClock
from vedette.engine.scan.health import Tally
from vedette.engine.scan.logging_in import Entry
from vedette.engine.scan.session_signs import BARRED, Signs

EVERY = 200
"""Requests after which the session is asked for, if no more than SECONDS have gone by."""

SECONDS = 30.0
LEAST = 20, 5.0
"""As often as that it is asked for in the end, in requests and seconds: each time that it was lost it is asked for more
often, since what was done in between is done again."""

MAX_LOSSES = 8
"""Times in a row that a session may be lost at once; then it does not hold, and no more log-ins are made."""

MAX_HARMLESS = 2000
MAX_PLACES = 5000
PATIENCE = 4
"""Requests since the session was last seen to hold, doubled with each time that a sign has deceived, before the same
sign is looked into again: it may be a page's own habit, and the next time the end of the session all the same."""

UNSURE = BARRED | {429}
"""Statuses that a page of the session's own answers with as well as one that keeps everybody out."""

Send = Callable[[Request], Awaitable[Exchange]]


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
        self._beside = 0
        self._first_suspect = 0
        self._suspects: dict[str, str] = {}
        self._closed: set[str] = set()
        self._shown = 0
        self._harmless: dict[str, int] = {}
        self._signs = Signs(entry.login, entry.network.session(entry.user))
        self._undo: dict[Callable[[], None], int] = {}
        self._losses = 0

    def arm(self, result: LoginResult) -> None:
        """Begins to watch, when the log-in has shown how its end would show."""
        self.armed = self._entry.made and result.ok and result.shown
        self._signs.learn(self._entry.check.telling)
        self._since = self._clock.now()

    async def ready(self) -> None:
        """Returns when no log-in is under way."""
        if not self._open.is_set():
            await self._open.wait()

    def saw(self, exchange: Exchange, epoch: int | None = None, *, whole: bool = True) -> None:
        """Takes note of an answer to a request of the user, sent in that epoch. A late one, of a session that is gone,
        says nothing of the present one, nor does one to a request that went without the `whole` session, as a test of
        its cookie does: they must not make the like of them look harmless, and count for neither side."""
        if epoch not in (None, self.epoch):
            return
        if not self.armed or exchange.request.user != self._entry.user or exchange.response is None:
            return
        sign, place = self._signs.on(exchange), place_of(exchange.request)
        if not whole:
            self._beside += 1
            if sign:
                self._close(place)
            return
        self._pending += 1
        if sign and self._pending >= self._patience(sign):
            self._suspects[sign] = place
            self._first_suspect = self._first_suspect or self._pending
        elif not sign and place in self._closed and exchange.status < 500 and exchange.status not in UNSURE:
            self._shown = self._pending  # nobody gets that there

    def _close(self, place: str) -> None:
        if len(self._closed) < MAX_PLACES:
            self._closed.add(place)

    def _patience(self, sign: str) -> int:
        deceived = self._harmless.get(sign, 0)
        return min(EVERY, PATIENCE << deceived) if deceived else 0

    def unless_held(self, undo: Callable[[], None]) -> None:
        """Has something undone when it turns out that the session had been lost by now: what was learned from answers
        that were nobody's, unless a later answer still came from within. Given once more, it counts from then on."""
        if self.armed:
            self._undo[undo] = self._pending

    async def exchange(self, request: Request, send: Send) -> Exchange:
        """Sends a request within the session; once more when its answer showed that there was none."""
        await self.ready()
        epoch = self.epoch
        exchange = await send(request)
        self.saw(exchange, epoch)
        if await self.unquestioned() and epoch == self.epoch:
            return exchange
        await self.ready()
        return await send(request)

    @property
    def used(self) -> bool:
        """Whether there was an answer since the session was last seen to hold."""
        return bool(self._pending or self._beside)

    @property
    def due(self) -> bool:
        """Whether it is time to ask."""
        sent = self._pending + self._beside
        if not self.armed or not sent:
            return False
        every, seconds = max(LEAST[0], EVERY // (self.epoch + 1)), max(LEAST[1], SECONDS / (self.epoch + 1))
        late = sent >= every or self._clock.now() - self._since >= seconds
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
        for sign in self._suspects if told else ():
            if sign in self._harmless or len(self._harmless) < MAX_HARMLESS:
                self._harmless[sign] = min(self._harmless.get(sign, 0) + 1, EVERY)
        self._undo.clear()
        self._fresh()

    def _fresh(self) -> None:
        self._pending = self._beside = self._first_suspect = self._shown = 0
        self._suspects.clear()
        self._since = self._clock.now()

    async def _again(self) -> None:
        """Logs in once more, with everybody else waiting."""
        if self._first_suspect:
            before = max(self._first_suspect - 1, self._shown)
        else:
            # Nothing tells when it was lost: half of what nothing is known of is as near as one gets.
            before = (self._shown + self._pending) // 2
        self._tally.logged_in += before
        self._tally.logged_out += max(not self._beside, self._pending - before)
        self.epoch += 1
        self._losses += 1
        for sign, place in self._suspects.items():
            self._harmless.pop(sign, None)
            self._close(place)
        for undo, learned in self._undo.items():
            if not 0 < learned <= self._shown:
                undo()
        self._undo.clear()
        self._fresh()
        self._open.clear()
        try:
            if self._losses > MAX_LOSSES:
                self._give_up(f"The session did not hold: it was lost {self._losses} times in a row.")
                return
            async with self._entry.network.shared():
                result = await self._entry.establish()
            self._told(result)
            self._signs.learn(self._entry.check.telling)
            if result.ok:
                await self._revisit()
            elif self._entry.failures.reason:
                self._give_up(f"The session was lost, and the log-in could not be made again. {result.reason}")
        finally:
            self._open.set()

    def _give_up(self, reason: str) -> None:
        self.armed = False
        self._tally.fail_login(reason, self._entry.user)
        self._given_up(f"The log-in failed: {self._tally.failed_login(self._entry.user)}")


def place_of(request: Request) -> str:
    """Where a request goes, whatever its query."""
    return f"{request.method} {request.url.partition('?')[0]}"
