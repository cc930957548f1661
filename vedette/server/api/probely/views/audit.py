"""`/audit-log/`: who did what."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import paging, people_criteria
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.people_parameters import AUDIT
from vedette.server.api.probely.schemas.account import AuditEntrySchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import audit as shape
from vedette.server.audit import filters


class AuditLog(ProbelyView):
    """The log of the organisation."""

    @extend_schema(parameters=[*LIST, *AUDIT], responses=page_of(AuditEntrySchema))
    def get(self, request: Request) -> Response:
        """Entries, newest first."""
        return paging.respond(request, filters.entries(self.actor, people_criteria.log(request)), shape.entry)


class AuditLogDownload(ProbelyView):
    """The log as a table."""

    class Negotiation(DefaultContentNegotiation):
        """Takes every `Accept`: a client may well ask for the table alone, and errors are JSON all the same."""

        def select_renderer(
            self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
        ) -> tuple[BaseRenderer, str]:
            """The first, always."""
            first = next(iter(renderers))
            return first, str(first.media_type)

    content_negotiation_class = Negotiation

    @extend_schema(parameters=[*AUDIT], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """All entries, newest first, as CSV."""
        rows = filters.whole(self.actor, people_criteria.log(request))
        answer = StreamingHttpResponse(_table(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
        return answer


class _Line:
    """A file whose writes are what the writer returns."""

    def write(self, text: str) -> str:
        return text


def _table(rows: Iterator[Any]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(shape.COLUMNS)
    for row in rows:
        yield writer.writerow(shape.line(row))
