"""The main lane: libcurl, driven by the event loop, with one connection pool for the whole scan."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace

import pycurl

from vedette.contract.addresses import Policy
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.net.encoding import decoded
from vedette.engine.net.lane import SAFE_METHODS
from vedette.engine.net.origin import Origin, UrlError, split
from vedette.engine.net.transfer import Settings, Shape, Transfer
from vedette.engine.net.wire import BODY_METHODS, content_encoding, fault, ordinary, parse_head

MAX_IDLE = 512
MAX_CONNECTIONS = 256

# libcurl codes that pycurl does not name.
_WEIRD_REPLY, _HTTP2_STREAM, _CLIENT_CERTIFICATE, _TOO_LARGE = 8, 92, 98, 100

_ERRORS = {
    pycurl.E_OPERATION_TIMEDOUT: "timeout",
    pycurl.E_COULDNT_RESOLVE_HOST: "resolve",
    pycurl.E_UNSUPPORTED_PROTOCOL: "protocol",
    pycurl.E_URL_MALFORMAT: "protocol",
    _WEIRD_REPLY: "protocol",
    pycurl.E_HTTP2: "protocol",
    _HTTP2_STREAM: "protocol",
    _TOO_LARGE: "protocol",
    pycurl.E_SSL_CONNECT_ERROR: "tls",
    pycurl.E_PEER_FAILED_VERIFICATION: "tls",
    pycurl.E_SSL_CACERT_BADFILE: "tls",
    pycurl.E_SSL_CIPHER: "tls",
    pycurl.E_SSL_CERTPROBLEM: "tls",
    pycurl.E_SSL_CRL_BADFILE: "tls",
    pycurl.E_SSL_ISSUER_ERROR: "tls",
    pycurl.E_SSL_INVALIDCERTSTATUS: "tls",
    _CLIENT_CERTIFICATE: "tls",
}
"""libcurl's codes in our words; all others are a connection that could not be made or broke."""

_ENDINGS = frozenset(
    {pycurl.E_PARTIAL_FILE, pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR, pycurl.E_GOT_NOTHING, _HTTP2_STREAM}
)
"""Ways in which a connection may break off after a complete head: the response counts, cut."""


