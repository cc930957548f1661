"""A fetched page with what parsing gives of it, each part worked out once and only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser

from vedette.contract.exchange import Exchange, Response
from vedette.engine.parse import document

HTML_TYPES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a passive check saw on a page. `identity` is the check's own distinguishing word, `mark` the string to
    mark in the evidence, `severity` overrides the check's."""

    detail: str
    identity: str = ""
    mark: str = ""
    parameter: str = ""
    severity: str = ""
    title: str = ""


@dataclass
class Page:
    """An exchange that has a response. `matches` maps a check's id to the names of its `PATTERNS` that occur in the
    body; the runner fills it with one pass over all patterns of all checks. `logged_in` tells whether a session
    was in force."""

    exchange: Exchange
    matches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    logged_in: bool = False

    @property
    def url(self) -> str:
        """The URL that was asked for."""
        return self.exchange.request.url

    @property
    def response(self) -> Response:
        """The response; a page without one is a mistake of the caller's."""
        response = self.exchange.response
        if response is None:
            raise ValueError("a page needs a response")
        return response

    @property
    def is_html(self) -> bool:
        """Whether a browser would show the body as a document."""
        return self.response.content_type in HTML_TYPES

    @cached_property
    def text(self) -> str:
        """The body as text."""
        return self.response.text

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed document; of an empty one when the page is not HTML."""
        return document.parse(self.text if self.is_html else "")

    @cached_property
    def elements(self) -> list[document.Element]:
        """Every element of the document, in order."""
        return document.elements(self.tree) if self.is_html else []
