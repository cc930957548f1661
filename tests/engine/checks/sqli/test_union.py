"""Union detection: columns counted, rows shown, and nothing else taken for a row."""

from __future__ import annotations

import pytest

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Handler
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Candidate, Proof
from vedette.engine.checks.sqli import union
from vedette.engine.checks.sqli.example_shop import Page, field, shop_point
from vedette.engine.testkit import TestProbe


def query(value: str) -> Point:
    return shop_point(PointKind.QUERY, "v", value)


async def candidates(handler: Handler, point: Point) -> list[Candidate]:
    return await union.detect(TestProbe(handler, "detect"), point)


async def proof(handler: Handler, point: Point) -> Proof | None:
    found = await candidates(handler, point)
    return await union.verify(TestProbe(handler, "verify"), found[0]) if found else None


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 17])
async def test_columns_are_counted(count: int) -> None:
    columns = ", ".join(["name", "price", "id", "shelf"][index % 4] for index in range(count))
    sql = f"select {columns} from item where id={{}}"
    found = await candidates(Page(sql=sql, errors="page").handler("v"), query("2"))
    assert found[0].data["columns"] == count


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("select * from item where id={}", "2"),
        ("select * from item where id={} limit 1", "2"),
        ("select * from item where ((id={}))", "2"),
        ("select * from item where shelf='{}' order by price", "kitchen"),
        ("select * from item where (name like '%{}%')", "ke"),
        ('select * from item where shelf="{}"', "kitchen"),
        ('select * from item where shelf=lower("{}")', "kitchen"),
    ],
)
@pytest.mark.parametrize("errors", ["page", "hidden"])
async def test_places(sql: str, value: str, errors: str) -> None:
    found = await proof(Page(sql=sql, errors=errors).handler("v"), query(value))
    assert found is not None
    assert found.level is ProofLevel.CONFIRMED
    assert [step.control for step in found.steps] == [False, False, True]
    assert found.steps[0].marks[0] not in found.steps[0].exchange.request.url


async def test_one_shown_column_of_many_is_found_when_types_are_strict() -> None:
    """A site that only accepts text in the second column, as strict databases do."""
    page = Page(sql="select id, name, price from item where id={}", errors="page")

    def strict(request: Request) -> Response:
        cells = field(request, "v").partition("SELECT ")[2].partition("--")[0].split(",")
        if len(cells) == 3 and (cells[0] != "NULL" or cells[2] != "NULL"):
            return Response(500, (), b"types differ")
        return page.handler("v")(request)

    found = await candidates(strict, query("2"))
    assert found[0].data["column"] == 1
    assert await proof(strict, query("2")) is not None


async def test_a_page_that_joins_what_was_sent_is_not_taken_for_a_database() -> None:
    """Quotes, bars and commas taken out of the value, and the rest shown: the halves come together by themselves."""

    def joining(request: Request) -> Response:
        value = field(request, "v")
        if "ORDER BY" in value and int(value.split("ORDER BY ")[1].split("-")[0]) > 3:
            return Response(500, (), b"no")
        shown = "".join(char for char in value if char not in "'|,")
        return Response(200, (("Content-Type", "text/html"),), f"<p>{shown}</p>".encode())

    found = await candidates(joining, query("2"))
    for candidate in found:
        assert await union.verify(TestProbe(joining, "verify"), candidate) is None


async def test_nothing_is_sent_where_nothing_reacted() -> None:
    probe = TestProbe(Page(sql="select * from item where id={}").handler("v"), "detect", full=False)
    assert await union.detect(probe, query("2")) == []
    assert probe.sent == []


async def test_what_it_costs() -> None:
    probe = TestProbe(Page(sql="select * from item where id=?").handler("v"), "detect")
    assert await union.detect(probe, query("2")) == []
    assert len(probe.sent) <= 40
