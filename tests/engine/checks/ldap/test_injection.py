"""LDAP injection in strict and lenient parsers, and sites that only look alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit

import pytest

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Proof, Reaction
from vedette.engine.attack.rng import Rng
from vedette.engine.checks.ldap import injection
from vedette.engine.checks.ldap.example_directory import directory, escaped, search
from vedette.engine.checks.sqli.example_shop import Page
from vedette.engine.testkit import TestProbe

LISTED = "(&(objectClass=person)(uid={}))"
LOGIN = "(&(uid=mira)(userPassword={}))"


def query(value: str) -> Point:
    return Point(Target(Request("GET", f"http://a.example/?v={quote(value)}"), "/"), PointKind.QUERY, "v", value)


async def proof(handler: Handler, point: Point, *, full: bool = True) -> Proof | None:
    budget = 500 if full else injection.INFO.cost
    candidates = await injection.detect(TestProbe(handler, "detect", full=full, budget=budget), point)
    return await injection.verify(TestProbe(handler, "verify"), candidates[0]) if candidates else None


@pytest.mark.parametrize("seed", range(20))
def test_a_condition_has_the_truth_it_claims(seed: int) -> None:
    rng = Rng(seed, "condition")
    assert len(search(f"({injection.condition(rng, True)})")) == 3
    assert search(f"({injection.condition(rng, False)})") == []
    with pytest.raises(ValueError, match="filter"):
        search(f"({injection.condition(rng, None)})")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (LISTED, "mira"),
        ("(uid={})", "mira"),
        ("(|(cn=*{}*)(mail=*{}*))", "otto"),
        ("(&(objectClass=person)(|(cn=*{}*)(mail={}*)))", "mira"),
        ("(cn={}*)", "Mira"),
        (LISTED, "nobody"),
        ("(|(uid={})(mail={}))", "nobody"),
        ("(uid={})", "nobody"),
        (LISTED, ""),
        (LOGIN, "guess"),
    ],
)
async def test_places(text: str, value: str) -> None:
    found = await proof(directory(text, "v", show="found"), query(value))
    assert found is not None
    assert found.level is ProofLevel.CONFIRMED


@pytest.mark.parametrize(
    ("text", "value"), [(LISTED, "nobody"), ("(uid={})", "nobody"), (LOGIN, "guess"), ("(|(uid={})(mail={}))", "x")]
)
async def test_the_cheap_form_sees_what_selects_more(text: str, value: str) -> None:
    assert await proof(directory(text, "v", show="found"), query(value), full=False) is not None


def lenient(text: str) -> Handler:
    """A library that reads the first filter and ignores what follows."""

    def handle(request: Request) -> Response:
        value = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))["v"]
        whole, depth = text.replace("{}", value), 0
        for index, char in enumerate(whole):
            depth += {"(": 1, ")": -1}.get(char, 0)
            if not depth:
                whole = whole[: index + 1]
                break
        try:
            found = bool(search(whole))
        except ValueError:
            found = False
        return page("Welcome." if found else "Unknown name or password.")

    return handle


def page(body: str) -> Response:
    return Response(200, (("Content-Type", "text/html"),), f"<html><p>{body}</p></html>".encode())


@pytest.mark.parametrize("full", [True, False])
async def test_a_log_in_is_passed_by_cutting_the_filter_off(full: bool) -> None:
    site = lenient("(&(uid={})(userPassword=wrong))")
    assert await proof(site, query("nobody"), full=full) is not None


async def test_a_complaint_alone_is_firm() -> None:
    found = await proof(directory("(&(objectClass=robot)(uid={}))", "v", show="error"), query("mira"))
    assert found is not None
    assert found.level is ProofLevel.FIRM
    assert [step.control for step in found.steps] == [False, True, False, True]


def reading(change: Callable[[str], Response]) -> Handler:
    return lambda request: change(unquote_plus(urlsplit(request.url).query.partition("=")[2]))


def pattern_search(value: str) -> Response:
    """Wildcards as a feature: `*` for any run of characters."""
    names = ["anna", "otto", "mira"]
    pieces = value.split("*")
    hits = [name for name in names if (name == value if len(pieces) == 1 else all(piece in name for piece in pieces))]
    return page(" ".join(hits) or "none")


def by_chance(value: str) -> Response:
    return page("one" if value == "mira" or hashlib.sha256(value.encode()).digest()[0] % 2 else "none")


def counts_stars(value: str) -> Response:
    return page("one" if value == "mira" or "*" in value else "none")


def unescaping(value: str) -> Response:
    """Reads C-like escapes, in which digits after a backslash are octal."""
    plain = value.encode("latin-1", "replace").decode("unicode_escape", "replace")
    return page("one" if plain == "mira" else "none")


@pytest.mark.parametrize("answer", [pattern_search, by_chance, counts_stars, unescaping])
@pytest.mark.parametrize("value", ["mira", "nobody", ""])
@pytest.mark.parametrize("full", [True, False])
async def test_lookalikes(answer: Callable[[str], Response], value: str, full: bool) -> None:
    for seed in range(5):
        candidates = await injection.detect(TestProbe(reading(answer), f"detect {seed}", full=full), query(value))
        for candidate in candidates:
            assert await injection.verify(TestProbe(reading(answer), f"verify {seed}"), candidate) is None


@pytest.mark.parametrize("value", ["mira", "nobody", "2"])
async def test_an_escaped_filter_and_a_database_are_silent(value: str) -> None:
    assert await proof(directory(LISTED, "v", read=escaped), query(value)) is None
    assert await proof(Page(sql="select * from item where name like '%{}%'").handler("v"), query(value)) is None


async def test_what_it_costs() -> None:
    dull = TestProbe(reading(lambda value: page("hello")), "detect", full=False)
    assert await injection.detect(dull, query("mira")) == []
    assert len(dull.sent) == 2
    lively = TestProbe(reading(lambda value: page(f"one {value == 'mira'}")), "detect", full=True)
    assert await injection.detect(lively, query("mira")) == []
    assert len(lively.sent) <= 15


async def test_a_path_that_leads_nowhere_else_costs_one_request() -> None:
    point = Point(
        Target(Request("GET", "http://a.example/help/shipping"), "/help/shipping"), PointKind.PATH, "1", "shipping"
    )
    probe = TestProbe(
        lambda request: page("x") if request.url.endswith("/shipping") else Response(404),
        "detect",
        full=False,
        reaction=Reaction(frozenset({"missing"})),
    )
    assert await injection.detect(probe, point) == []
    assert len(probe.sent) == 1


async def test_a_page_that_changes_by_itself_is_not_suspected() -> None:
    turns = iter(["one day", "another day"])

    def fickle(value: str) -> Response:
        return page(next(turns) if value == "*" else "none")

    probe = TestProbe(reading(fickle), "detect")
    assert await injection.detect(probe, query("")) == []


async def test_a_firewall_ends_it() -> None:
    refused = Response(403, (), b"Request blocked by the web application firewall")
    for full in (True, False):
        probe = TestProbe(lambda request: refused if "=mira" not in request.url else page("hi"), "detect", full=full)
        assert await injection.detect(probe, query("mira")) == []
