"""The crawl phase: rounds of fetches, each round's answers dealt with in order and committed together."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from vedette.contract.batch import StateChange
from vedette.contract.events import EndpointFound, Event, InputFound, LimitReached, TechnologyFound
from vedette.contract.exchange import Exchange, Headers, Request
from vedette.contract.job import Profile
from vedette.engine.attack.point import Target
from vedette.engine.crawl.frontier import Frontier, Item, key_of
from vedette.engine.crawl.harm import allowed, harm
from vedette.engine.crawl.identity import Judge
from vedette.engine.crawl.soft404 import MISSING
from vedette.engine.crawl.targets import Found, Targets, requests_of, shared_headers
from vedette.engine.crawl.traps import is_media, trap
from vedette.engine.fingerprint import matcher
from vedette.engine.parse import wellknown
from vedette.engine.parse.links import links
from vedette.engine.parse.page import Page
from vedette.engine.parse.urls import origin, resolve
from vedette.engine.scan.context import Scan
from vedette.engine.scan.fetching import Fetcher
from vedette.engine.scan.opening import Openings
from vedette.engine.scan.partial import PART, START, endpoint_key, sent_with
from vedette.engine.scan.passive import inspect
from vedette.engine.scan.prober import throttled
from vedette.engine.scan.reach import why_not
from vedette.engine.scan.survey import named_headers

QUIET = ("GET", "HEAD")


async def crawl(scan: Scan, first: Callable[[Crawler], Awaitable[None]] | None = None) -> None:
    """Fetches what can be reached from the start URLs and notes what is worth testing. `first` is done before the
    rounds."""
    crawler = Crawler(scan)
    crawler.seed()
    if first is not None:
        await first(crawler)
    await crawler.run()
    if crawler.frontier.spent:
        scan.tally.cap("max-pages")
        scan.ledger.add(LimitReached(limit="max-pages", queued=crawler.frontier.waiting))
    if not scan.over:
        await crawler.freeze()


class Known(NamedTuple):
    """An endpoint's key and the digest of its answer, by which a later scan knows it."""

    key: str = ""
    digest: str = ""


NEW = Known()


