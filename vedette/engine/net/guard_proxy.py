"""A forward proxy on loopback, for our own browser only: whatever a page tries, each request passes the guard, names,
pacing and limits of the network like any other of the scan.

Tunnels are ended here: the proxy answers as the site towards the browser and checks the site's certificate itself. So
the rules hold for each request of an https site too (redirects, workers and sockets of pages included), not only for
its origin.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from vedette.contract.exchange import Exchange, Headers, Request, Response, header
from vedette.contract.progress import PartProgress
from vedette.engine.net.handover import Handover, Line, dressed
from vedette.engine.net.network import STOPPED, Network
from vedette.engine.net.origin import split
from vedette.engine.net.passage import Passage
from vedette.engine.net.posing import Certificates
from vedette.engine.net.relay import Asked, RelayError, framing_of_request, read_asked, without_hops

T = TypeVar("T")

Veto = Callable[[Request], str]
"""Gives the reason why a request must not leave, else an empty text."""

Part = Callable[[], PartProgress]
"""Gives what requests count into at the moment."""

MAX_CONNECTIONS = 128
LENT = "x-vedette-lent"
"""A header that never leaves the proxy."""
MAX_JUDGED = 1024 * 1024
"""Bytes of a body that are looked at before they go."""
MAX_KEPT = 500
FIRST_S = 30.0
"""Seconds that a connection may wait for its next request."""
HOLD_S = 2.0
"""Seconds after which a request that has no answer yet gives its place to the next: pages that wait for events must
not hold up the scan."""

_REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_NOTHING = b"HTTP/1.1 403 Refused\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\n"
"""What a request gets that has no answer of the site. Browsers take it for a broken one: they show no page that might
be taken for the site's, and do not ask again as they do when a connection just ends."""
_UNKNOWN = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="vedette"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_USERS = {"nobody": "", "a": "A", "b": "B"}


