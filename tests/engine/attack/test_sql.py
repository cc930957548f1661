"""Assertions and boundaries, tried on a real SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from vedette.contract.exchange import Request
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.rng import Rng
from vedette.engine.attack.sql import BOUNDARIES, DIALECTS, Boundary, assertion, dialects, likely, reads_only, selecting

ROWS = "create table t (id integer, name text); insert into t values (1, 'ant'), (2, 'bee'), (3, 'beetle')"


def run(sql: str) -> list[int] | str:
    """The ids that a query gives, or the word `error`."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(ROWS)
        try:
            return [row[0] for row in connection.execute(sql)]
        except sqlite3.Error:
            return "error"


@pytest.mark.parametrize("seed", range(40))
def test_an_assertion_has_the_truth_it_claims(seed: int) -> None:
    rng = Rng(seed, "assertion")
    assert run(f"select {assertion(rng, True)}") == [1]
    assert run(f"select {assertion(rng, False)}") == [0]
    assert run(f"select {assertion(rng, None)}") == "error"


def test_true_and_false_assertions_look_alike() -> None:
    rng = Rng(1, "shape")
    shapes = {
        truth: {"".join("9" if char.isdigit() else char for char in assertion(rng, truth)) for _ in range(40)}
        for truth in (True, False)
    }
    assert shapes[True] == shapes[False]
    assert len(shapes[True]) == 2


@pytest.mark.parametrize(
    ("sql", "value", "names"),
    [
        ("select id from t where id={}", "2", ["number", "number-scalar", "number-failure"]),
        ("select id from t where id in ({})", "2", ["number-scalar", "number-failure"]),
        ("select id from t where id in ({}) order by id", "3,2", ["list", "number-scalar", "number-failure"]),
        ("select id from t where id in ({}) order by id", "3, 99", ["list", "number-failure"]),
        ("select id from t where id='{}'", "2", ["single", "single-concat", "single-failure"]),
        ("select id from t where (name='{}')", "bee", ["single", "single-concat", "single-failure"]),
        ("select id from t where name like '%{}%'", "ee", ["single-concat", "single-failure", "single-like"]),
        ("select id from t where name=lower('{}')", "bee", ["single-concat", "single-failure", "single-parenthesis"]),
        ('select id from t where name="{}"', "bee", ["double"]),
        ('select id from t where name like "%{}%"', "ee", ["double-like"]),
        ('select id from t where name=lower("{}")', "bee", ["double-parenthesis"]),
        ("select id from t order by {}", "name", ["order-failure"]),
        ("select id from t order by {} desc", "name", ["order-failure"]),
        ("select id from t order by name {}", "desc", ["order-direction"]),
    ],
)
def test_a_keeping_boundary_fits_its_place(sql: str, value: str, names: list[str]) -> None:
    normal = run(sql.replace("{}", value))
    fitting = [
        boundary.name for boundary in BOUNDARIES.values() if boundary.keeps and _follows(sql, value, boundary, normal)
    ]
    assert set(names) <= set(fitting)


def _follows(sql: str, value: str, boundary: Boundary, normal: list[int] | str) -> bool:
    rng = Rng(3, boundary.name)
    right = run(sql.replace("{}", boundary.payload(value, assertion(rng, True), rng)))
    wrong = run(sql.replace("{}", boundary.payload(value, assertion(rng, False), rng)))
    return right == normal != wrong


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("select id from t where id={} and name='x'", "any-or"),
        ("select id from t where name='{}' and id=9", "any-or"),
        ('select id from t where name="{}"', "any-or"),
        ("select id from t where (id={} and id>7)", "any-or-parenthesis"),
        ("select id from t where name=lower('{}')", "any-or-parenthesis"),
        ('select id from t where name=lower("{}")', "any-or-parenthesis"),
        ("select id from t where (id={})", "number-or"),
        ("select id from t where (name like '%{}%')", "single-or"),
        ('select id from t where (name="{}")', "double-or"),
    ],
)
def test_an_or_adds_rows_where_there_were_none(sql: str, name: str) -> None:
    rng, boundary = Rng(3, name), BOUNDARIES[name]
    assert run(sql.replace("{}", "77")) == []
    assert run(sql.replace("{}", boundary.payload("77", assertion(rng, True), rng))) == [1, 2, 3]
    assert run(sql.replace("{}", boundary.payload("77", assertion(rng, False), rng))) == []


def test_an_empty_value_still_makes_a_number() -> None:
    payload = BOUNDARIES["number"].payload("", "7 BETWEEN 1 AND 9", Rng(1, "x"))
    assert payload == "1 AND 7 BETWEEN 1 AND 9"


def _point(value: str, method: str = "GET", path: str = "/p", body: bytes = b"", labels: tuple[str, ...] = ()) -> Point:
    request = Request(method, f"http://a.example{path}", (), body)
    return Point(Target(request, path, labels=labels), PointKind.FORM, "q", value)


@pytest.mark.parametrize(
    ("value", "first"), [("12", "number"), ("11,7", "list"), ("price", "single"), ("it's", "single"), ("", "single")]
)
def test_the_likeliest_place_comes_first(value: str, first: str) -> None:
    assert likely(_point(value))[0].name == first


@pytest.mark.parametrize(
    ("sql", "value", "name"),
    [
        ("select id from t where id={}", "2", "number"),
        ("select id from t where id='{}'", "2", "single"),
        ("select id from t where name='{}'", "bee", "single"),
        ('select id from t where name="{}"', "bee", "double"),
        ("select id from t where name=lower('{}')", "bee", "single-parenthesis"),
    ],
)
def test_a_few_boundaries_do_for_a_value_that_selects(sql: str, value: str, name: str) -> None:
    fitting = [one.name for one in selecting(_point(value)) if _follows(sql, value, one, run(sql.replace("{}", value)))]
    assert fitting[0] == name


def test_only_what_looks_like_a_column_is_tried_as_one() -> None:
    assert "order-failure" in [item.name for item in likely(_point("price desc"))]
    assert "order-failure" not in [item.name for item in likely(_point("a red chair"))]


@pytest.mark.parametrize(
    ("point", "reads"),
    [
        (_point("x"), True),
        (_point("x", "POST", "/comment", b"text=x"), False),
        (_point("x", "DELETE", "/item"), False),
        (_point("x", "POST", "/enter", b"user=x&password=y"), True),
        (_point("x", "POST", "/list", labels=("Search",)), True),
    ],
)
def test_or_is_kept_away_from_requests_that_may_write(point: Point, reads: bool) -> None:
    assert reads_only(point) is reads
    assert any(not boundary.keeps for boundary in likely(point)) is reads


def test_hints_choose_the_dialect() -> None:
    assert [dialect.name for dialect in dialects("MariaDB", "php")] == ["MySQL"]
    assert [dialect.name for dialect in dialects("sqlite3.OperationalError: near")] == ["SQLite"]
    assert dialects("nginx") == DIALECTS


def test_sqlite_says_the_product_aloud() -> None:
    sqlite = dialects("sqlite")[0]
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(sqlite3.Error, match="875"):
        connection.execute(f"select {sqlite.loud.format(a=25, b=35)}")
    version = run(f"select {sqlite.code.format(e=sqlite.version, i=1)}")
    assert version == [ord(sqlite3.sqlite_version[0])]
