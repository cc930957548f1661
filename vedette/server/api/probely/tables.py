"""Answers that are tables: CSV, whatever a client says that it accepts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from vedette.server.api.probely import query

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORMATS = ("json", "csv")


class AnyAccepted(DefaultContentNegotiation):
    """Takes every `Accept` and `format`: a client may ask for the table alone, and errors are JSON all the same."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first, always."""
        first = next(iter(renderers))
        return first, str(first.media_type)


def wanted(request: Request) -> bool:
    """Whether the query says `format=csv`; `json` is the default. Raises Invalid for anything else."""
    return query.choices(request, "format", FORMATS) == ("csv",)


def respond(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A table to be stored under this name; nothing in it that a spreadsheet would take for a formula."""
    answer = StreamingHttpResponse(_lines(columns, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


class _Line:
    """A file whose writes are what the writer returns."""

    def write(self, text: str) -> str:
        return text


def _lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([_cell(one) for one in row])


def _cell(value: object) -> str:
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if value.startswith(_FORMULA) else value
