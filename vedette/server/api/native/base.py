"""The base of every view of this API: credentials, parser, renderer, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from vedette.server.api.bodies import JsonBody
from vedette.server.api.native import errors
from vedette.server.api.native.auth import BearerAuthentication, Known
from vedette.server.tenancy.actor import Actor


class NativeView(APIView):
    """Reads input, asks a query, calls one service, shapes the answer."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (Known,)
    parser_classes = (JsonBody,)
    renderer_classes = (JSONRenderer,)

    @property
    def actor(self) -> Actor:
        """Who asks."""
        actor: Any = self.request.user
        assert isinstance(actor, Actor)  # noqa: S101 - the permission above lets nobody else in
        return actor

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Any]:
        """This API's errors."""
        return errors.handle

    def read(self, serializer: type[Serializer[Any]], given: Any) -> dict[str, Any]:
        """The validated input. Raises ValidationError."""
        found = serializer(data=given)
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)
