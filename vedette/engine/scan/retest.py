"""The first phase of a retest: only what known findings stand in is fetched, and what is needed to get there."""

from __future__ import annotations

import dataclasses

from vedette.contract.exchange import Request, header
from vedette.contract.job import Profile
from vedette.engine.crawl.frontier import Item
from vedette.engine.crawl.targets import requests_of
from vedette.engine.parse.page import Page
from vedette.engine.scan.context import Scan
from vedette.engine.scan.crawling import QUIET, Crawler
from vedette.engine.scan.describing import Describer
from vedette.engine.scan.hosting import closed
from vedette.engine.scan.recalling import alike, perishable, request_of
from vedette.engine.scan.rechecks import Rechecks
from vedette.engine.scan.revisiting import barred, bodies, current


async def refetch(scan: Scan) -> None:
    """The calls that give an API's token, the start pages and those with the forms of known findings first, since they
    give sessions and fresh tokens; then the requests of the findings themselves."""
    if scan.rechecks is None:
        return
    if scan.job.descriptions and not scan.resumed:
        await Describer(scan).enter()
    crawler = KnownCrawler(scan, scan.rechecks)
    crawler.seed()
    await crawler.run()
    if not scan.over:
        crawler.seed_known()
        await crawler.run()
    if crawler.frontier.spent:
        scan.tally.cap("max-pages")
    if not scan.over:
        await crawler.freeze()


class KnownCrawler(Crawler):
    """Follows no link, and of the forms and scripts of a page takes up only the requests of known findings."""

    def __init__(self, scan: Scan, rechecks: Rechecks) -> None:
        super().__init__(scan)
        self._wanted = [*rechecks.of_inputs(), *rechecks.pages]

    def seed(self) -> None:
        """The start URLs and the pages from which the findings' requests are sent."""
        super().seed()
        for known in self._wanted:
            request = request_of(known, self.scan.user)
            page = header(request.headers, "referer")
            if page and (request.method not in QUIET or perishable(request)):
                self._add(Request("GET", page, user=request.user), "known")

    def seed_known(self) -> None:
        """The findings' own requests, unless a page has just given a fresh one."""
        met = bodies(self.scan)
        for known in self._wanted:
            request = current(self.scan, known, met)
            if request is not None and not closed(self.scan, known.location.origin):
                self._add(request, "known")

    def _add(self, request: Request, source: str) -> None:
        if not self._frowned(request):
            self.frontier.add(Item(request, 0, source, header(request.headers, "referer")))

    def _frowned(self, request: Request) -> bool:
        # A user that this job does not log in has no session to be tested in.
        return bool(barred(self.scan, request)) or (bool(request.user) and not self.scan.user)

    def _well_known(self, start: str) -> None:
        """A start page is only a way to the findings."""

    def _follow(self, item: Item, page: Page) -> None:
        if self.scan.job.profile == Profile.LIGHTNING:
            return
        for found in requests_of(page):
            request = dataclasses.replace(found.request, user=item.request.user)
            if self._is_known(request) and not self._frowned(request) and not self.frontier.knows(request):
                self.frontier.add(Item(request, item.depth + 1, found.source, page.url, found.labels))

    def _is_known(self, request: Request) -> bool:
        places = [(request_of(known, self.scan.user), known.location) for known in self._wanted]
        return any(alike(told, request, place.kind, place.parameter) for told, place in places)
