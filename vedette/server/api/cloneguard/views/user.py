"""`/v2/user`: the caller."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.cloneguard import people
from vedette.server.api.cloneguard.base import CloneGuardView
from vedette.server.api.cloneguard.schemas.user import OneUserSchema


class CurrentUser(CloneGuardView):
    """Get current user."""

    @extend_schema(responses=OneUserSchema)
    def get(self, request: Request) -> Response:
        """The caller, with the key that the request itself carried and the address to use it at."""
        access = {
            "api_key": request.headers.get("x-api-key", "").strip(),
            "api_url": request.build_absolute_uri("/v2"),
            "impersonator": None,
        }
        return Response({"user": {**people.shown(self.actor), **access}})
