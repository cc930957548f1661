"""`/cli/analytics/event/`: the client tells what it was used for. We do not keep it."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely.base import ProbelyView


class AnalyticsEvent(ProbelyView):
    """Where the client reports to."""

    @extend_schema(request={"application/json": {"type": "object"}}, responses={204: OpenApiResponse(description="")})
    def post(self, request: Request) -> Response:
        """Takes no notice."""
        return Response(status=204)
