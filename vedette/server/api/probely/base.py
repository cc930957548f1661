"""The base of every view of this dialect: credentials, parsers, renderer, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from vedette.server.api.bodies import FormBody, JsonBody, PartsBody
from vedette.server.api.probely import errors
from vedette.server.api.probely.auth import KeyAuthentication, Known
from vedette.server.api.probely.documents import DialectSchema
from vedette.server.kernel.errors import NotAllowed
from vedette.server.tenancy.actor import Actor


class ProbelyView(APIView):
    """Reads input, asks a query, calls one service, shapes the answer. Views of GET never read `request.data`: clients
    send a body with everything."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = (KeyAuthentication,)
    permission_classes: tuple[type[BasePermission], ...] = (Known,)
    parser_classes = (JsonBody, FormBody, PartsBody)
    renderer_classes = (JSONRenderer,)
    schema = DialectSchema()

    @property
    def actor(self) -> Actor:
        """Who asks."""
        actor: Any = self.request.user
        assert isinstance(actor, Actor)  # noqa: S101 - the permission above lets nobody else in
        return actor

    @property
    def base(self) -> str:
        """The address of this installation as the client knows it, without a slash at its end."""
        return self.request.build_absolute_uri("/").rstrip("/")

    def need(self, permission: str) -> None:
        """Raises NotAllowed for a caller who holds the permission over nothing. For what belongs to the organisation
        as a whole, which queries leave open because other answers hold parts of it."""
        if not self.actor.anywhere(permission):
            raise NotAllowed(data={"permission": permission})

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Any]:
        """This dialect's errors."""
        return errors.handle

    def read(self, serializer: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The validated body. Raises the field errors of this dialect; read-only and unknown keys are ignored. A body
        may be missing altogether, or be null."""
        data = self.request.data
        given = serializer(data={} if data is None else data, partial=partial)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)
