"""Hands one request of the browser to its site, and the answer back."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from vedette.contract.exchange import Headers, Request, header
from vedette.engine.net.client_certificate import load_into
from vedette.engine.net.lane import SAFE_METHODS
from vedette.engine.net.network import Network
from vedette.engine.net.origin import Origin, split
from vedette.engine.net.relay import (
    IDLE_S,
    MAX_HEAD,
    Asked,
    Framing,
    RelayError,
    framing_of_answer,
    head_bytes,
    join,
    lasting,
    pass_body,
    read_answer,
    without_hops,
)
from vedette.engine.net.wire import Head

MAX_BODY = 64 * 1024 * 1024
MAX_SIGNED = 16 * 1024 * 1024
"""Bytes of a body that is signed; a longer one is not handed over where signatures are wanted."""


@dataclass(slots=True)
class Upstream:
    """A connection to a site."""

    origin: Origin
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class Line(asyncio.StreamReaderProtocol):
    """A connection of the browser. When it goes, so does the task that `take` made to serve it."""

    def __init__(self, take: Callable[[Line], asyncio.Task[None]]) -> None:
        self.reader = asyncio.StreamReader(limit=MAX_HEAD)
        super().__init__(self.reader, self._begun)
        self._take = take
        self._task: asyncio.Task[None] | None = None
        self.writer: asyncio.StreamWriter
        self.user = ""
        self.base = ""
        self.upstream: Upstream | None = None

    def _begun(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self._task = self._take(self)

    def eof_received(self) -> bool:
        """The browser is done with the connection: it ends."""
        super().eof_received()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Ends what was going on for it."""
        super().connection_lost(error)
        if self._task is not None:
            self._task.cancel()

    def hang_up(self) -> None:
        """Ends both sides at once."""
        self.drop()
        self.writer.transport.abort()

    def drop(self) -> None:
        """Ends the side of the site."""
        if self.upstream is not None:
            self.upstream.writer.transport.abort()
            self.upstream = None


class Handover:
    """Sends what the network has admitted, to the address that it named."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._trust: ssl.SSLContext | None = None

    async def ask(self, line: Line, asked: Asked, request: Request, address: str, length: int) -> Head:
        """Sends the request and gives the head of its answer. A connection that was used before may have died in the
        meantime: what may be sent twice then goes over a new one, and only that uses old ones."""
        origin, target = split(request.url)
        safe = asked.method in SAFE_METHODS and not length
        body = request.body
        if self._network.signs:
            body += await self._remainder(line, length - len(body))
        old = line.upstream is not None and line.upstream.origin == origin and safe
        while True:
            if not old:
                line.drop()
                line.upstream = await self._connect(origin, address)
            upstream = line.upstream
            assert upstream is not None  # noqa: S101 - made above
            upgrade = header(asked.headers, "upgrade")
            extra = (("Connection", "Upgrade" if upgrade else "keep-alive"), *self._extra(request, upgrade))
            # The scope was decided for this host: no other may be named within the connection.
            headers = (("Host", origin.authority), *without_hops(asked.headers, "host"))
            leaving = Request(asked.method, request.url, (*headers, *extra[1:]), body, request.user)
            head = head_bytes(f"{asked.method} {target} HTTP/1.1", self._network.signed(leaving).headers, extra[:1])
            try:
                upstream.writer.write(head + body)
                rest = Framing(length - len(body))
                await pass_body(line.reader, upstream.writer, rest, limit=MAX_BODY)
                async with asyncio.timeout(self._network.timeout_s):
                    answer = await read_answer(upstream.reader)
            except ConnectionError:
                answer = None
                if not old:
                    raise
            if answer is not None:
                return answer
            if not old:
                raise RelayError("the connection ended without an answer")
            old = False

    async def _remainder(self, line: Line, size: int) -> bytes:
        """What is left of a body."""
        if size > MAX_SIGNED:
            raise RelayError("the body is too long to be signed")
        async with asyncio.timeout(IDLE_S):
            return await line.reader.readexactly(size)

    async def answer(self, line: Line, request: Request, head: Head) -> bool:
        """Hands the answer to the browser; whether more may follow on its connection."""
        upstream = line.upstream
        if upstream is None:
            return False
        if head.status == 101:
            line.writer.write(
                head_bytes("HTTP/1.1 101 Switching Protocols", head.headers, (("Connection", "Upgrade"),))
            )
            await join(((line.reader, upstream.writer), (upstream.reader, line.writer)))
            return False
        framing = framing_of_answer(head, request.method)
        goes_on = not framing.until_close
        word = "keep-alive" if goes_on else "close"
        line.writer.write(head_bytes(f"HTTP/1.1 {head.status} -", head.headers, (("Connection", word),)))
        await line.writer.drain()
        await pass_body(upstream.reader, line.writer, framing, limit=MAX_BODY)
        if not (goes_on and lasting(head)):
            line.drop()
        return goes_on

    async def _connect(self, origin: Origin, address: str) -> Upstream:
        context = self._context() if origin.scheme == "https" else None
        async with asyncio.timeout(self._network.timeout_s):
            reader, writer = await asyncio.open_connection(
                address,
                origin.port,
                limit=MAX_HEAD,
                ssl=context,
                server_hostname=origin.host if context is not None else None,
            )
        return Upstream(origin, reader, writer)

    def _context(self) -> ssl.SSLContext:
        if self._trust is None:
            self._trust = ssl.create_default_context(cafile=self._network.cafile or None)
            self._trust.set_alpn_protocols(["http/1.1"])
            if self._network.insecure:
                self._trust.check_hostname = False
                self._trust.verify_mode = ssl.CERT_NONE
                self._trust.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
                self._trust.set_ciphers("ALL:@SECLEVEL=0")
            load_into(self._trust, self._network.certificate)
        return self._trust

    def _extra(self, request: Request, upgrade: str) -> Headers:
        """What the scan adds: by what it is recognised, and the user's fixed headers. Cookies are the browser's."""
        given = request.headers
        names = {name.lower() for name, _ in given}
        own = [pair for pair in self._network.identity if pair[0].lower() not in names]
        fixed = self._network.session(request.user).headers_for(request.url, given)
        return (*own, *(pair for pair in fixed if pair[0].lower() != "cookie"))


def dressed(headers: Headers, others: Headers) -> Headers:
    """The headers with others in their place. Cookies stay beside others that have another name."""
    names = {name.lower() for name, _ in others}
    kept = tuple(pair for pair in headers if pair[0].lower() not in names)
    own, old = header(others, "cookie"), header(headers, "cookie")
    if not own or not old:
        return (*kept, *others)
    taken = {part.partition("=")[0].strip() for part in own.split(";")}
    rest = [part.strip() for part in old.split(";") if part.partition("=")[0].strip() not in taken]
    return (*kept, *(pair for pair in others if pair[0].lower() != "cookie"), ("Cookie", "; ".join([own, *rest])))
