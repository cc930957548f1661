"""A small shop on a real SQLite for the examples of the SQL checks: each request meets a database made afresh.

The database registers `sleep(seconds)`, which moves the clock of the answer instead of waiting.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from vedette.contract.exchange import Headers, Request, Response, header
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target

_SITE = "http://shop.example"
_SCHEMA = """
create table item (id integer primary key, name text, price real, shelf text);
insert into item values (1, 'copper kettle', 24.5, 'kitchen'), (2, 'tea towel', 6.0, 'kitchen'),
    (3, 'brass lamp', 80.0, 'living'), (4, 'apron', 15.0, 'kitchen'), (5, 'oak stool', 42.0, 'living');
create table account (id integer primary key, login text, secret text);
insert into account values (1, 'mira', 'moss'), (2, 'otto', 'fern');
create table visit (agent text);
"""
BASE_SECONDS = 0.02


def shop_point(kind: PointKind, name: str, value: str, others: Iterable[tuple[str, str]] = ()) -> Point:
    """An insertion point of the shop; `others` are further query or form fields."""
    pairs = [(name, value), *others]
    headers: Headers = ()
    method, url, body = "GET", f"{_SITE}/items", b""
    if kind is PointKind.QUERY:
        url += "?" + urlencode(pairs)
    elif kind is PointKind.FORM:
        method, url, body = "POST", f"{_SITE}/login", urlencode(pairs).encode()
        headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    elif kind is PointKind.JSON:
        method, body, headers = "POST", json.dumps(dict(pairs)).encode(), (("Content-Type", "application/json"),)
    elif kind is PointKind.COOKIE:
        headers = (("Cookie", f"{name}={value}"),)
    elif kind is PointKind.HEADER:
        headers = ((name, value),)
    elif kind is PointKind.PATH:
        url = f"{_SITE}/items/{quote(value, safe='')}"
    request = Request(method, url, headers, body)
    return Point(Target(request, urlsplit(url).path), kind, name, value)


def field(request: Request, name: str) -> str:
    """A value of the request, wherever it stands: query, form, JSON, cookie, header, or (named by its index) path."""
    if name.isdigit():
        return unquote(urlsplit(request.url).path.split("/")[int(name) + 1])
    found = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    if header(request.headers, "content-type") == "application/json":
        found |= {key: str(value) for key, value in json.loads(request.body).items()}
    else:
        found |= dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True))
    pieces = (piece.strip().partition("=") for piece in header(request.headers, "cookie").split(";"))
    found |= {key: unquote(text) for key, _, text in pieces}
    return found.get(name, header(request.headers, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How the shop answers. `sql` gets the field's value, after `read`, at each `{}`, or bound to its one `?`.

    `errors` is `shown` (the driver's words), `page` (a plain 500) or `hidden` (as if no row was found); `show` is
    `rows`, `found` (only whether there are any), `echo` (rows below the value itself), `page` (no such page when
    there are none) or `nothing`.
    """

    sql: str
    read: Callable[[str], str] = str
    errors: str = "hidden"
    show: str = "rows"

    def handler(self, name: str) -> Handler:
        """The page that reads the field `name`."""

        def handle(request: Request) -> Response:
            value = self.read(field(request, name))
            waited = [BASE_SECONDS]
            bound = "{}" not in self.sql
            try:
                rows = _rows(self.sql.replace("{}", value), (value,) if bound else (), waited)
            except (sqlite3.Error, sqlite3.Warning) as error:
                return _failure(error, self.errors, self.show, value, waited[0])
            return _page(rows, self.show, value, waited[0])

        return handle


def shop_example(name: str, page: Page, point: Point, *, vulnerable: bool = True) -> Example:
    """An example of the shop at one insertion point."""
    return Example(name=name, vulnerable=vulnerable, handler=page.handler(point.name), point=point)


def leading_integer(value: str) -> str:
    """The number that a value begins with, as a cast reads it; 0 without one."""
    found = re.match(r"\s*-?\d+", value)
    return found.group() if found else "0"


def doubled(value: str) -> str:
    """The value with single quotes escaped as SQL demands."""
    return value.replace("'", "''")


def _rows(sql: str, bound: tuple[str, ...], waited: list[float]) -> list[tuple[object, ...]]:
    def sleep(seconds: float | None) -> int:
        waited[0] += float(seconds or 0)
        return 0

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SCHEMA)
        connection.create_function("sleep", 1, sleep)
        return connection.execute(sql, bound).fetchall()


def _failure(error: Exception, errors: str, show: str, value: str, seconds: float) -> Response:
    if errors == "hidden":
        return _page([], show, value, seconds)
    words = f"sqlite3.OperationalError: {error}" if errors == "shown" else "Sorry, something broke."
    return _answer(f"<h1>Error</h1><p>{escape(words, quote=False)}</p>", seconds, status=500)


def _page(rows: list[tuple[object, ...]], show: str, value: str, seconds: float) -> Response:
    listed = "".join(f"<li>{escape(' | '.join(map(str, row)))}</li>" for row in rows)
    body = f"<ul>{listed}</ul>" if rows else "<p>Nothing found.</p>"
    if show == "found":
        body = "<p>Welcome back.</p>" if rows else "<p>Hello, stranger.</p>"
    elif show == "echo":
        body = f"<h2>Results for {escape(value)}</h2>{body}"
    elif show == "nothing":
        body = "<p>Thank you.</p>"
    status = 404 if show == "page" and not rows else 200
    return _answer(f"<h1>Shop</h1>{body}<footer>Open every day.</footer>", seconds, status)


def _answer(body: str, seconds: float, status: int = 200) -> Response:
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    page = f"<!doctype html><html><body>{body}</body></html>".encode()
    return Response(status, headers, page, ttfb_s=seconds, total_s=seconds)
