"""What the code of a page asked for, as exchanges in the order in which it began."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vedette.contract.exchange import Exchange, Headers, Request, Response
from vedette.engine.net.browser_process import BrowserTrouble, within
from vedette.engine.net.relay import without_hops

if TYPE_CHECKING:
    from playwright.async_api import Page, WebSocket
    from playwright.async_api import Request as Asked
    from playwright.async_api import Response as Answer

KINDS = frozenset({"document", "fetch", "xhr", "eventsource", "ping"})
"""Resources that are asked for by a page's code or by who uses it, as Playwright calls them."""

FETCHED = frozenset({"fetch", "xhr", "eventsource", "ping"})
"""Those that a page's scripts ask for."""

_LEFT_OUT = ("accept-encoding", "host", "content-length")
MAX_ENTRIES = 2000
MAX_POST = 1024 * 1024
READ_S = 5.0
LONG_S = 3.0
"""Seconds after which an answer that is still awaited counts as one that is never to come, such as a stream's."""


@dataclass(slots=True)
class _Entry:
    exchange: Exchange
    begun: float
    kind: str
    done: bool = False


@dataclass(eq=False)  # Playwright keeps notes on the object whose methods listen
class Recorder:
    """Listens to the pages of one tab. `reason_of` gives why the proxy let an address not out, `handshake_of` the
    request with which a socket was opened. `begun` counts all requests, `entered` those that are told."""

    user: str
    max_body: int
    reason_of: Callable[[str], str]
    handshake_of: Callable[[str], Exchange | None]
    begun: int = 0
    entered: int = 0
    dropped: int = 0
    _entries: list[_Entry] = field(default_factory=list)
    _asked: dict[Asked, _Entry | None] = field(default_factory=dict)
    _since: dict[Asked, float] = field(default_factory=dict)
    _reading: set[asyncio.Task[None]] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def listen(self, page: Page) -> None:
        """Records what this page does from now on."""
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._failed)
        page.on("websocket", self._socket)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited that is likely to come."""
        now = time.monotonic()
        return bool(self._reading) or any(now - since < LONG_S for since in self._since.values())

    def loading(self, *, but_fetched: bool = False) -> bool:
        """Whether a request is under way whose answer is likely to come; without those of scripts, if wanted."""
        now = time.monotonic()
        return any(
            now - since < LONG_S and not (but_fetched and asked.resource_type in FETCHED)
            for asked, since in self._since.items()
        )

    async def change(self, seconds: float) -> None:
        """Waits until a request begins or ends, at most so long."""
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    def drain(self) -> list[Exchange]:
        """The exchanges that came to an end since the last call, and those that seem never to."""
        now = time.monotonic()
        kept, self._entries = self._entries, []
        ready: list[_Entry] = []
        for entry in kept:
            shaken = entry.kind == "websocket" and self.handshake_of(entry.exchange.request.url) is not None
            over = entry.done or shaken or now - entry.begun >= LONG_S
            (ready if over else self._entries).append(entry)
        return [self._told(entry) for entry in ready]

    def forget(self) -> None:
        """Drops all that was recorded."""
        for task in self._reading:
            task.cancel()
        self._entries.clear()
        self._asked.clear()
        self._since.clear()

    def _told(self, entry: _Entry) -> Exchange:
        exchange = entry.exchange
        if entry.kind == "websocket":
            shaken = self.handshake_of(exchange.request.url)
            if shaken is not None:
                headers = without_hops(shaken.request.headers, *_LEFT_OUT)
                return replace(shaken, request=replace(shaken.request, url=exchange.request.url, headers=headers))
        return exchange

    def noticed(self, asked: Asked) -> None:
        """A request begins; it is counted only."""
        self.begun += 1
        self._since[asked] = time.monotonic()
        self._changed.set()

    def over(self, asked: Asked) -> None:
        """A request that was counted came to its end."""
        self._since.pop(asked, None)
        self._changed.set()

    def _request(self, asked: Asked) -> None:
        self.noticed(asked)
        kind = asked.resource_type
        posted = kind not in KINDS and asked.method not in ("GET", "HEAD")
        if (kind in KINDS or posted) and asked.url.startswith(("http://", "https://")):
            request = Request(asked.method, asked.url, _plain(asked.headers), _posted(asked), self.user)
            self._asked[asked] = self._enter(Exchange(request, sent_at=time.time()), kind)

    def opened(self, url: str) -> None:
        """A page of this address was opened. Its request may have left before anybody listened; then it is known
        without headers or answer."""
        if url.startswith(("http://", "https://")) and all(
            entry.exchange.request.url != url for entry in self._entries
        ):
            entry = self._enter(Exchange(Request("GET", url, (), b"", self.user), sent_at=time.time()), "document")
            if entry is not None:
                entry.done = True
        self._changed.set()

    def _enter(self, exchange: Exchange, kind: str) -> _Entry | None:
        if len(self._entries) >= MAX_ENTRIES:
            self.dropped += 1
            return None
        self.entered += 1
        entry = _Entry(exchange, time.monotonic(), kind)
        self._entries.append(entry)
        return entry

    def _socket(self, socket: WebSocket) -> None:
        self.begun += 1
        headers = (("Connection", "Upgrade"), ("Upgrade", "websocket"))
        entry = self._enter(
            Exchange(Request("GET", socket.url, headers, b"", self.user), sent_at=time.time()), "websocket"
        )
        if entry is not None:
            entry.exchange.error, entry.exchange.detail = "connect", "The socket was not opened."

    def _response(self, answer: Answer) -> None:
        # A stream of events has no end: what came with its head is all there will be.
        if answer.request.resource_type == "eventsource":
            self._ended(answer.request)

    def _finished(self, asked: Asked) -> None:
        self._ended(asked)

    def _ended(self, asked: Asked) -> None:
        self.over(asked)
        entry = self._asked.pop(asked, None)
        if entry is not None:
            task = asyncio.ensure_future(self._read(asked, entry))
            self._reading.add(task)
            task.add_done_callback(self._read_through)

    def _read_through(self, task: asyncio.Task[None]) -> None:
        self._reading.discard(task)
        if not task.cancelled():
            task.exception()
        self._changed.set()

    def _failed(self, asked: Asked) -> None:
        self.over(asked)
        entry = self._asked.pop(asked, None)
        if entry is not None:
            reason = self.reason_of(asked.url)
            entry.exchange.error = "refused" if reason else "connect"
            entry.exchange.detail = reason or asked.failure or "the request failed"
            entry.done = True

    async def _read(self, asked: Asked, entry: _Entry) -> None:
        try:
            await within(READ_S, _filled(asked, entry.exchange, self.max_body))
        except BrowserTrouble as trouble:
            # The page may be gone by the time its answer is asked for; the request was made all the same.
            if entry.exchange.response is None:
                entry.exchange.error, entry.exchange.detail = "connect", str(trouble)
        finally:
            entry.done = True


async def _filled(asked: Asked, exchange: Exchange, limit: int) -> None:
    exchange.request = await as_sent(asked, exchange.request.user)
    answer = await asked.response()
    if answer is None:
        exchange.error, exchange.detail = "connect", "no answer"
        return
    exchange.response = await as_answered(answer, limit, body=asked.resource_type != "eventsource")


async def as_sent(asked: Asked, user: str) -> Request:
    """The request with the headers and cookies that went out."""
    headers = _plain(await asked.all_headers())
    return Request(asked.method, asked.url, headers, _posted(asked), user)


async def as_answered(answer: Answer, limit: int, *, body: bool = True) -> Response:
    """The answer as it came, with at most `limit` bytes of its body."""
    headers = tuple((pair["name"], pair["value"]) for pair in await answer.headers_array())
    timing = answer.request.timing
    seconds = max(0.0, timing["responseEnd"], timing["responseStart"]) / 1000
    first = max(0.0, timing["responseStart"] - max(0.0, timing["requestStart"])) / 1000
    response = Response(answer.status, headers, b"", "1.1", first, seconds)
    if body and not 300 <= answer.status < 400 and answer.status not in (204, 205):
        try:
            whole = await within(READ_S, answer.body())
        except BrowserTrouble:
            response.truncated = True
        else:
            response.body, response.truncated = whole[:limit], len(whole) > limit
    return response


def _plain(headers: dict[str, str]) -> Headers:
    """Without what belongs to the connection, and the encodings that only browsers can undo."""
    pairs = tuple((name, value) for name, value in headers.items() if not name.startswith(":"))
    return without_hops(pairs, *_LEFT_OUT)


def _posted(asked: Asked) -> bytes:
    return (asked.post_data_buffer or b"")[:MAX_POST]