class GuardProxy:
    """Listens on a port of its own on 127.0.0.1. Who uses it must know `secret`, as the password of one of the users
    that `name_of` gives. `refused` counts what it did not let out; `handshakes` are those of the last sockets of
    pages, by their address."""

    def __init__(self, network: Network, veto: Veto | None = None, part: Part | None = None) -> None:
        self.secret = secrets.token_urlsafe(24)
        self.port = 0
        self.refused = 0
        self.passed = 0
        self._reasons: dict[str, str] = {}
        self.handshakes: dict[str, Exchange] = {}
        self.certificates = Certificates()
        self._network = network
        self.veto = veto
        self._part = part
        self._server: asyncio.Server | None = None
        self._tasks: dict[asyncio.Task[None], Line] = {}
        self._lent: dict[str, Headers] = {}
        self._handover = Handover(network)
        network.attach(self)

    async def start(self) -> None:
        """Begins to listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Line(self.take), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    @staticmethod
    def name_of(user: str) -> str:
        """The name under which a user of the scan (empty: nobody) shows up."""
        return user.lower() or "nobody"

    def reason_of(self, url: str) -> str:
        """Why there was no answer to the last request for an address, as far as that is known; else empty."""
        return self._reasons.get(url.partition("#")[0], "")

    def lend(self, headers: Headers) -> str:
        """Headers for one request: they take the place of those that the browser sends with it. Gives the value of
        LENT by which that request names them."""
        nonce = secrets.token_hex(8)
        _keep(self._lent, nonce, headers)
        return nonce

    def take(self, line: Line) -> asyncio.Task[None]:
        """Serves a connection in a task of its own."""
        task = asyncio.ensure_future(self._serve(line))
        self._tasks[task] = line
        task.add_done_callback(self._over)
        return task

    def cancel_all(self) -> None:
        """Ends all connections at once."""
        for task, line in list(self._tasks.items()):
            line.hang_up()
            task.cancel()

    async def close(self) -> None:
        """Ends everything and listens no more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cancel_all()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=FIRST_S)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled():
            task.exception()

    async def _serve(self, line: Line) -> None:
        try:
            if len(self._tasks) <= MAX_CONNECTIONS:
                await self._speak(line)
        except (RelayError, OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the browser sees its connection end, which is all that can be told
        finally:
            line.drop()
            line.writer.close()

    async def _speak(self, line: Line) -> None:
        asked = await self._next(line)
        if asked is None:
            return
        user = self._user_of(asked)
        if user is None:
            line.writer.write(_UNKNOWN)
            return
        line.user = user
        if asked.method == "CONNECT":
            asked = await self._tunnel(line, asked.target)
        while asked is not None:
            if not line.base and self._user_of(asked) != line.user:
                return
            if not await self._one(line, asked):
                return
            asked = await self._next(line)

    async def _next(self, line: Line) -> Asked | None:
        async with asyncio.timeout(FIRST_S):
            return await read_asked(line.reader)

    def _user_of(self, asked: Asked) -> str | None:
        scheme, _, text = header(asked.headers, "proxy-authorization").partition(" ")
        try:
            name, _, secret = base64.b64decode(text, validate=True).decode("ascii").partition(":")
        except ValueError:
            return None
        known = scheme.lower() == "basic" and hmac.compare_digest(secret, self.secret)
        return _USERS.get(name) if known else None

    async def _tunnel(self, line: Line, target: str) -> Asked | None:
        """Takes the far end's place; the first request within, or None when there is to be none."""
        guard = self._network.guard
        # One port speaks one protocol: TLS where that is in scope, else what sockets of plain pages say.
        bases = [base for base in (f"https://{target}", f"http://{target}") if not guard.origin_refusal(base)]
        if not bases or self._network.stopped:
            self._refuse(f"https://{target}/", guard.refusal(f"https://{target}/") or STOPPED)
            line.writer.write(_REFUSED)
            return None
        line.base = bases[0]
        line.writer.write(_ESTABLISHED)
        if line.base.startswith("https:"):
            context = self.certificates.context(split(line.base)[0].host)
            await line.writer.start_tls(context, ssl_handshake_timeout=FIRST_S)
        return await self._next(line)

    async def _one(self, line: Line, asked: Asked) -> bool:
        """Hands over one request and its answer; whether more may follow on the connection."""
        lent = header(asked.headers, LENT)
        if lent:
            asked = replace(asked, headers=dressed(without_hops(asked.headers, LENT), self._lent.pop(lent, ())))
        length = framing_of_request(asked.headers).length
        async with asyncio.timeout(FIRST_S):
            body = await line.reader.readexactly(min(length, MAX_JUDGED))
        url = line.base + asked.target
        request = Request(asked.method, url, without_hops(asked.headers, "host"), body, line.user)
        reason = self.veto(request) if self.veto is not None else ""
        passage = Passage(error="refused", detail=reason) if reason else await self._admitted(request.url)
        if passage.error:
            self._refuse(request.url, passage.detail)
            line.writer.write(_NOTHING)
            return False
        self.passed += 1
        sent_at, begun = time.time(), time.monotonic()
        exchange = Exchange(request, error="stopped", sent_at=sent_at, address=passage.address)
        hold = asyncio.get_running_loop().call_later(HOLD_S, passage.free)
        try:
            head = await self._handover.ask(line, asked, request, passage.address, length)
            seconds = time.monotonic() - begun
            exchange.error, exchange.response = (
                "",
                Response(head.status, head.headers, b"", head.version, seconds, seconds),
            )
        except (OSError, RelayError, TimeoutError) as error:
            exchange.error, exchange.detail = _word(error), str(error) or "no answer in time"
            self._note(request.url, exchange.detail)
            line.writer.write(_NOTHING)
            return False
        finally:
            hold.cancel()
            passage.end(exchange)
            if header(asked.headers, "upgrade"):
                _keep(self.handshakes, request.url.replace("http", "ws", 1), exchange)
        return await self._handover.answer(line, request, head)

    async def _admitted(self, url: str) -> Passage:
        return await self._network.admit(url, part=self._part() if self._part is not None else None)

    def _refuse(self, url: str, reason: str) -> None:
        self.refused += 1
        self._note(url, reason)

    def _note(self, url: str, reason: str) -> None:
        _keep(self._reasons, url, reason)


def _keep(kept: dict[str, T], url: str, value: T) -> None:
    while len(kept) >= MAX_KEPT:
        kept.pop(next(iter(kept)))
    kept[url] = value


def _word(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, RelayError):
        return "protocol"
    return "tls" if isinstance(error, ssl.SSLError) else "connect"
