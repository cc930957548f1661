"""The base of every view of this dialect: the order of checks (section 1.3 of the contract), parsers, renderer, errors,
headers of the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from vedette.server.api.bodies import FormBody, JsonBody, PartsBody
from vedette.server.api.cloneguard import auth, correlation, errors, forms, limits
from vedette.server.api.cloneguard.auth import Caller
from vedette.server.api.cloneguard.documents import DialectSchema
from vedette.server.api.cloneguard.errors import Refused
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import ApiKey

MAX_BODY = 1024 * 1024
_WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


class CloneGuardView(APIView):
    """Reads input, asks a query, calls one service, shapes the answer. `public` operations need the application's key
    alone; others a person, and `session_only` ones a person who signed in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)  # `initial` lets nobody in without a key
    parser_classes = (JsonBody, FormBody, PartsBody)
    renderer_classes = (JSONRenderer,)
    schema = DialectSchema()
    public = False
    session_only = False
    wrappers: tuple[str, ...] = ()

    app_key: ApiKey
    known: Caller
    rate: limits.Headers

    @property
    def actor(self) -> Actor:
        """The person who asks."""
        return self.known.actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """What is checked before the operation; the first failure wins."""
        self.rate = {}
        super().initial(request, *args, **kwargs)
        self._read_body(request)
        self.app_key = auth.application(request)
        scheme, token = auth.credential_of(request)
        self.rate = limits.count(self.app_key, f"{scheme} {token}" if token and not self.public else "")
        if not self.public:
            self.known = auth.caller(request, self.app_key)
            if self.session_only and not self.known.session:
                raise Refused(403, "session_required")

    def _read_body(self, request: Request) -> None:
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if length.isdigit() and int(length) > MAX_BODY:
            raise Refused(413, "payload_too_large")
        if request.method in _WITHOUT_BODY:
            return
        try:
            self.body = forms.unwrapped(request.data, self.wrappers)
        except RequestDataTooBig:
            raise Refused(413, "payload_too_large") from None
        except ValueError:
            raise Refused(400, "malformed_request") from None

    def read(self, serializer: type[Serializer[Any]]) -> dict[str, Any]:
        """The validated body."""
        given = serializer(data=self.body)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Any]:
        """This dialect's errors."""
        return errors.handle

    def handle_exception(self, exc: Exception) -> Response:
        """An error, with how the limit stands."""
        if isinstance(exc, limits.Limited):
            self.rate = exc.headers
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Puts the request's id and how the limit stands into the answer."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer[correlation.HEADER] = correlation.id_of(request)
        limits.put(getattr(self, "rate", {}), answer)
        return answer
