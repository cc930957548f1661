"""`/audit-log/`: who did what."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import paging, people_criteria, tables
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

    content_negotiation_class = tables.AnyAccepted

    @extend_schema(parameters=[*AUDIT], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """All entries, newest first, as CSV."""
        rows = filters.whole(self.actor, people_criteria.log(request))
        return tables.respond("audit-log", shape.COLUMNS, (shape.line(row) for row in rows))
