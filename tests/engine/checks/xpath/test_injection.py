"""XPath injection against lxml, and the line between it and SQL injection."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import pytest
from lxml import etree

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Proof, Reaction
from vedette.engine.attack.rng import Rng
from vedette.engine.checks.sqli import boolean
from vedette.engine.checks.sqli.example_shop import Page
from vedette.engine.checks.xpath import injection
from vedette.engine.checks.xpath.example_document import library, sealed
from vedette.engine.testkit import TestProbe


def query(value: str) -> Point:
    return Point(Target(Request("GET", f"http://a.example/?v={quote(value)}"), "/"), PointKind.QUERY, "v", value)


async def proof(handler: Handler, point: Point, *, full: bool = True) -> Proof | None:
    budget = 500 if full else injection.INFO.cost
    candidates = await injection.detect(TestProbe(handler, "detect", full=full, budget=budget), point)
    return await injection.verify(TestProbe(handler, "verify"), candidates[0]) if candidates else None


@pytest.mark.parametrize("seed", range(60))
def test_a_condition_has_the_truth_it_claims(seed: int) -> None:
    rng, document = Rng(seed, "condition"), etree.XML("<a/>")
    assert document.xpath(injection.condition(rng, True)) is True
    assert document.xpath(injection.condition(rng, False)) is False
    with pytest.raises(etree.XPathError):
        document.xpath(injection.condition(rng, None))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("//book[author='{}']", "Holm"),
        ("//book[(author='{}' and @id>0)]", "Holm"),
        ('//book[author="{}"]', "Holm"),
        ("//book[@id={}]", "2"),
        ("//book[@id={} and title]", "2"),
        ("//book[{}]", "1"),
        ("//book[contains(title,'{}')]", "Sp"),
        ('//book[contains(title,"{}")]', "Sp"),
        ("//book[author='{}']", "nobody"),
        ("//book[author='{}' and title='x']", "nobody"),
        ("//book[@id={}]", "77"),
        ("//book[contains(title,'{}')]", "zzz"),
    ],
)
async def test_places(path: str, value: str) -> None:
    found = await proof(library(path, "v"), query(value))
    assert found is not None
    assert found.level is ProofLevel.CONFIRMED
    assert "root has 7 characters" in found.detail


@pytest.mark.parametrize(
    ("path", "value"),
    [("//book[author='{}']", "nobody"), ("//book[@id={}]", "77"), ("//book[contains(title,'{}')]", "zz")],
)
async def test_the_cheap_form_sees_what_selects_more(path: str, value: str) -> None:
    assert await proof(library(path, "v"), query(value), full=False) is not None


async def test_a_complaint_alone_is_firm() -> None:
    found = await proof(library("//map[name='{}']", "v", errors="shown"), query("Holm"))
    assert found is not None
    assert found.level is ProofLevel.FIRM
    assert any(step.control for step in found.steps)


@pytest.mark.parametrize("value", ["Holm", "nobody", "2"])
async def test_variables_and_sealed_values_are_silent(value: str) -> None:
    assert await proof(library("//book[author=$value]", "v"), query(value)) is None
    assert await proof(library("//book[author='{}']", "v", read=sealed), query(value)) is None


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("select * from item where shelf='{}'", "kitchen"),
        ("select * from item where id={}", "2"),
        ("select * from item where shelf='{}'", "none"),
    ],
)
async def test_a_database_is_not_taken_for_a_document(sql: str, value: str) -> None:
    assert await proof(Page(sql=sql).handler("v"), query(value)) is None
    assert await proof(Page(sql=sql).handler("v"), query(value), full=False) is None


@pytest.mark.parametrize(
    ("path", "value"), [("//book[author='{}']", "Holm"), ("//book[@id={}]", "2"), ("//book[{}]", "1")]
)
async def test_a_document_is_not_taken_for_a_database(path: str, value: str) -> None:
    site = library(path, "v")
    for candidate in await boolean.detect(TestProbe(site, "detect"), query(value)):
        assert await boolean.verify(TestProbe(site, "verify"), candidate) is None


@pytest.mark.parametrize("seed", range(5))
async def test_answers_by_chance_are_not_reported(seed: int) -> None:
    def by_chance(request: Request) -> Response:
        bit = request.url.endswith("=Holm") or hashlib.sha256(request.url.encode()).digest()[0] % 2
        return Response(200, (("Content-Type", "text/html"),), b"<p>one</p>" if bit else b"<p>none at all</p>")

    candidates = await injection.detect(TestProbe(by_chance, f"detect {seed}"), query("Holm"))
    for candidate in candidates:
        assert await injection.verify(TestProbe(by_chance, f"verify {seed}"), candidate) is None


@pytest.mark.parametrize("value", ["2", "Holm", ""])
async def test_a_page_that_any_such_value_changes_is_not_suspected(value: str) -> None:
    def refuses(request: Request) -> Response:
        body = b"<p>No, thank you</p>" if "or" in request.url.partition("=")[2] else b"<p>hello</p>"
        return Response(200, (("Content-Type", "text/html"),), body)

    probe = TestProbe(refuses, "detect", full=False, budget=injection.INFO.cost)
    assert await injection.detect(probe, query(value)) == []
    assert len(probe.sent) == 2


async def test_a_path_that_leads_nowhere_else_costs_two_requests() -> None:
    point = Point(Target(Request("GET", "http://a.example/help"), "/help"), PointKind.PATH, "0", "help")
    probe = TestProbe(
        lambda request: Response(200 if request.url.endswith("/help") else 404),
        "detect",
        full=False,
        reaction=Reaction(frozenset({"missing"})),
    )
    assert await injection.detect(probe, point) == []
    assert len(probe.sent) == 2


async def test_what_it_costs() -> None:
    def same(request: Request) -> Response:
        return Response(200, (("Content-Type", "text/html"),), b"<p>hello</p>")

    for value in ("2", "Holm", ""):
        probe = TestProbe(same, "detect", full=False)
        assert await injection.detect(probe, query(value)) == []
        assert len(probe.sent) == 2
