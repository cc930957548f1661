"""The base of every view of this dialect: credentials, limits, parsers, renderer, errors, and headers of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from vedette.server.api.bodies import FormBody, JsonBody
from vedette.server.api.invicti import errors, limits
from vedette.server.api.invicti.auth import Known, TokenAuthentication
from vedette.server.tenancy.actor import Actor


class JsonWhateverIsAsked(DefaultContentNegotiation):
    """Clients name types that the vendor never sends; all get JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first, always."""
        first = next(iter(renderers))
        return first, str(first.media_type)


class InvictiView(APIView):
    """Reads input, asks a query, calls one service, shapes the answer."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (Known,)
    parser_classes = (JsonBody, FormBody)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = JsonWhateverIsAsked

    @property
    def actor(self) -> Actor:
        """Who asks."""
        actor: Any = self.request.user
        assert isinstance(actor, Actor)  # noqa: S101 - the permission above lets nobody else in
        return actor

    def check_throttles(self, request: Request) -> None:
        """Counts the call, once it is known who makes it."""
        limits.count(self.actor)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Any]:
        """This dialect's errors."""
        return errors.handle

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Says that nothing may be kept, as the vendor does."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"], answer["Pragma"], answer["Expires"] = "no-cache", "no-cache", "-1"
        return answer