class CurlLane:
    """Sends what is well-formed HTTP. `warm_target` gives the path with which a connection to an origin is warmed;
    `identity` are the headers that such a warming request carries, and `signed` signs it."""

    def __init__(
        self,
        policy: Policy,
        settings: Settings,
        *,
        warm_target: Callable[[Origin], str] = lambda origin: "/",
        identity: tuple[tuple[str, str], ...] = (),
        signed: Callable[[Request], Request] = lambda request: request,
    ) -> None:
        self._policy = policy
        self._settings = settings
        self._warm_target = warm_target
        self._identity = identity
        self._signed = signed
        self._multi = _multi(MAX_CONNECTIONS)
        self._idle: dict[Shape, list[Transfer]] = {}
        self._idle_count = 0
        self._running: dict[Transfer, asyncio.Future[pycurl.Curl]] = {}

    async def send(self, request: Request, *, address: str, fresh: bool = False, timed: bool = False) -> Exchange:
        """Sends to this IP address; see `Lane.send`. Requests that are not well-formed get the error `protocol`."""
        try:
            origin, target = split(request.url)
        except UrlError as error:
            return Exchange(request, error="protocol", detail=str(error))
        wrong = fault(request) or ("" if ordinary(request) else "needs the raw lane")
        if wrong:
            return Exchange(request, error="protocol", detail=wrong)
        if timed:
            return await self._measure(request, origin, target, address)
        # libcurl repeats a request whose reused connection turns out dead: only harmless ones may reuse.
        alone = fresh or request.method not in SAFE_METHODS
        return await self._exchange(self._multi, request, _shape(request, origin, target, address, alone), target)

    def cancel_all(self) -> None:
        """Ends every request in flight; their callers get the error `stopped`."""
        for transfer, future in self._running.items():
            transfer.stopped = True
            future.cancel()

    async def close(self) -> None:
        """Ends everything and frees all handles."""
        self.cancel_all()
        await self._multi.aclose()
        for transfers in self._idle.values():
            for transfer in transfers:
                transfer.close()
        self._idle.clear()

    async def _measure(self, request: Request, origin: Origin, target: str, address: str) -> Exchange:
        """The request on a connection that nobody else uses, opened and used once before."""
        multi = _multi(1)
        try:
            warm = self._signed(Request("GET", origin.url + self._warm_target(origin), self._identity))
            warm_shape = Shape(origin, address, "GET", body=False, single=True, alone=False, http2=False)
            warmed = await self._exchange(multi, warm, warm_shape, self._warm_target(origin))
            if warmed.response is None:
                return replace(warmed, request=request, detail=f"warming the connection: {warmed.detail}")
            shape = warm_shape._replace(method=request.method, body=_has_body(request))
            return await self._exchange(multi, request, shape, target)
        finally:
            await multi.aclose()

    async def _exchange(self, multi: pycurl.AsyncCurlMulti, request: Request, shape: Shape, target: str) -> Exchange:
        transfer = self._take(shape)
        transfer.prepare(request, target)
        exchange = Exchange(request, sent_at=time.time(), address=shape.address)
        code, detail = 0, ""
        future = multi.add_handle(transfer.curl)
        self._running[transfer] = future
        try:
            await future
        except pycurl.error as error:
            code, detail = error.args[0], str(error.args[1])
        except asyncio.CancelledError:
            self._abort(multi, transfer)
            task = asyncio.current_task()
            if transfer.stopped and not (task and task.cancelling()):
                exchange.error, exchange.detail = "stopped", "the scan is stopping"
                return exchange
            raise
        del self._running[transfer]
        self._conclude(exchange, transfer, code, detail)
        self._give_back(transfer)
        return exchange

    def _conclude(self, exchange: Exchange, transfer: Transfer, code: int, detail: str) -> None:
        cut = transfer.cut or code in _ENDINGS
        if code and not cut:
            exchange.error, exchange.detail = _ERRORS.get(code, "connect"), detail
            if transfer.vetoed:
                exchange.error, exchange.detail = "refused", transfer.vetoed
            return
        head = parse_head(transfer.lines)
        if head is None or (code and not head.whole):
            exchange.error, exchange.detail = "connect", detail or "no response"
            return
        parts = transfer.parts
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        encodings = content_encoding(head.headers)
        if encodings:
            body, more = decoded(body, encodings, self._settings.max_body)
            cut = cut or more
        first, ready, total = transfer.times()
        exchange.response = Response(
            head.status,
            head.headers,
            body,
            head.version,
            max(0.0, first - ready),
            total,
            cut or not head.whole,
            transfer.sends > 1,
        )

    def _take(self, shape: Shape) -> Transfer:
        idle = self._idle.get(shape)
        if idle:
            self._idle_count -= 1
            return idle.pop()
        return Transfer(shape, self._settings, self._policy)

    def _give_back(self, transfer: Transfer) -> None:
        if self._idle_count >= MAX_IDLE:
            oldest = next(shape for shape, transfers in self._idle.items() if transfers)
            self._idle[oldest].pop().close()
            self._idle_count -= 1
            if not self._idle[oldest]:
                del self._idle[oldest]
        transfer.clear()
        self._idle.setdefault(transfer.shape, []).append(transfer)
        self._idle_count += 1

    def _abort(self, multi: pycurl.AsyncCurlMulti, transfer: Transfer) -> None:
        self._running.pop(transfer, None)
        if not multi.closed:
            # When it ended in the same turn of the loop, the multi has let go of it already.
            with contextlib.suppress(RuntimeError):
                multi.remove_handle(transfer.curl)
        transfer.close()


def _multi(connections: int) -> pycurl.AsyncCurlMulti:
    multi = pycurl.AsyncCurlMulti()
    multi.setopt(pycurl.M_MAXCONNECTS, connections)
    return multi


def _has_body(request: Request) -> bool:
    return bool(request.body) or request.method in BODY_METHODS


def _shape(request: Request, origin: Origin, target: str, address: str, alone: bool) -> Shape:
    http2 = origin.scheme == "https" and target.isascii() and " " not in target
    return Shape(origin, address, request.method, _has_body(request), single=alone, alone=alone, http2=http2)
