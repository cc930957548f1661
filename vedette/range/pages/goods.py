"""How goods are shown: tiles, prices, and the queries that several pages share."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from vedette.range.catalogue import PRODUCTS
from vedette.range.database import Row
from vedette.range.layout import icon
from vedette.range.markup import Markup, markup
from vedette.range.web import Request, Response

TILES = "SELECT id, name, price, icon, category FROM products "
ICONS = frozenset(row[6] for row in PRODUCTS)


def money(value: object) -> str:
    """A price as people read it; whatever else a query returned, as text."""
    return f"€ {value:.2f}" if isinstance(value, int | float) else str(value or "")


def picture(name: object, category: object) -> Markup:
    """The drawing of a product on its category's colour."""
    shade = category if category in (1, 2, 3, 4) else 1
    drawing = icon(str(name) if name in ICONS else "anchor")
    return markup('<div class="picture c{shade}">{drawing}</div>', shade=shade, drawing=drawing)


def tiles(rows: Iterable[Row]) -> Markup:
    """A grid of products from rows of a query that begins with `TILES`."""
    items = [
        markup(
            '<a class="item" href="/product/{id}">{picture}<div class="about"><h3>{name}</h3>'
            '<span class="price">{price}</span></div></a>\n',
            id=row[0],
            picture=picture(row[3], row[4]),
            name=row[1],
            price=money(row[2]),
        )
        for row in rows
    ]
    return markup('<div class="grid">{items}</div>', items=items)


def kept_cookie(request: Request, name: str, usual: str) -> str:
    """Return the visitor's cookie, or the value that a first visit starts with."""
    return request.cookies(name) if name in request.cookies else usual


def keep_cookie(response: Response, name: str, value: str, path: str) -> Response:
    """Set a cookie that scripts cannot read, for one part of the shop."""
    line = f"{name}={quote(value, safe='')}; Path={path}; HttpOnly; SameSite=Lax"
    return response.with_header("Set-Cookie", line)


def first_visit(request: Request, response: Response, name: str, value: str, path: str) -> Response:
    """Set the cookie unless the visitor brought one."""
    return response if name in request.cookies else keep_cookie(response, name, value, path)
