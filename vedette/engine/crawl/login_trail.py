"""A visit as a browser makes it: from one address over its redirects to a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from vedette.contract.exchange import Exchange, Request
from vedette.engine.crawl.login_form import refresh
from vedette.engine.parse.page import Page
from vedette.engine.parse.urls import resolve

MAX_HOPS = 10
Send = Callable[[Request], Awaitable[Exchange]]


@dataclass(slots=True)
class Trail:
    """The pages on the way, the last one where it ended. `reason` says in a sentence why it ended nowhere; `stopped`
    that we stopped it ourselves."""

    pages: list[Page] = field(default_factory=list)
    reason: str = ""
    stopped: bool = False

    @property
    def last(self) -> Page:
        """Where the visit ended; there must be a page."""
        return self.pages[-1]


async def follow(send: Send, request: Request, hops: int = MAX_HOPS) -> Trail:
    """Sends the request and follows where it leads, `hops` requests at most. Redirects are asked for with GET, unless
    they keep the method."""
    trail = Trail()
    for _ in range(hops):
        exchange = await send(request)
        if exchange.response is None:
            trail.stopped = exchange.error in ("stopped", "budget")
            trail.reason = _why(exchange, on_the_way=bool(trail.pages))
            return trail
        page = Page(exchange, logged_in=bool(request.user))
        trail.pages.append(page)
        target = _onward(page)
        if not target:
            return trail
        keeps = page.response.status in (307, 308)
        method, body = (request.method, request.body) if keeps else ("GET", b"")
        headers = request.headers if keeps else (("Referer", page.url),)
        request = Request(method, target, headers, body, request.user)
    trail.reason = f"{trail.pages[0].url} redirects on and on."
    return trail


def _onward(page: Page) -> str:
    if 300 <= page.response.status < 400:
        return resolve(page.url, page.response.header("location")) or ""
    return refresh(page)


def _why(exchange: Exchange, *, on_the_way: bool) -> str:
    url = exchange.request.url.partition("?")[0]
    if exchange.error == "refused":
        return (
            f"It leads to {url}, which must not be requested: {exchange.detail}."
            if on_the_way
            else (f"{url} must not be requested: {exchange.detail}.")
        )
    return f"{url} did not answer: {exchange.detail or exchange.error}."
