"""The testers' way to the network, within the sessions of the users in whose names they ask."""

from __future__ import annotations

import functools
from collections import Counter

from vedette.contract.exchange import Exchange, Request
from vedette.engine.attack.probe import ProbeStop
from vedette.engine.net.network import Network
from vedette.engine.scan.freshening import Freshener
from vedette.engine.scan.meter import Meter
from vedette.engine.scan.renewing import Renewal
from vedette.engine.scan.session_watches import UNKNOWN_USER, SessionWatches

LOST = "the session was lost"
"""Why a test ends that is to be begun again within a session."""


class Door:
    """Sessions stay as they were when testing began: what one test's answer sets must not steer another's, or results
    would depend on who came first."""

    def __init__(
        self,
        network: Network,
        meter: Meter,
        form_posts: int,
        watches: SessionWatches,
        fresh: Freshener,
        renewal: Renewal,
    ) -> None:
        self._network = network
        self._renewal = renewal
        self._fresh = fresh
        self._watches = watches
        self._meter = meter
        self._form_posts = form_posts
        self._posted: Counter[str] = Counter()

    async def send(self, request: Request, *, fresh: bool = False, timed: bool = False) -> Exchange:
        """One exchange, counted as the scanner's. Raises ProbeStop when an address was written to often enough, when
        the answer shows that the session is lost, and when the second user in whose name it is asked has none."""
        if self._watches.barred(request.user):
            raise ProbeStop(UNKNOWN_USER)
        self.writes(request)
        part, watch = self._meter.parts["scanner"], self._watches.of(request.user)
        if request.user:
            await watch.ready()
        epoch = watch.epoch
        send = functools.partial(self._network.send, fresh=fresh, timed=timed, part=part, keep_cookies=False)
        exchange = await self._renewal.exchange(request, lambda one: self._fresh.exchange(one, send))
        whole = not watch.armed or self._network.session(request.user).whole_in(exchange.request)
        watch.saw(exchange, epoch, whole=whole)
        if not await watch.unquestioned() or (request.user and epoch != watch.epoch):
            raise ProbeStop(LOST)
        return exchange

    def writes(self, request: Request) -> None:
        """Counts a request that may write. Raises ProbeStop when its address was written to often enough."""
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            address = f"{request.method} {request.url.partition('?')[0]}"
            self._posted[address] += 1
            if self._form_posts and self._posted[address] > self._form_posts:
                raise ProbeStop("the requests that may write to this address are spent")
