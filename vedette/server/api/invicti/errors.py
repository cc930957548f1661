"""One table from the kinds of domain error to this dialect's status codes and bodies: `{"Message": ...}`."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from vedette.server.kernel.errors import Conflict, DomainError, Invalid, LimitReached, NotAllowed, NotFound, Unavailable

_log = logging.getLogger(__name__)

UNAUTHORIZED = "Authorization has been denied for this request."
INVALID = "The request is invalid."
_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Invalid, 400),
    (Conflict, 400),
    (LimitReached, 429),
    (Unavailable, 503),
)
_OUTSIDE = {
    400: INVALID,
    403: "Access is denied.",
    404: "No HTTP resource was found that matches the request URI.",
    500: "An error has occurred.",
}


def render(error: DomainError) -> Response:
    """The answer to a domain error."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
    body: dict[str, Any] = {"Message": error.message}
    if isinstance(error, Invalid):
        body = {"Message": INVALID, "ModelState": {_place(name): texts for name, texts in error.fields.items()}}
    response = Response(body, status=status)
    if isinstance(error, LimitReached) and error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def _place(name: str) -> str:
    return f"model.{name}" if name else "model"


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of every view of this dialect."""
    if isinstance(error, DomainError):
        return render(error)
    if isinstance(error, SuspiciousOperation):
        return Response({"Message": INVALID}, status=413 if isinstance(error, RequestDataTooBig) else 400)
    response = exception_handler(error, context)
    if response is None:
        _log.exception("a view failed: %s", type(context.get("view")).__name__)
        return Response({"Message": _OUTSIDE[500]}, status=500)
    response.data = {"Message": _message(error, response.status_code, context)}
    return response


def _message(error: Exception, status: int, context: dict[str, Any]) -> str:
    if status == 401:
        return UNAUTHORIZED
    if isinstance(error, exceptions.MethodNotAllowed):
        method = context["request"].method
        return f"The requested resource does not support http method '{method}'."
    return _OUTSIDE.get(status, INVALID)


def outside(request: HttpRequest, status: int) -> HttpResponse:
    """An error that was raised outside any view."""
    return JsonResponse({"Message": _OUTSIDE.get(status, _OUTSIDE[500])}, status=status)
