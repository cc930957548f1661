"""Anti-CSRF tokens kept fresh: what the crawl found in forms belongs to a session, or serves but once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from vedette.contract.exchange import Exchange, Request, header
from vedette.engine.attack.point import Target
from vedette.engine.crawl.login_signs import token_refused
from vedette.engine.parse.bodyshape import names_and_values
from vedette.engine.parse.forms import forms
from vedette.engine.parse.page import Page
from vedette.engine.parse.urls import query_pairs

MAX_SOURCES = 60
MAX_TOKENS = 500
MIN_LENGTH = 8
_NAME = re.compile(
    r"csrf|xsrf|authenticity|verificationtoken|nonce|user_token|_token$|^token$|form_?key", re.IGNORECASE
)
_OPAQUE = re.compile(r"[\w.~+/=:|-]+")
Send = Callable[[Request], Awaitable[Exchange]]


class Freshener:
    """Puts the tokens of now in the place of those that the crawl saw. `send` asks for a page within a session."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._known: dict[str, tuple[str, str, str]] = {}
        self._now: dict[str, str] = {}
        self._once: set[str] = set()
        self._turn = asyncio.Lock()

    def learn(self, targets: Iterable[Target]) -> None:
        """Takes note of the tokens in these requests: their fields, and the pages on which their forms stood."""
        for target in targets:
            request = target.request
            if request.method == "GET" or not target.source_url or len(self._known) >= MAX_TOKENS:
                continue
            kind = header(request.headers, "content-type")
            for name, value in (*query_pairs(request.url), *names_and_values(kind, request.body)):
                if _is_token(name, value) and value not in self._known:
                    self._known[value] = (target.source_url, name, request.user)

    async def renew(self) -> None:
        """Asks each page that gave tokens for those of now: after a log-in the old ones are worth nothing."""
        pages: dict[tuple[str, str], list[str]] = {}
        for old, (url, _, user) in self._known.items():
            pages.setdefault((url, user), []).append(old)
        for (url, user), olds in list(pages.items())[:MAX_SOURCES]:
            await self._fetch(url, user, olds)

    async def exchange(self, request: Request, send: Send) -> Exchange:
        """Sends the request with the tokens of now. One that is refused for its token is sent once more with a fresh
        one; from then on each request of its address gets its own."""
        held = self._held(request)
        if not held:
            return await send(request)
        place = f"{request.method} {request.url.partition('?')[0]}"
        if place in self._once:
            return await self._with_own(request, held, send)
        exchange = await send(self._dressed(request))
        if exchange.response is not None and exchange.status >= 400 and token_refused(Page(exchange)):
            self._once.add(place)
            return await self._with_own(request, held, send)
        return exchange

    def _held(self, request: Request) -> list[str]:
        if not self._known or request.method == "GET":
            return []
        body = request.body
        return [old for old in self._known if old.encode() in body or old in request.url]

    async def _with_own(self, request: Request, held: list[str], send: Send) -> Exchange:
        # Many sites know only the last token that they gave out: one after another.
        async with self._turn:
            for old in held:
                url, _, user = self._known[old]
                await self._fetch(url, user, [old])
            return await send(self._dressed(request))

    def _dressed(self, request: Request) -> Request:
        for old, new in self._now.items():
            if old in request.url or old.encode() in request.body:
                body = request.body.replace(old.encode(), new.encode())
                request = replace(request, url=request.url.replace(old, new), body=body)
        return request

    async def _fetch(self, url: str, user: str, olds: Iterable[str]) -> None:
        exchange = await self._send(Request("GET", url, user=user))
        if exchange.response is None or exchange.status >= 400:
            return
        fresh: dict[str, str] = {}
        for form in forms(Page(exchange)):
            for one in form.fields:
                if _is_token(one.name, one.value):
                    fresh.setdefault(one.name, one.value)
        for old in olds:
            new = fresh.get(self._known[old][1], "")
            if new:
                self._now[old] = new


def _is_token(name: str, value: str) -> bool:
    return len(value) >= MIN_LENGTH and _NAME.search(name) is not None and _OPAQUE.fullmatch(value) is not None
