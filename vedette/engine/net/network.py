"""The one door to targets: every request of a scan passes guard, names, pacing and circuit breaker here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType

from vedette.contract.addresses import Policy
from vedette.contract.exchange import Exchange, Headers, Request
from vedette.contract.job import Job
from vedette.contract.progress import PartProgress
from vedette.engine.net import counting, tls
from vedette.engine.net.breaker import Breaker, OnBlock
from vedette.engine.net.clock import Clock, SystemClock, doze
from vedette.engine.net.curl import CurlLane
from vedette.engine.net.encrypting import envelope_of
from vedette.engine.net.guard import Guard
from vedette.engine.net.masking import Masker
from vedette.engine.net.names import Names, Pin, Resolve, system_resolve
from vedette.engine.net.origin import Origin, UrlError, split
from vedette.engine.net.pace import Sample
from vedette.engine.net.pacing import OnSlow, Pacing
from vedette.engine.net.passage import Conduit, Passage
from vedette.engine.net.raw import RawLane
from vedette.engine.net.session import Session
from vedette.engine.net.signing import signer_of
from vedette.engine.net.transfer import Settings
from vedette.engine.net.users import Users, identity
from vedette.engine.net.wire import fault, ordinary

STOPPED = "the scan is stopping"
CONNECT_S = 3.0
_BREAKER_ERRORS = frozenset({"connect", "timeout", "tls"})


class Network:
    """The network of one scan. `requests` counts all that were sent, those of earlier slices included; `troubled`
    those of this one that ended blocked, timed out or in error. Requests count into `part` unless the call names
    another.

    Give secrets by the names that the job uses. Raises ValueError when a start URL, the scope or a key of signatures
    or encryption cannot be read, and KeyError when a secret is missing.
    """

    def __init__(
        self,
        job: Job,
        secrets: Mapping[str, str],
        *,
        policy: Policy | None = None,
        masker: Masker | None = None,
        on_slow: OnSlow | None = None,
        on_block: OnBlock | None = None,
        already_spent: int = 0,
        clock: Clock | None = None,
        resolve: Resolve = system_resolve,
        cafile: str = "",
    ) -> None:
        limits = job.limits
        policy = policy or Policy(allow=job.allow_private)
        self.requests = already_spent
        self.troubled = 0
        self.part = PartProgress()
        self.in_flight = 0
        self.masker = masker or Masker(secrets)
        domains = tuple(domain.name for domain in job.discovery.domains) if job.discovery is not None else ()
        self.guard = Guard(job.start_urls, job.scope, policy, domains=domains)
        self.pacing = Pacing(rate=limits.rate, concurrency=limits.concurrency, clock=clock, on_slow=on_slow)
        self._clock = clock or SystemClock()
        self._breaker = Breaker(clock=clock, on_block=on_block)
        self._names = Names(policy, resolve=resolve, clock=clock)
        self.cafile = cafile
        self._max_requests = limits.max_requests
        self.certificate = secrets[job.certificate] if job.certificate else ""
        settings = Settings(
            limits.timeout_s,
            limits.timeout_s,
            limits.max_body_bytes,
            cafile,
            job.insecure,
            self.certificate,
        )
        self._signer = signer_of(job, secrets)
        self._envelope = envelope_of(job, secrets)
        self._lane = CurlLane(
            policy, settings, warm_target=self.guard.entry, identity=identity(job), signed=self.signed
        )
        self._raw = RawLane(policy, settings)
        self._users = Users(job, secrets, self.masker)
        self._stopped = False
        self._idle: asyncio.Future[None] | None = None
        self._reports: dict[tuple[str, bool], tls.TlsReport] = {}
        self._conduits: list[Conduit] = []
        self.identity = identity(job)
        self.insecure = job.insecure
        self.timeout_s = limits.timeout_s
        self.max_body = limits.max_body_bytes

    async def __aenter__(self) -> Network:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def send(
        self,
        request: Request,
        *,
        fresh: bool = False,
        timed: bool = False,
        part: PartProgress | None = None,
        keep_cookies: bool = True,
    ) -> Exchange:
        """One exchange; never raises for what the target does, never follows a redirect. The request in the answer is
        the one sent, session and defaults included, without signature or encryption. `keep_cookies=False` leaves the
        session as it is, whatever the response sets."""
        return await self._pass(request, None, fresh=fresh, timed=timed, part=part or self.part, keep=keep_cookies)

    async def send_bytes(self, data: bytes, request: Request, *, part: PartProgress | None = None) -> Exchange:
        """The bytes on a connection of their own to the origin of the request's URL, under the same rules. The record
        stands for them in the exchange."""
        return await self._pass(request, data, fresh=True, timed=False, part=part or self.part, keep=False)

    async def admit(self, url: str, *, part: PartProgress | None = None) -> Passage:
        """Lets somebody else send one request to the URL over a connection of his own, to the passage's address, under
        the rules of `send`. The passage has an error when he must not; else he ends it, whatever happens."""
        part = part or self.part
        if self._stopped:
            return Passage(error="stopped", detail=STOPPED)
        reason = self.guard.refusal(url)
        if reason:
            part.out_of_scope_hosts = self.guard.out_of_scope
            return Passage(error="refused", detail=reason)
        origin, _ = split(url)
        pin = await self._names.pin(origin.host, origin.port)
        if pin.error:
            exchange = self._unreached(Request("GET", url), pin, part)
            return Passage(error=exchange.error, detail=exchange.detail)
        if not await self.pacing.enter(pin.address):
            return Passage(error="stopped", detail=STOPPED)
        freed = False
        try:
            barred = await self._bar(origin, 1)
            freed = barred is None
        finally:
            if not freed:
                self.pacing.leave(pin.address, None)
        if barred is not None:
            self._barred(Request("GET", url), barred, part)
            return Passage(error=barred[0], detail=barred[1])
        sent = self._clock.now()
        self._begun(part)
        return Passage(
            pin.address,
            leave=lambda exchange: self.pacing.leave(
                pin.address, _sample(exchange, sent, timed=False) if exchange else None, origin.host
            ),
            ended=lambda exchange: self._ended(origin, exchange, part),
        )

    def attach(self, conduit: Conduit) -> None:
        """Names somebody whose connections end with the requests in flight when the scan stops."""
        self._conduits.append(conduit)

    @property
    def stopped(self) -> bool:
        """Whether nothing is admitted any more."""
        return self._stopped

    def keep_cookies(self, exchange: Exchange) -> None:
        """Takes what a response set into the session of the user that asked; for callers that decide the order."""
        self._users.absorb(exchange)

    def session(self, user: str) -> Session:
        """The session of a user; empty for nobody's."""
        return self._users.session(user)

    def adopt(self, user: str, url: str, headers: Headers = (), cookies: Headers = ()) -> None:
        """Takes headers and cookies that a log-in gave into a user's session, for the origin of `url`; they are masked
        from now on. Raises UrlError."""
        self._users.adopt(user, url, headers, cookies)

    def exclusive(self, host: str) -> AbstractAsyncContextManager[None]:
        """Within it nobody else's requests reach the host (a name, or an origin's URL), and one's own go one by one."""
        try:
            host = split(host)[0].host
        except UrlError:
            host = host.rpartition(":")[0] or host
        return self.pacing.exclusive(self._names.address_of(host) or host)

    def shared(self) -> AbstractAsyncContextManager[None]:
        """Within it the caller's exclusive hosts are open to others: to a browser that works for it, whose requests
        come from elsewhere."""
        return self.pacing.shared()

    def signed(self, request: Request) -> Request:
        """The request as it is to leave: with the signature that the job asks for. Raises UrlError."""
        return self._signer.signed(request) if self._signer is not None else request

    @property
    def signs(self) -> bool:
        """Whether requests leave signed, so that their whole body must be known first."""
        return self._signer is not None

    async def pin(self, host: str, port: int) -> str:
        """The address used for a host; empty when it has none that may be reached."""
        return (await self._names.pin(host, port)).address

    async def handshake(self, origin_url: str, *, certificate_only: bool = False) -> tls.TlsReport:
        """What the TLS service of an origin shows, asked once for the scan; with `certificate_only` no more than its
        certificate and whether that is trusted."""
        known = self._reports.get((origin_url, False)) or self._reports.get((origin_url, certificate_only))
        if known is not None:
            return known
        pin = await self._admitted(origin_url)
        if pin.error:
            return tls.TlsReport(error=pin.detail)

        async def turn() -> None:
            if not await self._turn(pin.address):
                raise ConnectionAbortedError(STOPPED)

        origin, _ = split(origin_url)
        inspect = tls.certificate if certificate_only else tls.inspect
        report = await inspect(origin.host, pin.address, origin.port, self.timeout_s, cafile=self.cafile, turn=turn)
        self._reports[origin_url, certificate_only] = report
        return report

    async def connects(self, origin_url: str) -> bool:
        """Whether a connection to the origin can be made within CONNECT_S seconds; nothing is sent over it."""
        pin = await self._admitted(origin_url)
        if pin.error or not await self._turn(pin.address):
            return False
        try:
            async with asyncio.timeout(min(CONNECT_S, self.timeout_s)):
                _, writer = await asyncio.open_connection(pin.address, split(origin_url)[0].port)
        except OSError:
            return False
        writer.transport.abort()
        return True

    async def _admitted(self, origin_url: str) -> Pin:
        """The address to be used for an origin that may be asked, else a pin with the reason why not."""
        reason = STOPPED if self._stopped else self.guard.refusal(origin_url)
        if reason:
            return Pin(error="refused", detail=reason)
        origin, _ = split(origin_url)
        return await self._names.pin(origin.host, origin.port)

    async def _turn(self, address: str) -> bool:
        """Waits for the turn of one connection that is not sent by a lane; False when the scan stops meanwhile."""
        if not await self.pacing.enter(address):
            return False
        self.requests += 1
        self.pacing.leave(address, None)
        return True

    def stop(self) -> None:
        """Admits nothing any more: who waits or comes gets the error `stopped`. Requests in flight go on."""
        self._stopped = True
        self.pacing.stop()
        self._breaker.stop()

    async def drain(self, seconds: float) -> None:
        """Stops, lets requests in flight finish for so long, then ends the rest."""
        self.stop()
        if self.in_flight:
            self._idle = asyncio.get_running_loop().create_future()
            await doze(self._clock, seconds, self._idle)
        self._lane.cancel_all()
        self._raw.cancel_all()
        for conduit in self._conduits:
            conduit.cancel_all()
        if self._idle is not None:
            await self._idle

    async def close(self) -> None:
        """Ends everything at once."""
        self.stop()
        for conduit in self._conduits:
            conduit.cancel_all()
        await self._lane.close()
        await self._raw.close()

    async def _pass(
        self, request: Request, data: bytes | None, *, fresh: bool, timed: bool, part: PartProgress, keep: bool
    ) -> Exchange:
        if self._stopped:
            return Exchange(request, error="stopped", detail=STOPPED)
        reason = self.guard.refusal(request.url)
        if reason:
            part.out_of_scope_hosts = self.guard.out_of_scope
            return Exchange(request, error="refused", detail=reason)
        origin, _ = split(request.url)
        pin = self._names.known(origin.host, origin.port) or await self._names.pin(origin.host, origin.port)
        if pin.error:
            return self._unreached(request, pin, part)
        address = pin.address
        if not self.pacing.try_enter(address) and not await self.pacing.enter(address):
            return Exchange(request, error="stopped", detail=STOPPED)
        sample: Sample | None = None
        try:
            barred = await self._bar(origin, 1 + timed)
            if barred is not None:
                return self._barred(request, barred, part)
            full = request if data is not None else self._users.dress(request)
            sent = self._clock.now()
            exchange = await self._transmit(full, data, origin, address, part, fresh=fresh, timed=timed)
            sample = _sample(exchange, sent, timed=timed)
        finally:
            self.pacing.leave(address, sample, origin.host)
        if keep:
            self.keep_cookies(exchange)
        return exchange

    async def _bar(self, origin: Origin, needed: int) -> tuple[str, str] | None:
        """Why a request admitted by pacing may not go after all, as error word and reason; it needs so many of the
        job's requests. Nothing may wait between this and its sending."""
        if self._breaker.is_open(origin.url) and not await self._breaker.admit(origin.url) and not self._stopped:
            return "connect", "circuit open"
        if self._stopped:
            self._breaker.abandon(origin.url)
            return "stopped", STOPPED
        if self._max_requests and self.requests + needed > self._max_requests:
            self._breaker.abandon(origin.url)
            return "budget", "all requests that the job allows are spent"
        return None

    def _barred(self, request: Request, barred: tuple[str, str], part: PartProgress) -> Exchange:
        error, detail = barred
        if error == "connect":
            self.troubled += 1
            part.network_errors += 1
        return Exchange(request, error=error, detail=detail)

    def _unreached(self, request: Request, pin: Pin, part: PartProgress) -> Exchange:
        if pin.error == "resolve":
            self.troubled += 1
            part.network_errors += 1
        return Exchange(request, error=pin.error, detail=pin.detail)

    async def _transmit(
        self,
        request: Request,
        data: bytes | None,
        origin: Origin,
        address: str,
        part: PartProgress,
        *,
        fresh: bool,
        timed: bool,
    ) -> Exchange:
        self.requests += timed  # a timed request is preceded by one that warms its connection
        self._begun(part)
        exchange = Exchange(request, error="stopped")
        try:
            if data is not None:
                data = self._signer.signed_bytes(data, request) if self._signer is not None else data
                exchange = await self._raw.exchange(data, request, origin, address)
            else:
                leaving = self.signed(self._envelope.sealed(request) if self._envelope is not None else request)
                lane = self._lane if not fault(leaving) and ordinary(leaving) else self._raw
                exchange = await lane.send(leaving, address=address, fresh=fresh, timed=timed)
                # Both are made anew each time: the record holds nothing of them that tests or repeats might take over.
                exchange.request = request
                if self._envelope is not None:
                    self._envelope.open(exchange)
        finally:
            self._ended(origin, exchange, part)
        return exchange

    def _begun(self, part: PartProgress) -> None:
        self.requests += 1
        self.in_flight += 1
        counting.begun(part)

    def _ended(self, origin: Origin, exchange: Exchange, part: PartProgress) -> None:
        self.in_flight -= 1
        self.troubled += counting.ended(part, origin.authority, exchange)
        if self._idle is not None and not self.in_flight and not self._idle.done():
            self._idle.set_result(None)
        if exchange.error == "stopped":
            self._breaker.abandon(origin.url)
        else:
            failed = exchange.error in _BREAKER_ERRORS
            self._breaker.report(origin.url, exchange.detail or exchange.error if failed else "")


def _sample(exchange: Exchange, sent: float, *, timed: bool) -> Sample:
    response = exchange.response
    if response is None:
        return Sample(sent, timed_out=exchange.error == "timeout" and not timed)
    retry = response.header("retry-after") if response.status in (429, 503) else ""
    return Sample(sent, response.status, response.total_s, retry, False, timed, exchange.sent_at)
