"""Foreign origins: few requests on sites that know nothing of them, and one finding per kind of mistake."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from vedette.contract.exchange import Request, Response, header
from vedette.engine import catalog, testkit
from vedette.engine.attack.example import Example
from vedette.engine.attack.probe import Site

CHECK = catalog.load().by_id["cors-reflected-origin"]
ORIGIN = "http://site.example"


def site(*paths: str) -> Site:
    return Site(ORIGIN, ("/",), f"{ORIGIN}/", tuple(ORIGIN + path for path in paths))


def answers(allowed: Callable[[str], str]) -> Callable[[Request], Response]:
    def handle(request: Request) -> Response:
        named = allowed(header(request.headers, "origin"))
        own = (("Access-Control-Allow-Origin", named), ("Access-Control-Allow-Credentials", "true")) if named else ()
        return Response(200, (("Vary", "Origin"), *own), b"{}")

    return handle


def proofs(allowed: Callable[[str], str], *paths: str) -> list:
    example = Example(name="x", vulnerable=True, handler=answers(allowed), site=site(*paths))
    return testkit.run_example(CHECK, example)


def test_pages_that_know_nothing_of_origins_cost_one_request_for_each_kind_of_path() -> None:
    probe = testkit.TestProbe(lambda request: Response(200, (), b"hello"), "plain")
    paths = ("/item/1", "/item/2", "/item/3", "/about")
    assert CHECK.detect is not None
    assert asyncio.run(CHECK.detect(probe, site(*paths))) == []
    assert len(probe.sent) == 3


def test_a_host_that_trusts_anybody_is_one_finding() -> None:
    found = proofs(lambda origin: origin, "/api/a", "/api/b")
    assert len(found) == 1
    assert "any origin" in found[0].detail


def test_different_mistakes_are_different_findings() -> None:
    found = proofs(lambda origin: origin if origin == "null" or origin.endswith("site.example") else "")
    assert len(found) == 2


def test_the_control_has_no_origin() -> None:
    (proof,) = proofs(lambda origin: origin)
    (control,) = [step for step in proof.steps if step.control]
    assert header(control.exchange.request.headers, "origin") == ""


def test_the_first_page_with_the_mistake_is_named() -> None:
    def handle(request: Request) -> Response:
        own = answers(lambda origin: origin)(request)
        return own if "/api/" in request.url else Response(200, (), b"<h1>x</h1>")

    probe = testkit.TestProbe(handle, "named")
    assert CHECK.detect is not None
    (candidate,) = asyncio.run(CHECK.detect(probe, site("/a", "/b", "/api/me")))
    assert candidate.url == f"{ORIGIN}/api/me"


def test_interfaces_come_first_and_personal_ones_before_them() -> None:
    probe = testkit.TestProbe(lambda request: Response(200, (), b"hello"), "order")
    many = [f"/shop/{word}" for word in "abcdefghijklmnopqrstuvwxyz"] + [f"/help/{word}" for word in "abcdefghijklmnop"]
    assert CHECK.detect is not None
    asyncio.run(CHECK.detect(probe, site(*many, "/profile", "/v2/stock", "/data.json", "/api/account/summary")))
    asked = [request.url.removeprefix(ORIGIN) for request in probe.sent]
    assert asked[:4] == ["/api/account/summary", "/v2/stock", "/data.json", "/profile"]
    assert len(asked) == 40


def test_an_answer_that_names_the_origin_unasked_is_no_proof() -> None:
    seen: list[str] = []

    def allowed(origin: str) -> str:
        seen.append(origin)
        return next((old for old in reversed(seen) if old), "")

    assert proofs(allowed) == []
