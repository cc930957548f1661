"""Engines that differ from the examples' one: grouped digits, tame languages, firewalls."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from vedette.contract.exchange import Request, Response
from vedette.engine import testkit
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Proof
from vedette.engine.checks.template import arithmetic

POINT = Point(Target(Request("GET", "http://s.example/p?name=Ann"), "/p"), PointKind.QUERY, "name", "Ann")


def site(pattern: str, evaluate: Callable[[str], str]) -> Callable[[Request], Response]:
    def handle(request: Request) -> Response:
        name = parse_qs(urlsplit(request.url).query)["name"][0]
        try:
            text = re.sub(pattern, lambda match: evaluate(match[1]), name)
        except ValueError:
            return Response(500, (), b"fault")
        return Response(200, (("Content-Type", "text/html"),), text.encode())

    return handle


async def prove(handler: Callable[[Request], Response], full: bool = True) -> list[Proof]:
    found = await arithmetic.detect(testkit.TestProbe(handler, "detect", full=full), POINT)
    proofs = [await arithmetic.verify(testkit.TestProbe(handler, "verify"), candidate) for candidate in found]
    return [proof for proof in proofs if proof]


def freemarker(expression: str) -> str:
    if product := re.fullmatch(r"(\d+)\*(\d+)", expression):
        return f"{int(product[1]) * int(product[2]):,}"
    if upper := re.fullmatch(r"'(\w+)'\?upper_case", expression):
        return upper[1].upper()
    if length := re.fullmatch(r"'(\w+)'\?length", expression):
        return str(len(length[1]))
    raise ValueError(expression)


async def test_digits_may_be_grouped() -> None:
    (proof,) = await prove(site(r"\$\{(.*?)\}", freemarker), full=False)
    assert "FreeMarker" in proof.detail


async def test_an_engine_with_two_kinds_of_delimiters_is_recognised_by_either() -> None:
    (proof,) = await prove(site(r"[$#]\{(.*?)\}", freemarker), full=False)
    assert "FreeMarker" in proof.detail


def handlebars(text: str) -> str:
    found = re.fullmatch(r"#with '(\w+)'\}\}\{\{length\}\}\{\{/with", text)
    if not found:
        raise ValueError(text)
    return str(len(found[1]))


async def test_an_engine_without_arithmetic_is_found_at_full_depth_and_called_less_severe() -> None:
    (proof,) = await prove(site(r"\{\{(.*)\}\}", handlebars))
    assert "Handlebars" in proof.detail
    assert proof.severity == "high"


async def test_a_firewall_ends_the_questions() -> None:
    refused = Response(403, (), b"<h1>Your request was blocked</h1>")
    probe = testkit.TestProbe(lambda request: refused, "unit")
    assert await arithmetic.detect(probe, POINT) == []
    assert len(probe.sent) <= len(arithmetic._GROUPS) + arithmetic.WALLS
