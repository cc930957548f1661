"""The fetching of a crawl: a round of pages within one session, and how each folder says no."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable, Sequence

from vedette.contract.exchange import Exchange, Request
from vedette.engine.crawl.soft404 import MISSING
from vedette.engine.scan.context import Scan
from vedette.engine.scan.units import width_of

ROUND = 10
"""Pages asked for at once and judged by what stood before the round. Not the job's concurrency, which pacing sees to:
what is found must not depend on it."""

LOST_ALONE = 3
"""Rounds in a row in which the session may be lost before a page that was asked for alone is to blame."""


class Fetcher:
    """Fetches round after round, and remembers in how many in a row the session was lost."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._lost = 0
        # Within a session no more at once than may go out: what waits is not sent in vain once it is seen to be lost.
        self._turns = asyncio.Semaphore(min(ROUND, width_of(scan.job.limits)) if scan.user else ROUND)

    @property
    def size(self) -> int:
        """How many pages the next round is to have: one, to find out which ends the session."""
        return 1 if self._lost > 1 else ROUND

    async def fetch(self, requests: Sequence[Request]) -> list[Exchange] | None:
        """The answers to all; None when the slice ended or the session was lost in between, so that all must be asked
        for again."""
        watch = self._scan.watch
        await watch.ready()
        epoch = watch.epoch
        exchanges = await asyncio.gather(*(self._page(request, epoch) for request in requests))
        sound = epoch == watch.epoch and await self.know_missing(exchanges)
        if sound and (not watch.armed or self._scan.over or await watch.holds(epoch)):
            self._lost = 0
            return exchanges
        self._lost += epoch != watch.epoch
        return None

    def blames(self, requests: Sequence[Request]) -> bool:
        """Whether a page ends the session whenever it is asked for alone; told once."""
        if self._lost <= LOST_ALONE or len(requests) != 1:
            return False
        self._lost = 0
        return True

    async def know_missing(self, exchanges: Iterable[Exchange]) -> bool:
        """Asks each new folder for addresses that cannot exist, to know its way of saying no. False when the slice
        ends before there are all answers."""
        exchanges = list(exchanges)
        return await self._learn_missing(exchanges) and not self._cut_off(exchanges)

    async def _page(self, request: Request, epoch: int) -> Exchange:
        watch = self._scan.watch
        send = functools.partial(self._scan.network.send, part=self._scan.meter.parts["crawler"], keep_cookies=False)
        async with self._turns:
            await watch.ready()
            if epoch != watch.epoch:
                return Exchange(request, error="stopped", detail="the session was lost")
            exchange = await self._scan.renewal.exchange(request, send)
            watch.saw(exchange, epoch)
            await watch.unquestioned()
            return exchange

    def _cut_off(self, exchanges: Iterable[Exchange]) -> bool:
        """Whether the end of the slice left the round without all of its answers. Half a round would be judged
        differently from a whole one, so that the successor asks for all of it again; when nobody goes on, half is
        better than nothing."""
        goes_on = self._scan.control.word not in ("", "cancel")
        return goes_on and any(exchange.error == "stopped" for exchange in exchanges)

    async def _learn_missing(self, exchanges: Iterable[Exchange]) -> bool:
        part, soft404 = self._scan.meter.parts["crawler"], self._scan.soft404
        for exchange in exchanges:
            url = exchange.request.url
            if exchange.response is None or exchange.status in MISSING or not soft404.wants(url):
                continue
            folder = soft404.folder_of(url)
            probes = soft404.probes(url, self._scan.rng(f"missing|{folder}"))
            asked = [Request("GET", probe, user=self._scan.user) for probe in probes]
            send = self._scan.network.send
            answers = [await send(request, part=part, keep_cookies=False) for request in asked]
            if self._cut_off(answers):
                return False
            soft404.learn(folder, answers)
            self._scan.watch.unless_held(functools.partial(soft404.forget, folder))
        return True
