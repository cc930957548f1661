"""A small XML document behind a page, for the examples of this folder; queries are run by lxml."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree

from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Handler

_DOCUMENT = etree.XML(
    "<library><book id='1'><title>Tides</title><author>Holm</author></book>"
    "<book id='2'><title>Sparrows of the North</title><author>Lind</author></book>"
    "<book id='3'><title>Stoves</title><author>Holm</author></book></library>"
)


def library(
    query: str, name: str, *, read: Callable[[str], str] = str, errors: str = "hidden", show: str = "list"
) -> Handler:
    """A page of the titles that `query` selects, the field `name` (the path's last segment when the name is empty) put
    in at each `{}` after `read`; without `{}` the value is the variable `$value`. `errors` is `hidden` (nothing found)
    or `shown` (the parser's words); `show` is `list`, or `page` for one that does not exist when nothing is found."""

    def handle(request: Request) -> Response:
        value = read(_field(request, name))
        variables: dict[str, Any] = {} if "{}" in query else {"value": value}
        try:
            found = _DOCUMENT.xpath(query.replace("{}", value), **variables)
        except (etree.XPathError, ValueError) as error:
            if errors == "shown":
                return _page(f"<p>lxml.etree.XPathEvalError: {escape(str(error))}</p>", 500)
            found = []
        nodes = found if isinstance(found, list) else []
        titles = [str(node.findtext("title")) for node in nodes if isinstance(node, etree._Element)]
        listed = "".join(f"<li>{escape(title)}</li>" for title in titles)
        return _page(f"<ul>{listed}</ul>", 404 if show == "page" and not titles else 200)

    return handle


def sealed(value: str) -> str:
    """The value without the quotes that could end it."""
    return value.replace("'", "").replace('"', "")


def _field(request: Request, name: str) -> str:
    if not name:
        return unquote(urlsplit(request.url).path.rpartition("/")[2])
    fields = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    fields |= dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True))
    headers = {key.lower(): text for key, text in request.headers}
    cookie = headers.get("cookie", "").partition("=")[2]
    return fields.get(name) or headers.get(name.lower()) or unquote(cookie)


def _page(body: str, status: int = 200) -> Response:
    page = f"<html><body><h1>Library</h1>{body}</body></html>".encode()
    return Response(status, (("Content-Type", "text/html"),), page)
