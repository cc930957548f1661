"""The page envelope: `count`, `page_total`, `page`, `length`, `results`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import query
from vedette.server.kernel.errors import Invalid

DEFAULT_LENGTH = 10
MAX_LENGTH = 10_000
M = TypeVar("M", bound=Model)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """What was asked for: page from 1, rows a page."""

    number: int
    length: int

    @property
    def start(self) -> int:
        """Index of the first row."""
        return (self.number - 1) * self.length


def asked(request: Request) -> Page:
    """The page that a request asks for. Raises Invalid."""
    return Page(_number(request, "page", 1), min(_number(request, "length", DEFAULT_LENGTH), MAX_LENGTH))


def _number(request: Request, name: str, default: int) -> int:
    raw = request.query_params.get(name, "")
    if raw == "":
        return default
    if not query.is_number(raw):
        raise Invalid(fields={name: ["A valid integer is required."]})
    if int(raw) < 1:
        raise Invalid(fields={name: ["Ensure this value is greater than or equal to 1."]})
    return int(raw)


def envelope(page: Page, total: int, results: Iterable[Any]) -> Response:
    """The envelope around shaped rows. A page past the end is not found; an empty list still has one page."""
    pages = max(1, -(-total // page.length))
    if page.number > pages:
        raise NotFound("Invalid page.")
    return Response(
        {"count": total, "page_total": pages, "page": page.number, "length": page.length, "results": list(results)}
    )


def respond(request: Request, rows: QuerySet[M], shape: Callable[[M], Any]) -> Response:
    """A page of a queryset that is already filtered and ordered."""
    page = asked(request)
    return envelope(page, rows.count(), (shape(row) for row in rows[page.start : page.start + page.length]))


def listed(request: Request, rows: Iterable[T], shape: Callable[[T], Any]) -> Response:
    """A page of what is at hand as a whole."""
    page, whole = asked(request), list(rows)
    return envelope(page, len(whole), (shape(row) for row in whole[page.start : page.start + page.length]))
