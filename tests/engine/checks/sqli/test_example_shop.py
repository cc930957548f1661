"""The shop of the examples really runs SQL."""

from __future__ import annotations

import pytest

from vedette.engine.attack.mutations import with_value
from vedette.engine.attack.point import PointKind
from vedette.engine.checks.sqli.example_shop import BASE_SECONDS, Page, doubled, field, leading_integer, shop_point

KINDS = (PointKind.QUERY, PointKind.FORM, PointKind.JSON, PointKind.COOKIE, PointKind.HEADER)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("payload", ["kitchen", "x' OR 1=1-- y", 'a"b%; c,d'])
def test_a_value_arrives_from_every_kind_of_point(kind: PointKind, payload: str) -> None:
    point = shop_point(kind, "X-V", "kitchen")
    assert field(point.target.request, "X-V") == "kitchen"
    assert field(with_value(point, payload), "X-V") == payload


def body(page: Page, value: str) -> str:
    point = shop_point(PointKind.QUERY, "v", "1")
    return page.handler("v")(with_value(point, value)).text


def test_text_becomes_part_of_the_query_and_a_bound_value_does_not() -> None:
    assert body(Page(sql="select name from item where id={}"), "9 or id=3").count("<li>") == 1
    assert "brass lamp" in body(Page(sql="select name from item where id={}"), "9 or id=3")
    assert "Nothing found" in body(Page(sql="select name from item where id=?"), "9 or id=3")


def test_failures_are_shown_hidden_or_plain() -> None:
    sql = "select name from item where name='{}'"
    assert "unrecognized token" in body(Page(sql=sql, errors="shown"), "'")
    assert "Sorry" in body(Page(sql=sql, errors="page"), "'")
    assert body(Page(sql=sql), "'") == body(Page(sql=sql), "nobody")


def test_sleeping_moves_the_clock_of_the_answer() -> None:
    page = Page(sql="select id from item where id={}", show="nothing")
    quick, slow = shop_point(PointKind.QUERY, "v", "1"), shop_point(PointKind.QUERY, "v", "1-sleep(2.5)")
    assert page.handler("v")(quick.target.request).ttfb_s == BASE_SECONDS
    assert page.handler("v")(slow.target.request).ttfb_s == pytest.approx(BASE_SECONDS + 2.5)


def test_each_request_meets_a_fresh_database() -> None:
    page = Page(sql="insert into item (name) values ('{}')", errors="shown")
    assert body(page, "a") == body(page, "a")


def test_values_are_read_as_a_cast_or_an_escape_would() -> None:
    assert [leading_integer(text) for text in ("12 or 1", "-3x", "x")] == ["12", "-3", "0"]
    assert doubled("o'neil") == "o''neil"
