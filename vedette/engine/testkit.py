"""Runs a check against its own examples, without a network and in virtual time. For tests only.

While writing a check, run its examples alone with `pytest tests/engine/checks/test_every_check.py -k <id>`.
Signatures: active `async def detect(probe: Probe, point: Point) -> list[Candidate]`, host
`async def detect(probe: Probe, site: Site) -> list[Candidate]`, both
`async def verify(probe: Probe, candidate: Candidate) -> Proof | None`, passive
`def inspect(page: Page) -> list[Observation]`.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from urllib.parse import urlsplit

from vedette.contract.checkinfo import Kind
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.compare import Model
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.light import calls_for, light_values, react
from vedette.engine.attack.mutations import with_value
from vedette.engine.attack.point import Point
from vedette.engine.attack.probe import Browser, Candidate, ProbeStop, Proof, Reaction, Sink, Site, Timed, TlsFacts
from vedette.engine.attack.reflection import find
from vedette.engine.attack.rng import Rng
from vedette.engine.catalog import Check, PassivePatterns
from vedette.engine.parse.page import Observation, Page

ORIGIN = "http://site.example"
LIMIT = 500
"""Requests that a detector or verifier may send when its depth is called for."""


class TestProbe:
    """A `Probe` whose network is a handler. Keeps what it sent in `sent`, baselines and sinks apart."""

    __test__ = False

    def __init__(
        self,
        handler: Handler,
        unit: str,
        *,
        full: bool = True,
        reaction: Reaction | None = None,
        example: Example | None = None,
        budget: int = LIMIT,
    ) -> None:
        self.rng = Rng(7, unit, b"testkit")
        self.full = full
        self.reaction = reaction or Reaction()
        self.technologies = frozenset(example.technologies if example else ())
        self.browser: Browser | None = None
        self.sent: list[Request] = []
        self._handler = handler
        self._example = example
        self._budget = budget
        self._models: dict[str, Model] = {}

    async def send(self, point: Point, payload: str, *, fresh: bool = False) -> Exchange:
        """The handler's answer to the point's request with this payload."""
        return self._answer(with_value(point, payload))

    async def send_raw(self, point: Point, payload: str, *, fresh: bool = False) -> Exchange:
        """The same with the payload already encoded."""
        return self._answer(with_value(point, payload, raw=True))

    async def fetch(self, request: Request, *, fresh: bool = False) -> Exchange:
        """The handler's answer."""
        return self._answer(request)

    async def baseline(self, point: Point) -> Model:
        """A model of three answers to the point's own request; these do not count."""
        request = point.target.request
        key = point.target.key
        if key not in self._models:
            self._models[key] = Model.learn([Exchange(request, self._handler(request)) for _ in range(3)])
        return self._models[key]

    async def sinks(self, point: Point) -> tuple[Sink, ...]:
        """Which of the example's pages show a token that went in through the point."""
        pages = self._example.pages if self._example else ()
        if not pages:
            return ()
        token = self.rng.token("seed")
        self._handler(with_value(point, token))
        found = []
        for url in pages:
            request = Request("GET", url)
            reflections = find(Exchange(request, self._handler(request)), token, "")
            if reflections:
                found.append(Sink(request, reflections))
        return tuple(found)

    async def timed(self, point: Point, payload: str) -> Timed:
        """The time that the handler's response claims."""
        exchange = self._answer(with_value(point, payload))
        return Timed(exchange.response.ttfb_s if exchange.response else None, exchange)

    async def handshake(self, origin: str) -> TlsFacts:
        """What the example says."""
        return (self._example.tls if self._example else None) or TlsFacts(error="no TLS here")

    def _answer(self, request: Request) -> Exchange:
        if len(self.sent) >= self._budget:
            raise ProbeStop("the unit's requests are spent")
        self.sent.append(request)
        return Exchange(request, self._handler(request))


def run_example(check: Check, example: Example) -> list[Proof] | list[Observation]:
    """What the check concludes on the example: observations, or the proofs of the candidates it found."""
    if check.info.kind is Kind.PASSIVE:
        return inspect(check, example)
    return asyncio.run(prove(check, example))


def run_examples(check: Check) -> list[str]:
    """A sentence for each example on which the check is wrong; empty when all are right."""
    faults = []
    for example in check.examples:
        found = run_example(check, example)
        if bool(found) != example.vulnerable:
            told = "found nothing" if example.vulnerable else f"reported {found[0].detail!r}"
            faults.append(f"{check.id}: {told} on the example {example.name!r}")
    return faults


def inspect(check: Check, example: Example) -> list[Observation]:
    """What a passive check sees in the example's exchange."""
    if example.exchange is None:
        raise ValueError(f"the example {example.name!r} of {check.id} has no exchange")
    page = Page(example.exchange, logged_in=example.logged_in)
    PassivePatterns([check]).scan(page)
    return check.inspect(page)


async def prove(check: Check, example: Example) -> list[Proof]:
    """Detects as the scan would, at the depth that the example's reaction calls for, then verifies each candidate."""
    handler = handler_of(example)
    reaction = await reaction_of(handler, example) if example.point else Reaction()
    candidates = await detect(check, handler, example, reaction)
    proofs = []
    for index, candidate in enumerate(candidates):
        stored = replace(candidate, data=json.loads(json.dumps(candidate.data)))
        probe = TestProbe(handler, f"verify|{example.name}|{index}", reaction=reaction, example=example)
        proof = await check.verify(probe, stored)
        if proof is not None:
            proofs.append(proof)
    return proofs


async def detect(check: Check, handler: Handler, example: Example, reaction: Reaction) -> list[Candidate]:
    """The candidates of one detector; none when it ran out of the requests that it may send."""
    if example.point is None:
        probe = TestProbe(handler, f"detect|{example.name}", example=example)
        return await check.detect(probe, example.site or site_of(example))
    full = calls_for(check.info, reaction, frozenset(example.technologies))
    budget = LIMIT if full else check.info.cost
    probe = TestProbe(handler, f"detect|{example.name}", full=full, reaction=reaction, example=example, budget=budget)
    try:
        return await check.detect(probe, example.point)
    except ProbeStop:
        return []


async def reaction_of(handler: Handler, example: Example) -> Reaction:
    """The real light pass on the example's point."""
    if example.point is None:
        raise ValueError(f"the example {example.name!r} has no point")
    probe = TestProbe(handler, f"light|{example.name}", example=example)
    harmless, odd = light_values(example.point, probe.rng)
    model = await probe.baseline(example.point)
    first, second = await probe.send(example.point, harmless), await probe.send(example.point, odd)
    return react(example.point, model, first, second, harmless, odd)


def handler_of(example: Example) -> Handler:
    """The example's site, fresh when it remembers things; one that knows no page when the example has none."""
    if example.state is not None:
        return example.state()
    return example.handler or _nothing


def site_of(example: Example) -> Site:
    """The site of a host check's example: the origin and folders of its pages."""
    origin = ORIGIN.replace("http:", "https:") if example.tls else ORIGIN
    urls = example.pages or (f"{origin}/",)
    first = urlsplit(urls[0])
    folders = {"/"}
    for url in urls:
        steps = urlsplit(url).path.split("/")[1:-1]
        folders |= {"/" + "/".join(steps[:depth]) + "/" for depth in range(1, len(steps) + 1)}
    ordered = tuple(sorted(folders, key=lambda folder: (folder.count("/"), folder)))
    return Site(f"{first.scheme}://{first.netloc}", ordered, urls[0], urls)


def _nothing(request: Request) -> Response:
    return Response(404, (("Content-Type", "text/plain"),), b"not found")
