"""`/targets/{t}/scans/{s}/endpoints/`: what a scan covered, as CSV."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from vedette.server.api.probely import lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.shapes import endpoint
from vedette.server.scans import queries as scans


class ScanEndpoints(ProbelyView):
    """The addresses that a scan met."""

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, target: str, scan: str) -> StreamingHttpResponse:
        """A line for each; provisional until the scan is over."""
        row = lookup.scan(self.actor, scan, target_id=target)
        every = row.target.include_deduplicated_endpoints
        lines = endpoint.lines(scans.endpoints(row).iterator(), every=every)
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{row.public_id}-endpoints.csv"'
        return answer
