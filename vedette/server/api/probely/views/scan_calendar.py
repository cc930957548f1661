"""`/targets/{t}/scans/dates/` and `/targets/{t}/scans/retrieve_page/`: scans by the day."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, lookup, paging, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.schemas.scan import PageNumberSchema
from vedette.server.kernel.errors import Invalid
from vedette.server.scans import queries as scans


class ScanDates(ProbelyView):
    """The days on which a target was scanned."""

    @extend_schema(responses={200: {"type": "array", "items": {"type": "string", "format": "date"}}})
    def get(self, request: Request, target: str) -> Response:
        """Days in UTC, the newest first."""
        lookup.target(self.actor, target)
        rows = scans.filtered(lookup.all_scans(self.actor), criteria.scans(request, target=target))
        return Response([day.isoformat() for day in lookup.scan_days(rows)])


class ScanPageOfDate(ProbelyView):
    """Where in the list of a target's scans a day is."""

    @extend_schema(
        parameters=[
            OpenApiParameter("date", OpenApiTypes.DATE, required=True),
            OpenApiParameter("length", OpenApiTypes.INT),
        ],
        responses=PageNumberSchema,
    )
    def get(self, request: Request, target: str) -> Response:
        """The page of the list, newest first, that holds the day or what comes before it."""
        lookup.target(self.actor, target)
        day = query.moment(request, "date")
        if day is None:
            raise Invalid(fields={"date": ["This field is required."]})
        return Response({"page": lookup.scans_after(self.actor, target, day) // paging.asked(request).length + 1})
