"""Error-based detection: which complaints count, and how each grade of proof is reached."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from html import escape, unescape

import pytest

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Handler
from vedette.engine.attack.light import light_values, react
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Proof, Reaction
from vedette.engine.checks.sqli import error
from vedette.engine.checks.sqli.example_shop import Page, doubled, field, shop_point
from vedette.engine.testkit import TestProbe


def query(value: str) -> Point:
    return shop_point(PointKind.QUERY, "v", value)


async def proof(handler: Handler, point: Point, *, full: bool = True, reaction: Reaction | None = None) -> Proof | None:
    candidates = await error.detect(TestProbe(handler, "detect", full=full, reaction=reaction), point)
    return await error.verify(TestProbe(handler, "verify"), candidates[0]) if candidates else None


PLACES = [
    ("select * from item where id={}", "2"),
    ("select * from item where (id={})", "2"),
    ("select * from item where id='{}'", "2"),
    ("select * from item where (shelf='{}')", "kitchen"),
    ("select * from item where name like '%{}%'", "towel"),
    ('select * from item where shelf="{}"', "kitchen"),
    ("select * from item order by {} desc", "price"),
    ("insert into visit values ('{}')", "Mozilla/5.0"),
    ("select * from item where shelf='{}'", ""),
]


@pytest.mark.parametrize(("sql", "value"), PLACES, ids=[f"{sql} [{value}]" for sql, value in PLACES])
async def test_shown_messages_lead_to_a_computed_product(sql: str, value: str) -> None:
    found = await proof(Page(sql=sql, errors="shown").handler("v"), query(value))
    assert found is not None
    assert found.level is ProofLevel.CONFIRMED
    assert "SQLite computed" in found.detail
    product = found.steps[-1].marks[0]
    assert all(product not in step.exchange.request.url for step in found.steps)


def _thanks() -> Response:
    return Page(sql="select 1 where ? is not null", show="nothing").handler("v")(query("x").target.request)


def reworded(sql: str, words: Callable[[sqlite3.Error], str], read: Callable[[str], str] = str) -> Handler:
    """The shop with another driver's way to word a failure."""
    page = Page(sql=sql, errors="shown", read=read, show="nothing")

    def handle(request: Request) -> Response:
        answer = page.handler("v")(request)
        if answer.status == 500:
            message = answer.text.partition("sqlite3.OperationalError: ")[2].partition("</p>")[0]
            told = words(sqlite3.Error(unescape(message)))
            answer = Response(500, (), f"<p>{escape(told)}</p>".encode()) if told else _thanks()
        return answer

    return handle


async def test_without_a_product_the_named_word_confirms() -> None:
    def words(failure: sqlite3.Error) -> str:
        return str(failure) if "syntax error" in str(failure) or "unrecognized" in str(failure) else ""

    found = await proof(reworded("insert into visit values ('{}')", words), query("x"))
    assert found is not None
    assert found.level is ProofLevel.CONFIRMED
    assert "named our random word" in found.detail


async def test_without_details_in_the_message_conditions_confirm() -> None:
    def handle(request: Request) -> Response:
        return Page(sql="select * from item where shelf='{}'", errors="shown").handler("v")(request)

    def vague(request: Request) -> Response:
        answer = handle(request)
        if answer.status == 500:
            answer.body = b"<p>You have an error in your SQL syntax</p>"
        return answer

    found = await proof(vague, query("kitchen"))
    assert found is not None
    assert found.level is ProofLevel.CONFIRMED
    assert "conditions" in found.detail


async def test_a_signature_alone_is_firm() -> None:
    def words(failure: sqlite3.Error) -> str:
        return "You have an error in your SQL syntax"

    def balanced(value: str) -> str:
        return value if set(value) <= set("abcdefghijklmnopqrstuvwxyz'") else "fine"

    found = await proof(reworded("insert into visit values ('{}')", words, balanced), query("x"), reaction=_seen())
    assert found is not None
    assert found.level is ProofLevel.FIRM
    assert [step.control for step in found.steps] == [False, True, False, True]


def _seen() -> Reaction:
    return Reaction(frozenset({"error", "error:sql"}))


async def test_the_same_text_in_every_answer_is_no_message() -> None:
    def manual(request: Request) -> Response:
        rows = Page(sql="select * from item where name like '%'||?||'%'").handler("v")(request)
        rows.body += b"<p>MySQL says: You have an error in your SQL syntax</p>"
        return rows

    assert await proof(manual, query("towel"), reaction=_seen()) is None


async def test_a_message_for_every_strange_value_is_no_message() -> None:
    def typed(request: Request) -> Response:
        if field(request, "v").isdigit():
            return Response(200, (), b"fine")
        return Response(500, (), b"psycopg2.errors.InvalidTextRepresentation: invalid input syntax for integer")

    assert await proof(typed, query("2"), reaction=_seen()) is None


async def test_escaped_quotes_are_silent() -> None:
    page = Page(sql="select * from item where shelf='{}'", read=doubled, errors="shown")
    assert await proof(page.handler("v"), query("kitchen"), reaction=_seen()) is None


def full_text(request: Request) -> Response:
    """A bound search on SQLite's full-text index, whose expressions have a grammar of their own."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create virtual table note using fts5(body)")
        connection.execute("insert into note values ('copper kettle')")
        try:
            rows = connection.execute("select body from note where note match ?", (field(request, "v"),)).fetchall()
        except sqlite3.Error as failure:
            return Response(500, (), f"sqlite3.OperationalError: {failure}".encode())
        return Response(200, (), str(rows).encode())


def has_full_text() -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        options = {row[0] for row in connection.execute("pragma compile_options")}
    return "ENABLE_FTS5" in options


@pytest.mark.skipif(not has_full_text(), reason="this SQLite has no full-text index")
@pytest.mark.parametrize("value", ["kettle", "2", ""])
async def test_a_bound_full_text_search_is_silent(value: str) -> None:
    assert await proof(full_text, query(value), reaction=_seen()) is None


async def test_a_firewall_ends_the_cheap_form() -> None:
    refused = Response(403, (), b"Request blocked. Incident ID 4711")
    probe = TestProbe(lambda request: refused, "detect", full=False)
    assert await error.detect(probe, query("2")) == []
    assert len(probe.sent) == 1


async def test_the_light_pass_already_saw_what_calls_for_full_depth() -> None:
    handler, point = Page(sql="select * from item where id={}", errors="shown").handler("v"), query("2")
    probe = TestProbe(handler, "light")
    harmless, odd = light_values(point, probe.rng)
    first, second = await probe.send(point, harmless), await probe.send(point, odd)
    reaction = react(point, await probe.baseline(point), first, second, harmless, odd)
    assert set(error.INFO.wants) & reaction.signs


async def test_without_a_reaction_to_quotes_only_the_backslash_is_tried() -> None:
    probe = TestProbe(lambda request: Response(200, (), b"same"), "detect", full=False)
    assert await error.detect(probe, query("2")) == []
    assert len(probe.sent) == 1
