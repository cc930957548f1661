"""Time-based detection: the forms on a real SQLite with a virtual clock, and what must not be taken for a wait."""

from __future__ import annotations

import re

import pytest

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Handler
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Proof
from vedette.engine.checks.sqli import time
from vedette.engine.checks.sqli.example_shop import BASE_SECONDS, Page, field, shop_point
from vedette.engine.testkit import TestProbe


def query(value: str) -> Point:
    return shop_point(PointKind.QUERY, "v", value)


async def proof(handler: Handler, point: Point, *, full: bool = False) -> Proof | None:
    budget = 500 if full else time.INFO.cost
    candidates = await time.detect(TestProbe(handler, "detect", full=full, budget=budget), point)
    return await time.verify(TestProbe(handler, "verify"), candidates[0]) if candidates else None


PLACES = [
    ("select * from item where id={}", "2"),
    ("select * from item where (id={} and price>1)", "2"),
    ("select * from item where id='{}'", "2"),
    ("select * from item where ((shelf='{}'))", "kitchen"),
    ("select * from item where name like '%{}%'", "towel"),
    ("select * from item where shelf=lower('{}')", ""),
    ('select * from item where shelf="{}" order by id', "kitchen"),
    ("select * from item order by {} desc", "price"),
    ("select * from item limit {}", "3"),
    ("insert into visit values ('{}')", "Mozilla/5.0"),
    ("update item set name='{}' where id=1", "kettle"),
    ("delete from item where id={}", "77"),
]


@pytest.mark.parametrize(("sql", "value"), PLACES, ids=[sql for sql, _ in PLACES])
async def test_one_cheap_form_waits_once_in_every_place(sql: str, value: str) -> None:
    page = Page(sql=sql, show="nothing")
    payload = time.FORMS[0].payload(query(value), 2.5)
    answer = page.handler("v")(Request("GET", shop_url(payload)))
    assert answer.ttfb_s == pytest.approx(BASE_SECONDS + 2.5)
    found = await proof(page.handler("v"), query(value))
    assert found is not None
    assert found.level is ProofLevel.CONFIRMED


def shop_url(payload: str) -> str:
    return shop_point(PointKind.QUERY, "v", payload).target.request.url


@pytest.mark.parametrize(
    "sql", ["delete from item where id={} returning id", "delete from item where shelf='{}' returning id"]
)
@pytest.mark.parametrize("index", [index for index, form in enumerate(time.FORMS) if form.dialect == time.MYSQL])
def test_no_form_reaches_rows_that_the_value_did_not(sql: str, index: int) -> None:
    answer = Page(sql=sql).handler("v")(Request("GET", shop_url(time.FORMS[index].payload(query("77"), 1))))
    assert "<li>" not in answer.text


@pytest.mark.parametrize("index", range(len(time.FORMS)))
def test_a_jumbled_payload_has_the_same_bytes(index: int) -> None:
    form = time.FORMS[index]
    plain, jumbled = form.payload(query("2"), 1.7), form.payload(query("2"), 1.7, jumbled=True)
    assert plain != jumbled
    assert sorted(plain) == sorted(jumbled)
    answer = Page(sql="select * from item where id={}").handler("v")(Request("GET", shop_url(jumbled)))
    assert answer.ttfb_s == BASE_SECONDS


def postgres(before: str, after: str) -> Handler:
    """As much of PostgreSQL as matters here: text, comments, and one function outside of both."""

    def handle(request: Request) -> Response:
        sql = re.sub(r"/\*.*?\*/|'(?:[^']|'')*'", "", before + field(request, "v") + after, flags=re.DOTALL)
        waits = [] if "'" in sql or "/*" in sql else re.findall(r"from pg_sleep\(([\d.]+)\)", sql)
        return Response(200, (), b"ok", ttfb_s=0.03 + sum(map(float, waits)))

    return handle


def sql_server(before: str, after: str) -> Handler:
    """As much of SQL Server as matters here: a batch of statements, its text and its comments."""

    def handle(request: Request) -> Response:
        sql, waits = before + field(request, "v") + after, []

        def read(found: re.Match[str]) -> str:
            if found.group(1):
                waits.append(
                    float(found.group(1)) if sql[: found.start()].count("(") == sql[: found.start()].count(")") else 0
                )
            return ""

        rest = re.sub(r";WAITFOR DELAY '0:0:([\d.]+)'|'[^']*'|/\*.*?\*/|--[^\n]*", read, sql, flags=re.DOTALL)
        return Response(200, (), b"ok", ttfb_s=0.03 + (0 if "'" in rest or "/*" in rest else sum(waits)))

    return handle


@pytest.mark.parametrize("database", [postgres, sql_server])
@pytest.mark.parametrize(("before", "after"), [("where id=", ""), ("where name='", "'")])
async def test_the_other_databases_have_cheap_forms_too(database, before: str, after: str) -> None:
    assert await proof(database(before, after), query("2")) is not None


async def test_brackets_take_the_full_depth() -> None:
    site = sql_server("where (id in (1,", "))")
    assert await proof(site, query("2")) is None
    site = sql_server("where (name='", "')")
    assert await proof(site, query("2"), full=True) is not None


async def test_a_known_database_gets_only_its_own_forms() -> None:
    probe = TestProbe(Page(sql="select * from item where id=?").handler("v"), "detect", full=False)
    probe.technologies = frozenset({"postgresql", "nginx"})
    assert await time.detect(probe, query("2")) == []
    assert len(probe.sent) == 1
    assert "pg_sleep" in field(probe.sent[0], "v")


@pytest.mark.parametrize("value", ["2", "kitchen"])
async def test_what_a_dull_point_costs(value: str) -> None:
    probe = TestProbe(Page(sql="select * from item where id=?", show="nothing").handler("v"), "detect", full=False)
    assert await time.detect(probe, query(value)) == []
    assert len(probe.sent) == 3


async def test_a_page_that_reads_durations_is_not_reported() -> None:
    """A page that really waits as long as the first number in the value says, whatever stands around it."""

    def patient(request: Request) -> Response:
        found = re.search(r"\((\d+(?:\.\d+)?)\)", field(request, "v"))
        return Response(200, (), b"ok", ttfb_s=0.02 + (float(found.group(1)) if found else 0))

    assert await proof(patient, query("2"), full=True) is None
