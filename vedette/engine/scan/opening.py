"""Which pages the crawl opens in the browser, and what of that goes to its frontier."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from vedette.contract.batch import StateChange
from vedette.contract.events import EndpointFound
from vedette.contract.exchange import Exchange, Headers, Request, Response
from vedette.contract.job import Job, Profile
from vedette.engine.crawl.actions import questions_refused
from vedette.engine.crawl.frontier import Item, key_of
from vedette.engine.crawl.needs import behaviour
from vedette.engine.net.exploring import Noted, Taken
from vedette.engine.parse import apibody, prose
from vedette.engine.parse.links import links
from vedette.engine.parse.page import Page
from vedette.engine.parse.scripts import looks_like_url
from vedette.engine.parse.urls import resolve
from vedette.engine.scan.browsing import Harvest, Pilot
from vedette.engine.scan.context import Scan

ROOM = "browser"
MAX_PAGES = 200
MAX_ALIKE = 20
"""How many pages with the same scripts are opened, each built in its own way."""

MAX_SECONDS = 1_800.0
_SOURCES = {"fetch": "browser-xhr", "xhr": "browser-xhr", "beacon": "browser-xhr", "stream": "browser-stream",
            "socket": "browser-socket", "worker": "browser-worker", "window": "browser-window",
            "navigation": "browser", "route": "browser-route"}  # fmt: skip
_BROWSERS_OWN = frozenset(
    ("accept", "accept-encoding", "accept-language", "cache-control", "connection", "content-length", "cookie", "dnt",
     "host", "origin", "pragma", "priority", "proxy-authorization", "proxy-connection", "purpose", "sec-purpose",
     "upgrade", "upgrade-insecure-requests", "user-agent", "te", "transfer-encoding", "x-vedette-scan")
)  # fmt: skip


class Desk(Protocol):
    """The crawl, to which everything goes that a browser saw."""

    def offer(self, url: str, source: str, depth: int, labels: tuple[str, ...] = (), referer: str = "") -> None:
        """A plain link."""

    def ask(self, item: Item, request: Request, source: str) -> None:
        """A request that the page of `item` makes."""

    def submit(self, item: Item, page: Page) -> None:
        """The forms and calls of a page as scripts made it."""

    def tell(self, found: EndpointFound) -> None:
        """An endpoint that is none of the server's."""