class Crawler:
    """The state of one crawl, made anew from the resume state in each slice."""

    def __init__(self, scan: Scan) -> None:
        limits = scan.job.limits
        frontier, identity = scan.state_of("frontier"), scan.state_of("identity")
        self.scan = scan
        self.frontier = Frontier.load(frontier, limits.max_pages, limits.max_depth)
        self.judge = Judge.load(identity)
        self.soft404 = scan.soft404
        self._quiet = scan.job.profile in (Profile.LIGHTNING, Profile.SAFE)
        self.openings = Openings(scan, scan.state_of("browser"))
        self.fetcher = Fetcher(scan)
        self._events: list[Event] = []
        self._rows: list[StateChange] = []

    def seed(self) -> None:
        """The start URLs, however many look alike. A no-op when resumed."""
        for url in self.scan.job.start_urls:
            item = Item(self._own(Request("GET", url)), 0, START)
            if self.frontier.add(item):
                self.judge.templates.admit("GET", url)
        for url in self.scan.partial.urls:
            self._consider(Item(self._own(Request("GET", url)), 1, PART))

    def _own(self, request: Request) -> Request:
        return dataclasses.replace(request, user=self.scan.user)

    async def run(self) -> None:
        """Rounds until nothing is left to be fetched or opened, or the scan is over."""
        try:
            while not self.scan.over:
                while not self.scan.over and (items := self.frontier.take(self.fetcher.size)):
                    self.scan.check_limits()
                    await self.round(items)
                if self.scan.over or self.frontier.spent or not await self.open():
                    return
        finally:
            await self.openings.close()

    async def open(self) -> bool:
        """Opens the next page that needs a browser; False when none is left."""
        part = self.scan.meter.parts["crawler"]
        part.current_endpoints = self.openings.upcoming
        goes_on = await self.openings.next(self)
        rows = [*self._rows, *self.frontier.changes(), *self.judge.changes(), *self.openings.changes()]
        events, self._events, self._rows = self._events, [], []
        self.scan.queue = self.frontier.waiting
        if events or rows:
            await self.scan.commit(*events, state=rows)
        return goes_on

    def offer(self, url: str, source: str, depth: int, labels: tuple[str, ...] = (), referer: str = "") -> None:
        """A link that the browser saw."""
        self._offer(url, source, depth, labels, referer)

    def ask(self, item: Item, request: Request, source: str) -> None:
        """A request that a page made in the browser, or wanted to make."""
        self._take_request(item, Found(request, source), item.request.url, ())

    def submit(self, item: Item, page: Page) -> None:
        """The forms and calls of a page as scripts made it."""
        self._submit(item, page)

    def tell(self, found: EndpointFound) -> None:
        """An endpoint that is none of the server's."""
        self._events.append(found)

    async def round(self, items: list[Item]) -> None:
        """Fetches the items at once and deals with their answers one after another."""
        part = self.scan.meter.parts["crawler"]
        part.current_endpoints = [item.request.url for item in items]
        exchanges = await self.fetcher.fetch([item.request for item in items])
        if exchanges is None:
            self._give_back(items)
            return
        for item, exchange in zip(items, exchanges, strict=True):
            self._digest(item, exchange)
        part.last_endpoints = part.current_endpoints
        self.scan.meter.step(len(items), total=self.frontier.seen)
        await self.store()

    def _give_back(self, items: list[Item]) -> None:
        """All is asked for again; a page that ends the session whenever it is asked for alone is left."""
        if items[0].source != START and self.fetcher.blames([item.request for item in items]):
            self.frontier.done(items[0])
            self._skip(items[0].request, items[0].source, items[0].depth, "may do harm: it ends the session")
            return
        for item in items:
            self.frontier.give_back(item)

    async def store(self, more: Iterable[StateChange] = ()) -> None:
        """Ends a round: what its answers told counts and is committed, with these rows beside it."""
        self.judge.commit_round()
        self.scan.meter.parts["crawler"].rejected = self.frontier.too_deep + self.frontier.dropped
        rows = [*self._rows, *self.frontier.changes(), *self.judge.changes(), *self.soft404.changes(), *more]
        rows += self.openings.changes()
        events, self._events, self._rows = self._events, [], []
        self.scan.queue = self.frontier.waiting
        await self.scan.commit(*events, state=rows)

    def hear(self, item: Item, exchange: Exchange, target: Target | None) -> None:
        """Takes up the answer to an operation of an API's description; `target` is what is worth testing of it."""
        self.frontier.mark(item.request)
        if exchange.response is None:
            self.scan.tally.units_left += exchange.error != "refused"
            return
        page = Page(exchange, logged_in=bool(item.request.user))
        self._rows += self.scan.keep_cookies(exchange)
        self._judge_session(page)
        self._look(item, page)
        identity = self.judge.identify(page)
        self.judge.observe(page, identity)
        template = target.template if target is not None else self.judge.templates.of(item.request.url)
        described = target.described if target is not None else "untested"
        known = Known(endpoint_key(item.request, described, template), identity.digest)
        self._endpoint(item, page, template, identity.duplicate_of, known)
        if target is not None:
            self._learn(target, item, page, f"described|{described}", known)
        if not identity.duplicate_of and not self.soft404.is_missing(page):
            self._follow(item, page)

    def leave(self, request: Request, source: str, why: str) -> None:
        """Notes a request that is not made, and why."""
        if self.frontier.mark(request):
            self._skip(request, source, 1, why)

    def _digest(self, item: Item, exchange: Exchange) -> None:
        if exchange.error in ("stopped", "budget"):
            self.frontier.give_back(item)
            return
        if exchange.response is None:
            self._unreached(item, exchange)
            return
        if throttled(exchange) and self.frontier.requeue(item):
            return
        self.frontier.done(item)
        page = Page(exchange, logged_in=bool(item.request.user))
        self._rows += self.scan.keep_cookies(exchange)
        self._judge_session(page)
        if item.source == START:
            self._started(item, exchange)
        if not self.scan.partial.looks_at(item):
            return
        self._look(item, page)
        if not self.soft404.is_missing(page):
            self._take_up(item, page)
        elif exchange.status not in MISSING:
            self._take_up_folder(item, page)
            self._redirected(item, page)

    def _started(self, item: Item, exchange: Exchange) -> None:
        """A start URL answered: its site is there, and gets the requests that are worth one on any site."""
        if exchange.status not in MISSING and exchange.status < 500 and not self._turned_away(exchange):
            self.scan.tally.fruitful.append(item.request.url)
        self._well_known(item.request.url)

    def _well_known(self, start: str) -> None:
        for url in wellknown.urls(origin(start)):
            self._offer(url, "well-known", 1)

    def _turned_away(self, exchange: Exchange) -> bool:
        """Whether the site sends us out of scope, or wants a log-in that was not given."""
        response = exchange.response
        if response is None or response.status == 401:
            return True
        if not 300 <= response.status < 400:
            return False
        target = resolve(exchange.request.url, response.header("location"))
        reason = self.scan.network.guard.refusal(target) if target else ""
        if reason:
            self.scan.tally.remark(f"{exchange.request.url} redirects to {target}, which is out of scope.")
        return bool(reason)

    def _unreached(self, item: Item, exchange: Exchange) -> None:
        if item.source == START and item.attempts == 0:
            self.scan.tally.remark(why_not(exchange))
        if exchange.error == "refused" or not self.frontier.requeue(item):
            self.frontier.done(item)
            self.scan.tally.units_left += exchange.error != "refused"
            if self.scan.rechecks is not None:
                self._rows += self.scan.rechecks.note_silent(item.key, exchange.error)

    def _judge_session(self, page: Page) -> None:
        if page.exchange.request.user and not self.scan.watch.armed:
            alive = self.scan.login.alive(page)
            self.scan.tally.logged_in += alive
            self.scan.tally.logged_out += not alive

    def _look(self, item: Item, page: Page) -> None:
        events, rows = inspect(self.scan, page, item.request)
        self._events += events
        self._rows += rows
        host = page.url.split("/")[2]
        for found in matcher.shared().match(page):
            fresh = self.scan.facts.learn_technologies(host, [found.name])
            if fresh:
                self._rows += fresh
                self._events.append(
                    TechnologyFound(
                        host=host, name=found.name, technology_version=found.version, evidence=found.evidence
                    )
                )
        self.scan.meter.parts["fingerprinter"].done += 1

    def _take_up(self, item: Item, page: Page) -> None:
        request = item.request
        identity = self.judge.identify(page)
        self.judge.observe(page, identity)
        self.openings.consider(item, page, identity.cluster)
        template = self.judge.templates.of(request.url)
        known = Known(endpoint_key(request), identity.digest)
        self._endpoint(item, page, template, identity.duplicate_of, known)
        if page.response.status not in (405, 501):
            target = Target(request, template, item.referer, item.labels)
            self._learn(target, item, page, identity.cluster, known)
        if not identity.duplicate_of or page.response.status in (301, 302, 303, 307, 308):
            self._follow(item, page)
        else:
            self._follow_scripts(item, page)

    def _take_up_folder(self, item: Item, page: Page) -> None:
        """A folder that gives the same answer to any name: one of its addresses is an endpoint, whose name is input."""
        cluster = f"any|{self.soft404.folder_of(item.request.url)}"
        if not self.scan.facts.has_cluster(cluster):
            template = self.judge.templates.of(item.request.url)
            self._endpoint(item, page, template, "", NEW)
            self._learn(Target(item.request, template, item.referer, item.labels), item, page, cluster, NEW)

    def _redirected(self, item: Item, page: Page) -> None:
        """A folder that sends every name on, to the same name with a slash or without one: what is there decides."""
        if 300 <= page.response.status < 400 and (url := resolve(page.url, page.response.header("location"))):
            self._offer(url, "header", item.depth + 1, item.labels, page.url)

    def _endpoint(self, item: Item, page: Page, template: str, duplicate: str, known: Known) -> None:
        self.scan.tally.endpoints += 1
        self._events.append(
            EndpointFound(
                method=item.request.method,
                url=item.request.url,
                status=page.response.status,
                source=item.source,
                template=template,
                content_type=page.response.content_type,
                depth=item.depth,
                duplicate_of=duplicate,
                key=known.key,
                digest=known.digest,
            )
        )

    def _learn(self, target: Target, item: Item, page: Page, cluster: str, known: Known) -> None:
        same = self.scan.partial.unchanged(*known)
        self._rows += self.scan.facts.learn_target(target, item.depth, item.key, cluster, same=same)
        for name, value in named_headers(None, page.response):
            self._rows += self.scan.facts.learn_extra(target, "header", name, value)
        session = self.scan.network.session(self.scan.user)
        for name, places in sorted(session.placed.items()):
            if item.request.url in places:
                self._rows += self.scan.facts.learn_extra(target, "cookie", name, self.scan.harmless_value(name))

    def _follow(self, item: Item, page: Page) -> None:
        # What a form or script sends is known whole; a link to the same address is only its outside.
        self._submit(item, page)
        for link in links(page):
            labels = (link.label,) if link.label else ()
            self._offer(link.url, link.source, item.depth + 1, labels, page.url)

    def _follow_scripts(self, item: Item, page: Page) -> None:
        """Of a page that reads like an earlier one: its scripts may differ, and no reader sees them."""
        self._submit(item, page, "script")
        for link in links(page):
            if link.source in ("script-string", "script"):
                self._offer(link.url, link.source, item.depth + 1, (), page.url)

    def _submit(self, item: Item, page: Page, only: str = "") -> None:
        if self.scan.job.profile == Profile.LIGHTNING:
            return
        shared = tuple((name, "1") for name in shared_headers(page))
        for found in requests_of(page):
            if not only or found.source == only:
                self._take_request(item, found, page.url, shared if found.source == "script" else ())

    def _take_request(self, item: Item, found: Found, referer: str, shared: Headers) -> None:
        """A whole request that a page makes; `shared` are headers that go with all of its calls."""
        if self._is_outside(found.request.url):
            return
        request = self._own(found.request)
        for name, value in named_headers(dataclasses.replace(request, headers=(*request.headers, *shared)), None):
            self._rows += self.scan.facts.learn_extra(Target(request, ""), "header", name, value)
        if request.method in QUIET or not self._quiet:
            self._consider(Item(request, item.depth + 1, found.source, referer, found.labels))
        elif self.frontier.mark(request):
            self._skip(request, found.source, item.depth + 1, "the profile sends nothing that may write")

    def _offer(self, url: str, source: str, depth: int, labels: tuple[str, ...] = (), referer: str = "") -> None:
        # Asked first, cheapest first: most links that a page names are known, media or out of scope.
        if is_media(url) or self.frontier.knows_url(url, self.scan.user) or self._is_outside(url):
            return
        headers = (("Referer", referer),) if referer else ()
        self._consider(Item(self._own(Request("GET", url, headers)), depth, source, referer, labels))

    def _consider(self, item: Item) -> None:
        """Queues what is new, in scope, harmless, no trap, and not one more of what was seen often enough."""
        request = item.request
        if self.frontier.knows(request):
            return
        if self._is_outside(request.url) or not self.scan.partial.crawls(item):
            return
        if not allowed(kind := harm(request, item.labels), self.scan.job):
            self.frontier.mark(request)
            self._skip(request, item.source, item.depth, f"may do harm: {kind}")
        elif trap(request.url, item.referer) or not self.judge.templates.admit(request.method, request.url):
            self.frontier.mark(request)
        else:
            self.frontier.add(item)

    def _is_outside(self, url: str) -> bool:
        refused = bool(self.scan.network.guard.refusal(url))
        if refused:
            self.scan.meter.parts["crawler"].out_of_scope_hosts = self.scan.network.guard.out_of_scope
        return refused

    def _skip(self, request: Request, source: str, depth: int, why: str) -> None:
        self._events.append(
            EndpointFound(method=request.method, url=request.url, status=0, source=source, depth=depth, skipped=why)
        )

    async def freeze(self) -> None:
        """The crawl is over: of the requests that differ in values only, one stands for all."""
        targets = self._targets()
        rows: list[StateChange] = []
        chosen, rechecks = targets.all(), self.scan.rechecks
        self._count(targets, len(chosen))
        for target in chosen:
            for kind, name, value in sent_with(self.scan.job, target):
                rows += self.scan.facts.learn_extra(target, kind, name, value)
        if rechecks is not None:
            for target in rechecks.as_told(list(self.scan.facts.targets.values()), self.judge.templates):
                if not self._is_outside(target.request.url) and allowed(harm(target.request), self.scan.job):
                    rows += self.scan.facts.learn_target(target, 0, key_of(target.request), "")
                    chosen.append(target)
            chosen = rechecks.with_known(chosen, list(self.scan.facts.targets.values()), self.judge.templates)
        rows += self.scan.facts.keep_only(chosen)
        self.scan.fresh.learn(chosen)
        events = [
            InputFound(
                point=point.key,
                method=point.target.request.method,
                url=point.target.request.url,
                point_kind=point.kind,
                parameter=point.name,
            )
            for point in self.scan.facts.points()
        ]
        await self.scan.commit(*events, state=rows)

    def _targets(self) -> Targets:
        facts = self.scan.facts
        targets = Targets(self.judge.templates, every=self.scan.partial.duplicates)
        found = facts.found()
        for target, _, _ in found:
            if target.described:
                targets.described(target, same=facts.is_same(target))
        for target, depth, key in found:
            if not target.described:
                item = Item(target.request, depth, "", target.source_url, target.labels, key=key)
                targets.add(item, same=facts.is_same(target))
        return targets

    def _count(self, targets: Targets, chosen: int) -> None:
        """What is left out, for the coverage report. A scan that was killed here counts again what is left then."""
        counts = self.scan.tally.counts
        alike = len(self.scan.facts.targets) - chosen - targets.settled
        for name, number in (("endpoints_alike", alike), ("endpoints_unchanged", targets.settled)):
            if number:
                counts[name] = max(number, counts.get(name, 0))
