"""`/scans/...`."""

from __future__ import annotations

from collections.abc import Sequence

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.invicti import paging, query
from vedette.server.api.invicti.base import InvictiView
from vedette.server.api.invicti.schemas.scan import ScanTaskListApiResult
from vedette.server.api.invicti.shapes import scan as shape
from vedette.server.api.invicti.shapes.small import zone_of
from vedette.server.findings import tallies
from vedette.server.scans import filters, queries
from vedette.server.scans.models import Scan

_PAGE = (OpenApiParameter("page", OpenApiTypes.INT), OpenApiParameter("pageSize", OpenApiTypes.INT))


class ScanList(InvictiView):
    """All scans."""

    @extend_schema(parameters=[*_PAGE, OpenApiParameter("websiteUrl")], responses=ScanTaskListApiResult)
    def get(self, request: Request) -> Response:
        """A page of scans, newest first."""
        rows = filters.scans_of_site(self.actor, query.text(request, "websiteUrl"))
        return Response(paging.page(request, queries.with_parts(rows), self.shown))

    def shown(self, rows: Sequence[Scan]) -> list[shape.Json]:
        """The rows of a page, with what is read for all of them at once."""
        around = shape.Around(
            profiles={row.key: row for row in queries.profiles(self.actor, archived=None)},
            seen=tallies.information_seen([row.pk for row in rows]),
            open=tallies.information_open([row.target.pk for row in rows]),
            zone=zone_of(self.actor.user),
        )
        return [shape.task(row, around) for row in rows]
