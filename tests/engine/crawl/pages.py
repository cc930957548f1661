"""Answered pages, for what judges pages."""

from __future__ import annotations

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.parse.page import Page


def page(
    body: str = "", url: str = "http://site.test/login", status: int = 200, method: str = "GET", **headers: str
) -> Page:
    """A page of HTML; headers by name with underscores."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    kind = () if "content_type" in headers else (("Content-Type", "text/html"),)
    return Page(Exchange(Request(method, url), Response(status, (*kind, *named), body.encode())))
