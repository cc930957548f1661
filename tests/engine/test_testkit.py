from __future__ import annotations

import asyncio
import dataclasses
from types import ModuleType
from typing import Any

import pytest

from vedette.contract.checkinfo import Kind, Phase, ProofLevel
from vedette.contract.exchange import Request, Response, Step
from vedette.engine import testkit
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.mutations import points_of, with_value
from vedette.engine.attack.point import Point, Target
from vedette.engine.attack.probe import Candidate, Probe, ProbeStop, Proof, Site, TlsFacts
from vedette.engine.catalog import Check, build
from vedette.engine.checks.crlf import injection
from vedette.engine.checks.headers import nosniff

POINT = points_of(Target(Request("GET", "http://site.example/?id=1"), "/"))[0]


def html(body: str) -> Response:
    return Response(200, (("Content-Type", "text/html"),), body.encode())


def check_of(module: ModuleType, **changes: Any) -> Check:
    new = ModuleType("made", module.__doc__)
    vars(new).update({key: value for key, value in vars(module).items() if not key.startswith("__")})
    vars(new).update(changes)
    return build([new]).checks[0]


def probing(detect: object, verify: object, *examples: Example, **changes: Any) -> Check:
    parts = {"detect": detect, "verify": verify, "INFO": dataclasses.replace(injection.INFO, **changes)}
    if examples:
        parts["EXAMPLES"] = (*examples, *injection.EXAMPLES)
    return check_of(injection, **parts)


async def suspect_all(probe: Probe, point: Point) -> list[Candidate]:
    return [Candidate(check="crlf-response-header", point=point, data={"pair": (1, 2)})]


async def prove_nothing(probe: Probe, candidate: Candidate) -> Proof | None:
    return None


def test_the_reference_checks_pass() -> None:
    assert testkit.run_examples(check_of(nosniff)) == []
    assert testkit.run_examples(check_of(injection)) == []


def test_wrong_checks_are_told() -> None:
    silent = check_of(nosniff, inspect=lambda page: [])
    assert len(testkit.run_examples(silent)) == sum(example.vulnerable for example in silent.examples)
    assert "found nothing" in testkit.run_examples(silent)[0]
    blind = probing(suspect_all, prove_nothing)
    assert all("found nothing" in fault for fault in testkit.run_examples(blind))

    async def prove_anything(probe: Probe, candidate: Candidate) -> Proof | None:
        return Proof(level=ProofLevel.FIRM, detail="anything", steps=())

    eager = testkit.run_examples(probing(suspect_all, prove_anything))
    assert eager
    assert all("reported 'anything'" in fault for fault in eager)


def test_candidates_pass_through_json() -> None:
    seen: list[object] = []

    async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
        seen.append(candidate.data)
        return None

    check = probing(suspect_all, verify)
    testkit.run_example(check, check.examples[0])
    assert seen == [{"pair": [1, 2]}]


def test_a_site_that_remembers_starts_afresh_and_keeps_its_state_between_detector_and_verifier() -> None:
    def site() -> Handler:
        stored: list[str] = []

        def handle(request: Request) -> Response:
            stored.append(request.url)
            return html(" ".join(stored))

        return handle

    async def detect(probe: Probe, point: Point) -> list[Candidate]:
        await probe.send(point, "planted")
        return await suspect_all(probe, point)

    async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
        exchange = await probe.fetch(Request("GET", "http://site.example/list"))
        assert exchange.response is not None
        count = exchange.response.text.count("planted")
        return Proof(level=ProofLevel.FIRM, detail=str(count), steps=(Step("list", exchange),))

    example = Example(name="a", vulnerable=True, state=site, point=POINT)
    check = probing(detect, verify, example)
    for _ in range(2):
        assert [item.detail for item in testkit.run_example(check, example)] == ["1"]


def test_a_detector_that_spends_too_much_finds_nothing() -> None:
    async def greedy(probe: Probe, point: Point) -> list[Candidate]:
        for _ in range(2):
            await probe.send(point, "x")
        return await suspect_all(probe, point)

    async def prove(probe: Probe, candidate: Candidate) -> Proof | None:
        return Proof(level=ProofLevel.FIRM, detail="x", steps=())

    dull = Example(name="dull", vulnerable=True, handler=lambda request: html("same"), point=POINT)
    echo = Example(name="echo", vulnerable=True, handler=lambda request: html(request.url), point=POINT)
    check = probing(greedy, prove, dull, echo, cost=1, wants=("reflected",))
    assert testkit.run_example(check, dull) == []
    assert testkit.run_example(check, echo) != []


def test_host_checks_get_a_site() -> None:
    sites: list[Site] = []

    async def detect(probe: Probe, site: Site) -> list[Candidate]:
        sites.append(site)
        return []

    check = probing(detect, prove_nothing, kind=Kind.HOST, phase=Phase.HOST)
    given = Site("http://other.example", ("/",), "http://other.example/")
    pages = ("http://site.example/a/b/c.html", "http://site.example/")
    for example in (
        Example(name="a", vulnerable=False, site=given),
        Example(name="b", vulnerable=False, pages=pages),
        Example(name="c", vulnerable=False, tls=TlsFacts(accepted=("TLSv1.2",))),
    ):
        testkit.run_example(check, example)
    assert sites[0] == given
    assert sites[1] == Site("http://site.example", ("/", "/a/", "/a/b/"), pages[0], pages)
    assert sites[2].origin == "https://site.example"


def test_the_probe() -> None:
    example = Example(
        name="a",
        vulnerable=False,
        pages=("http://site.example/wall", "http://site.example/empty"),
        technologies=("php",),
        tls=TlsFacts(cipher="X"),
    )
    posts: list[str] = []

    def handle(request: Request) -> Response:
        if request.url.endswith("/wall"):
            return html("".join(f"<p>{post}</p>" for post in posts))
        posts.append(request.url)
        response = html("ok")
        response.ttfb_s = 1.5
        return response

    async def use() -> None:
        probe = testkit.TestProbe(handle, "unit", example=example, budget=4)
        assert probe.technologies == {"php"}
        model = await probe.baseline(POINT)
        assert await probe.baseline(POINT) is model
        sinks = await probe.sinks(POINT)
        assert [sink.request.url for sink in sinks] == ["http://site.example/wall"]
        assert sinks[0].reflections[0].context == "text"
        assert (await probe.handshake("https://site.example")).cipher == "X"
        assert probe.sent == []
        assert (await probe.timed(POINT, "x")).seconds == 1.5
        assert (await probe.send(POINT, "a b")).request == with_value(POINT, "a b")
        assert (await probe.send_raw(POINT, "a%20b")).request.url.endswith("id=a%20b")
        await probe.fetch(Request("GET", "http://site.example/"))
        assert len(probe.sent) == 4
        with pytest.raises(ProbeStop):
            await probe.fetch(Request("GET", "http://site.example/"))

    asyncio.run(use())
    bare = testkit.TestProbe(handle, "unit")
    assert asyncio.run(bare.sinks(POINT)) == ()
    assert asyncio.run(bare.handshake("https://site.example")).error


def test_an_example_without_a_site_knows_no_page() -> None:
    handler = testkit.handler_of(Example(name="a", vulnerable=False))
    assert handler(Request("GET", "http://site.example/")).status == 404