class Openings:
    """The pages to be opened and those that were, kept in the resume state. Of pages that have the same scripts and are
    built alike one is opened. A page that the end of a slice cut off goes on from the states that it had."""

    def __init__(self, scan: Scan, rows: Mapping[str, str]) -> None:
        self._scan = scan
        self._pages: dict[str, dict[str, Any]] = {}
        self._seen: dict[str, int] = {}
        self._changes: list[StateChange] = []
        self._spent = 0.0
        self._opened = 0
        self._troubled = False
        self._pilot: Pilot | None = None
        for key, value in rows.items():
            kind, _, name = key.partition(":")
            if kind == "page":
                self._pages[name] = json.loads(value)
            elif kind == "seen":
                self._seen[name] = json.loads(value)
            elif kind == "spent":
                self._spent, self._opened = json.loads(value)

    @property
    def waiting(self) -> int:
        """How many pages are still to be opened."""
        return len(self._pages)

    @property
    def upcoming(self) -> list[str]:
        """The address of the page to be opened next."""
        return [self._pages[key]["url"] for key in (self._first(),) if key]

    def _first(self) -> str:
        return min(self._pages, key=lambda name: (self._pages[name]["depth"], name), default="")

    def consider(self, item: Item, page: Page, cluster: str) -> None:
        """Takes a page that was fetched, if only a browser can tell what is on it."""
        if item.request.method != "GET":
            return
        acts = behaviour(page, lambda url: bool(self._scan.network.guard.refusal(url)))
        if not acts or f"{acts}|{cluster}" in self._seen or self._seen.get(acts, 0) >= MAX_ALIKE:
            return
        for key in (f"{acts}|{cluster}", acts):
            self._seen[key] = self._seen.get(key, 0) + 1
            self._changes.append(StateChange(ROOM, f"seen:{key}", json.dumps(self._seen[key])))
        self._put(item.key, {"url": page.url, "depth": item.depth})

    async def next(self, desk: Desk) -> bool:
        """Opens the next page and hands over what it gave; False when there is none, or no way to open it."""
        if not self._pages or self._opened >= MAX_PAGES or self._spent > MAX_SECONDS:
            self._left_over()
            return False
        browser = await self._scan.browsing.opened()
        if browser is None:
            for key in list(self._pages):
                self._put(key, None)
            return False
        if self._pilot is None:
            self._pilot = Pilot(browser, self._scan.user, questions_refused(self._scan.job))
        key = self._first()
        row, started = self._pages[key], time.monotonic()
        scan, watch = self._scan, self._scan.watch
        await watch.ready()
        epoch = watch.epoch
        allowed, browser.veto = browser.veto, quietly(scan.job, browser.veto)
        try:
            harvest = await self._pilot.explore(scan.job, lambda: scan.over, row["url"], row.get("graph", {}))
        finally:
            browser.veto = allowed
        self._spent += time.monotonic() - started
        for exchange in harvest.exchanges:
            watch.saw(exchange)
        if watch.armed and not scan.over and not await watch.holds(epoch) and not row.get("again"):
            # What it shows to nobody is not what it shows to the user: once more, in a tab with the new session.
            self._put(key, {**row, "again": True})
            await self.close()
            return True
        self._feed(desk, row, harvest)
        if (harvest.lost or not harvest.taken) and not scan.over and not self._troubled:
            self._troubled = True
            told = f"Not every page with scripts was seen whole in the browser. {harvest.trouble}"
            scan.tally.remark(told.strip())
        if harvest.graph is not None:
            self._put(key, {**row, "graph": harvest.graph})
        else:
            self._opened += 1
            self._put(key, None)
        return not scan.over

    def changes(self) -> list[StateChange]:
        """The rows of the resume state that changed since the last call."""
        changes, self._changes = self._changes, []
        return (
            [*changes, StateChange(ROOM, "spent:", json.dumps([round(self._spent, 1), self._opened]))]
            if changes
            else []
        )

    async def close(self) -> None:
        """Ends what was opened."""
        if self._pilot is not None:
            await self._pilot.close()
            self._pilot = None

    def _left_over(self) -> None:
        if self._pages:
            self._scan.tally.remark(f"{len(self._pages)} pages with scripts were not opened in the browser.")
            self._pages.clear()

    def _put(self, key: str, row: dict[str, Any] | None) -> None:
        if row is None:
            self._pages.pop(key, None)
        else:
            self._pages[key] = row
        self._changes.append(StateChange(ROOM, f"page:{key}", None if row is None else json.dumps(row)))

    def _feed(self, desk: Desk, row: dict[str, Any], harvest: Harvest) -> None:
        item = Item(Request("GET", row["url"], user=self._scan.user), row["depth"], "browser")
        for taken in harvest.taken:
            self._feed_documents(desk, item, taken)
            for noted in taken.noted:
                self._feed_noted(desk, item, noted)
        for found in _routes(item.depth, harvest):
            desk.tell(found)
        for exchange in harvest.exchanges:
            request = exchange.request
            if request.url.startswith("ws"):
                request = dataclasses.replace(request, url="http" + request.url[2:])
            if key_of(request) != item.key:
                desk.ask(item, dataclasses.replace(request, headers=own_headers(request.headers)), "browser-xhr")

    def _feed_documents(self, desk: Desk, item: Item, taken: Taken) -> None:
        for url, base, html in taken.documents:
            page = rendered(url if url.startswith("http") else base, html, item.request)
            for link in links(page):
                desk.offer(link.url, "browser", item.depth + 1, (link.label,) if link.label else (), page.url)
            desk.submit(item, page)
        for text in taken.storage:
            for reference in _references(text):
                if (found := resolve(item.request.url, reference)) is not None:
                    desk.offer(found, "browser-storage", item.depth + 1, (), item.request.url)

    def _feed_noted(self, desk: Desk, item: Item, noted: Noted) -> None:
        if noted.kind == "text":
            for reference in _references(noted.text):
                if (found := resolve(item.request.url, reference)) is not None:
                    desk.offer(found, "browser-message", item.depth + 1, (), item.request.url)
        elif noted.kind == "markup":
            self._feed_documents(desk, item, Taken(((item.request.url, item.request.url, noted.text),)))
        elif noted.request.url.startswith("http"):
            bare = dataclasses.replace(noted.request, url=noted.request.url.partition("#")[0])
            desk.ask(item, bare, _SOURCES.get(noted.kind, "browser"))


def quietly(job: Job, known: Callable[[Request], str] | None) -> Callable[[Request], str]:
    """What pages must not send while the crawl drives them: to what never is allowed comes what the profile leaves."""
    quiet = job.profile in (Profile.LIGHTNING, Profile.SAFE)

    def veto(request: Request) -> str:
        if quiet and request.method not in ("GET", "HEAD", "OPTIONS"):
            return "the profile sends nothing that may write"
        return known(request) if known is not None else ""

    return veto


def _routes(depth: int, harvest: Harvest) -> list[EndpointFound]:
    """Endpoints that are parts of one page, told apart by what stands behind the `#`."""
    noted = [one.request.url for taken in harvest.taken for one in taken.noted if one.kind == "route"]
    urls = [url for url in dict.fromkeys((*harvest.addresses, *noted)) if "#/" in url or "#!" in url]
    return [EndpointFound(method="GET", url=url, status=200, source="browser-route", depth=depth + 1) for url in urls]


def rendered(url: str, html: str, request: Request) -> Page:
    """A document as scripts made it, in the form in which fetched pages are read."""
    answer = Response(200, (("Content-Type", "text/html; charset=utf-8"),), html.encode("utf-8", "replace"))
    return Page(Exchange(dataclasses.replace(request, url=url), answer), logged_in=bool(request.user))


def _references(text: str) -> list[str]:
    if text[:1] in ("{", "["):
        return apibody.json_references(text)
    if text.startswith(("/", "http://", "https://", "./", "../")) and looks_like_url(text):
        return [text]
    return prose.addresses(text)


def own_headers(headers: Headers) -> Headers:
    """The headers that a page's script gave, without those that every browser sends."""
    return tuple(
        (name, value) for name, value in headers if (low := name.lower()) not in _BROWSERS_OWN and low[:4] != "sec-"
    )
