"""The probe that checks receive: the network behind a counter, a budget and the unit's own randomness."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from vedette.contract.exchange import Exchange, Request
from vedette.engine.attack.compare import Model, failed
from vedette.engine.attack.mutations import with_value
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Browser, ProbeStop, Reaction, Sink, Timed, TlsFacts
from vedette.engine.attack.rng import Rng

BASELINE_SAMPLES = 3
FULL_BUDGET = 120
MAX_BASELINES = 512


def throttled(exchange: Exchange) -> bool:
    """Whether the target asks us to come again later."""
    response = exchange.response
    return response is not None and (
        response.status == 429 or (response.status == 503 and bool(response.header("retry-after")))
    )


class Sender(Protocol):
    """The network as the tester needs it."""

    async def send(self, request: Request, *, fresh: bool = False, timed: bool = False) -> Exchange:
        """One exchange, through guard and pacing."""


class TlsInspector(Protocol):
    """Gives the TLS facts of an origin."""

    async def __call__(self, origin: str) -> TlsFacts:
        """Facts of one handshake series, kept for the scan."""


UnlessHeld = Callable[[Request, Callable[[], None]], None]


class Baselines:
    """Models of normal answers, shared by all units of a target; the oldest are forgotten and learned anew.
    `unless_held` takes what is to be done when the session of a request turns out to have been lost meanwhile."""

    def __init__(self, sender: Sender, unless_held: UnlessHeld = lambda request, undo: None) -> None:
        self._sender = sender
        self._unless_held = unless_held
        self._models: dict[str, asyncio.Future[Model]] = {}
        self.requests = 0

    async def of(self, target: Target, key: str = "") -> Model:
        """The model of a target's answers; `key` tells requests apart that differ in their headers only. Raises
        ProbeStop when they cannot be had."""
        key = key or target.key
        while True:
            future = self._models.get(key)
            if future is None:
                return await self._learn(target, key)
            try:
                return await asyncio.shield(future)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if not future.cancelled() or (task is not None and task.cancelling()):
                    raise
                # Only the unit that was learning has been cancelled: learn it ourselves.

    async def _learn(self, target: Target, key: str) -> Model:
        future: asyncio.Future[Model] = asyncio.get_running_loop().create_future()
        self._models[key] = future

        def forget() -> None:
            if self._models.get(key) is future:
                del self._models[key]

        self._unless_held(target.request, forget)
        while len(self._models) > MAX_BASELINES:
            self._models.pop(next(iter(self._models)))
        try:
            model = Model.learn(await self._samples(target))
        except BaseException as error:
            self._models.pop(key, None)
            if isinstance(error, ProbeStop):
                future.set_exception(error)
                future.exception()  # marks it as seen, also when nobody waits
            else:
                future.cancel()
            raise
        future.set_result(model)
        self._unless_held(target.request, forget)
        return model

    async def _samples(self, target: Target) -> list[Exchange]:
        """Three answers. A page that works but now and then is asked again: an error of the moment is not its normal
        answer, and would hide the errors that tests provoke."""
        samples = [await self._sample(target) for _ in range(BASELINE_SAMPLES)]
        sound = [sample for sample in samples if not failed(sample)]
        while sound and len(sound) < BASELINE_SAMPLES and len(samples) < 2 * BASELINE_SAMPLES:
            samples.append(await self._sample(target))
            sound = [sample for sample in samples if not failed(sample)]
        return sound if len(sound) >= BASELINE_SAMPLES else samples

    async def _sample(self, target: Target) -> Exchange:
        self.requests += 1
        exchange = await self._sender.send(target.request)
        if exchange.response is None:
            raise ProbeStop(exchange.error or "no answer")
        return exchange


class UnitProbe:
    """A `Probe` for one unit. `requests` counts what the unit spent, baselines apart."""

    def __init__(
        self,
        *,
        sender: Sender,
        baselines: Baselines,
        tls: TlsInspector,
        rng: Rng,
        reaction: Reaction,
        technologies: frozenset[str],
        full: bool,
        budget: int,
        sinks: Callable[[str], tuple[Sink, ...]],
        verifying: bool = False,
        browser: Browser | None = None,
    ) -> None:
        self.rng = rng
        self.full = full
        self.reaction = reaction
        self.technologies = technologies
        self.browser = browser
        self.requests = 0
        self.wrote: Request | None = None
        self.trouble = ""
        self._sender = sender
        self._baselines = baselines
        self._tls = tls
        self._budget = budget
        self._sinks = sinks
        self._verifying = verifying

    async def send(self, point: Point, payload: str, *, fresh: bool = False) -> Exchange:
        """The point's request with its value replaced, encoded as the place demands."""
        return await self._exchange(with_value(point, payload), fresh=fresh)

    async def send_raw(self, point: Point, payload: str, *, fresh: bool = False) -> Exchange:
        """The same with the payload already encoded."""
        return await self._exchange(with_value(point, payload, raw=True), fresh=fresh)

    async def fetch(self, request: Request, *, fresh: bool = False) -> Exchange:
        """Any request within scope."""
        return await self._exchange(request, fresh=fresh)

    async def baseline(self, point: Point) -> Model:
        """The model of the point's normal answers."""
        if point.kind is PointKind.COOKIE:
            # The session's own cookie may have another value by now: a resumed scan has a session of its own.
            usual = replace(point.target, request=with_value(point, point.value))
            return await self._baselines.of(usual, point.key)
        return await self._baselines.of(point.target)

    async def model(self, target: Target) -> Model:
        """The model of a target's normal answers."""
        return await self._baselines.of(target)

    async def sinks(self, point: Point) -> tuple[Sink, ...]:
        """Pages on which a stored value of the point comes back."""
        return self._sinks(point.key)

    async def timed(self, point: Point, payload: str) -> Timed:
        """Seconds to the first byte. A screening reuses warm connections; a proof takes a fresh, warmed one."""
        exchange = await self._exchange(with_value(point, payload), fresh=self._verifying, timed=self._verifying)
        response = exchange.response
        valid = response is not None and not response.resent and not response.truncated
        return Timed(response.ttfb_s if response is not None and valid else None, exchange)

    async def handshake(self, origin: str) -> TlsFacts:
        """TLS facts of an origin."""
        return await self._tls(origin)

    async def _exchange(self, request: Request, *, fresh: bool, timed: bool = False) -> Exchange:
        if self.requests >= self._budget:
            raise ProbeStop("the unit's requests are spent")
        self.requests += 1
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self.wrote = request
        exchange = await self._sender.send(request, fresh=fresh, timed=timed)
        if throttled(exchange):
            # Pacing has seen to the pause that was asked for.
            self.requests += 1
            exchange = await self._sender.send(request, fresh=fresh, timed=timed)
            self.trouble = "throttled" if throttled(exchange) else self.trouble
        if exchange.error in ("stopped", "budget"):
            raise ProbeStop(exchange.error)
        if exchange.response is None and exchange.error not in ("protocol", "refused"):
            # A malformed answer is one: odd input often ends up in a header line. What our own guard refuses is the
            # check's affair.
            self.trouble = exchange.error
        return exchange
