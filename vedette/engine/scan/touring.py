"""Recorded sequences that lead through the site: replayed in the browser before the crawl, and what they meet with goes
to its frontier."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from vedette.contract.batch import StateChange
from vedette.contract.events import SequencePlayed
from vedette.contract.exchange import Exchange, Request
from vedette.contract.job import RecordedStep
from vedette.contract.job import Sequence as Recorded
from vedette.engine.crawl.frontier import Item
from vedette.engine.net.browser import Browser
from vedette.engine.net.browser_process import BrowserTrouble, within
from vedette.engine.net.playing import play
from vedette.engine.net.tab import Tab
from vedette.engine.parse.links import links
from vedette.engine.scan.context import Scan
from vedette.engine.scan.crawling import Crawler
from vedette.engine.scan.opening import ROOM, own_headers, quietly, rendered
from vedette.engine.scan.partial import SEQUENCE
from vedette.engine.scan.rows import row

READ_S = 5.0


class Tour:
    """The sequences of a scan. Each is replayed once, by one slice from its first step to its last."""

    def __init__(self, scan: Scan, rows: Mapping[str, str]) -> None:
        self._scan = scan
        self._done = frozenset(key for key in rows if key.startswith("sequence:"))

    async def run(self, crawler: Crawler) -> None:
        """Replays what was not replayed yet."""
        for number, sequence in enumerate(self._scan.job.sequences):
            key = f"sequence:{number}"
            if self._scan.over:
                return
            if key not in self._done:
                await self._replay(crawler, sequence, row(ROOM, key, 1))

    async def _replay(self, crawler: Crawler, sequence: Recorded, done: StateChange) -> None:
        scan = self._scan
        url, reason = await self._played(crawler, sequence)
        if reason and scan.over:
            return  # cut off: the next slice begins it again
        scan.ledger.add(SequencePlayed(name=sequence.name, ok=not reason, url=url, reason=reason))
        if reason:
            scan.tally.sequences_failed.append(f"{sequence.name}: {reason}")
        await crawler.store([done])
        if reason and scan.job.stop_on_sequence_failure:
            scan.fail_early(f"The recorded sequence {sequence.name} could not be replayed. {reason}")
            if not scan.job.fail_fast:
                scan.control.say("cancel")

    async def _played(self, crawler: Crawler, sequence: Recorded) -> tuple[str, str]:
        """Where it led, and why it failed."""
        scan = self._scan
        if sequence.requires_login and (not scan.user or scan.tally.login_failed):
            return "", "It needs a log-in, and there is none."
        browser = await scan.browsing.opened()
        if browser is None:
            return "", "There is no browser to replay it."
        await scan.watch.ready()
        allowed, browser.veto = browser.veto, quietly(scan.job, browser.veto)
        try:
            return await self._toured(crawler, browser, sequence.steps)
        except BrowserTrouble as trouble:
            return "", f"The browser came to no end: {trouble}"
        finally:
            browser.veto = allowed

    async def _toured(self, crawler: Crawler, browser: Browser, steps: Sequence[RecordedStep]) -> tuple[str, str]:
        tab = await browser.tab(self._scan.user)
        try:
            for number, step in enumerate(steps, 1):
                reason = await play(tab, step, self._scan.secrets[step.secret] if step.secret else step.value)
                await self._feed(crawler, tab)
                if reason:
                    return tab.page.url, f"Step {number} failed. {reason}"
                if self._scan.over:
                    return tab.page.url, "The slice is over."
            await tab.cookies_to_session()
            return tab.page.url, ""
        finally:
            await tab.release()

    async def _feed(self, crawler: Crawler, tab: Tab) -> None:
        url = tab.page.url
        item = Item(Request("GET", url, user=self._scan.user), 0, SEQUENCE)
        for exchange in tab.drain():
            self._scan.watch.saw(exchange)
            if _is_answered(exchange):
                request = dataclasses.replace(exchange.request, headers=own_headers(exchange.request.headers))
                crawler.ask(item, request, SEQUENCE)
        if not url.startswith("http"):
            return
        page = rendered(url, await within(READ_S, tab.page.content()), item.request)
        for link in links(page):
            crawler.offer(link.url, "browser", 1, (link.label,) if link.label else (), url)
        crawler.submit(item, page)


def _is_answered(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.request.url.startswith("http")
