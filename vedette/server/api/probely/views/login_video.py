"""`/targets/{t}/login-video/`: the film of the last recorded log-in."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from vedette.server.api.probely import lookup, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.scans import logins

SCAN = OpenApiParameter("scan", str, description="Id of the scan whose log-in is wanted; the last one without.")


class LoginVideo(ProbelyView):
    """What somebody would have seen of a log-in."""

    @extend_schema(parameters=[SCAN], responses={(200, "video/webm"): OpenApiTypes.BINARY})
    def get(self, request: Request, target: str) -> HttpResponse:
        """The film, WebM; not found when none was recorded."""
        row = lookup.target(self.actor, target)
        film = logins.film(self.actor, row, query.text(request, "scan"))
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
        headers["Content-Disposition"] = f'inline; filename="{row.public_id}-login.webm"'
        return HttpResponse(film, content_type="video/webm", headers=headers)
