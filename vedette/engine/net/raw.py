"""The small lane: exact bytes on a connection of their own, for requests that no client library would send."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass, field
from functools import cached_property

import httptools

from vedette.contract.addresses import Policy, refusal
from vedette.contract.exchange import Exchange, Headers, Request, Response
from vedette.engine.net.client_certificate import load_into
from vedette.engine.net.encoding import decoded
from vedette.engine.net.origin import Origin, UrlError, split
from vedette.engine.net.transfer import Settings
from vedette.engine.net.wire import content_encoding, request_bytes

CHUNK = 65536


class RawLane:
    """Sends bytes as they are over HTTP/1.1, one connection for each request, and reads one response. The policy is
    asked again before each connection."""

    def __init__(self, policy: Policy, settings: Settings) -> None:
        self._policy = policy
        self._settings = settings
        self._running: dict[asyncio.Future[None], None] = {}

    async def send(self, request: Request, *, address: str, fresh: bool = False, timed: bool = False) -> Exchange:
        """Sends the record exactly as it says; see `Lane.send`. `timed` warms nothing here: time to the first byte
        counts from the end of sending."""
        try:
            origin, target = split(request.url)
        except UrlError as error:
            return Exchange(request, error="protocol", detail=str(error))
        return await self.exchange(request_bytes(request, origin, target), request, origin, address)

    async def exchange(self, data: bytes, request: Request, origin: Origin, address: str) -> Exchange:
        """Sends the bytes in place of the request that the record shows, malformed as they may be."""
        exchange = Exchange(request, sent_at=time.time(), address=address)
        reason = refusal(address, origin.port, self._policy)
        if reason:
            exchange.error, exchange.detail = "refused", f"{address} is a {reason}"
            return exchange
        stop: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._running[stop] = None
        work = asyncio.ensure_future(self._talk(data, exchange, origin, address))
        try:
            await asyncio.wait({work, stop}, timeout=self._settings.timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            else:
                exchange.error = "stopped" if stop.done() else "timeout"
                exchange.detail = "the scan is stopping" if stop.done() else "no complete answer in time"
        finally:
            self._running.pop(stop, None)
            if not work.done():
                work.cancel()
                await asyncio.wait({work})
        return exchange

    def cancel_all(self) -> None:
        """Ends every request in flight; their callers get the error `stopped`."""
        for stop in self._running:
            if not stop.done():
                stop.set_result(None)

    async def close(self) -> None:
        """Ends everything."""
        self.cancel_all()

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        # Reads all authorities of the machine, which takes longer than a short job: only for those who need it.
        return _context(self._settings)

    async def _talk(self, data: bytes, exchange: Exchange, origin: Origin, address: str) -> None:
        secure = origin.scheme == "https"
        name = origin.host if secure else None
        context = self._trust if secure else None
        began = time.monotonic()
        try:
            reader, writer = await asyncio.open_connection(address, origin.port, ssl=context, server_hostname=name)
        except ssl.SSLError as error:
            exchange.error, exchange.detail = "tls", str(error)
            return
        except OSError as error:
            exchange.error, exchange.detail = "connect", str(error)
            return
        answer = _Answer(exchange.request.method == "HEAD", self._settings.max_body)
        try:
            writer.write(data)
            sent = time.monotonic()
            first = await _read(reader, answer)
            _conclude(exchange, answer, self._settings.max_body)
            if exchange.response is not None:
                exchange.response.ttfb_s = first - sent
                exchange.response.total_s = time.monotonic() - began
        finally:
            writer.transport.abort()


async def _read(reader: asyncio.StreamReader, answer: _Answer) -> float:
    """Feeds the answer until it is whole; gives the moment of the first byte."""
    first = 0.0
    while not answer.done:
        try:
            chunk = await reader.read(CHUNK)
        except OSError as error:
            answer.broke = str(error)
            break
        first = first or time.monotonic()
        if not chunk:
            answer.ended()
            break
        answer.feed(chunk)
    return first


@dataclass(slots=True)
class _Answer:
    """Collects one final response from httptools' callbacks, whose names it prescribes."""

    head_only: bool
    limit: int
    done: bool = False
    cut: bool = False
    broke: str = ""
    faulty: str = ""
    status: int = 0
    version: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    parser: httptools.HttpResponseParser = field(init=False)

    def __post_init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)

    def feed(self, chunk: bytes) -> None:
        """Reads on; what is not HTTP ends the answer."""
        try:
            self.parser.feed_data(chunk)
        except httptools.HttpParserUpgrade:
            self.done = True
        except httptools.HttpParserError as error:
            self.faulty = "" if self.done else str(error)
            self.done = True

    def ended(self) -> None:
        """The connection was closed: the end of a body without a length, else a loss."""
        names = {name.lower() for name, _ in self.fields}
        self.cut = self.cut or bool(names & {"content-length", "transfer-encoding"})
        self.done = self.status >= 200
        self.broke = "" if self.done else "the connection was closed without an answer"

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.done:
            self.fields.append((name.decode("latin-1"), value.decode("latin-1").strip()))

    def on_headers_complete(self) -> None:
        if self.done:
            return
        self.status, self.version = self.parser.get_status_code(), self.parser.get_http_version()
        if self.head_only and self.status >= 200:
            self.done = True

    def on_body(self, body: bytes) -> None:
        room = self.limit - self.size
        if self.done or room < 0:
            return
        self.parts.append(body[:room])
        self.size += len(body)
        if len(body) > room:
            self.cut = self.done = True

    def on_message_complete(self) -> None:
        if self.status >= 200 or self.status == 101:
            self.done = True
        elif not self.done:
            self.fields.clear()  # an interim response: the real one follows


def _conclude(exchange: Exchange, answer: _Answer, limit: int) -> None:
    if answer.faulty and not answer.status:
        exchange.error, exchange.detail = "protocol", answer.faulty
        return
    if not answer.status:
        exchange.error, exchange.detail = "connect", answer.broke or "no response"
        return
    headers: Headers = tuple(answer.fields)
    body, cut = decoded(b"".join(answer.parts), content_encoding(headers), limit)
    cut = cut or answer.cut or bool(answer.faulty or answer.broke)
    exchange.response = Response(answer.status, headers, body, answer.version, truncated=cut)


def _context(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.cafile or None)
    if settings.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("ALL:@SECLEVEL=0")
    load_into(context, settings.certificate)
    return context
