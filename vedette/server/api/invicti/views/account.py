"""`/account/...`: who asks."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.invicti.base import InvictiView
from vedette.server.api.invicti.schemas.account import UserHealthCheckApiModel
from vedette.server.api.invicti.shapes import account as shape


class AccountMe(InvictiView):
    """The cheapest call that needs credentials."""

    @extend_schema(responses=UserHealthCheckApiModel)
    def get(self, request: Request) -> Response:
        """Who asks."""
        return Response(shape.health_check(self.actor))
