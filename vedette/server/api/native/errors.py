"""One table from the kinds of error to status codes; bodies are `{"code", "message", "fields"}`."""

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

_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Invalid, 400),
    (Conflict, 409),
    (LimitReached, 429),
    (Unavailable, 503),
)
_OUTSIDE = {
    400: ("invalid", "The request cannot be read."),
    401: ("unauthorized", "A valid key is needed."),
    403: ("not_allowed", "You may not do this."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "This method is not known here."),
    413: ("too_large", "The request is too large."),
    415: ("unsupported_media_type", "Send JSON."),
    500: ("error", "Something went wrong on our side."),
}


def render(error: DomainError) -> Response:
    """The answer to a domain error."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
    fields = error.fields if isinstance(error, Invalid) else {}
    response = Response(body(error.code, error.message, fields), status=status)
    if isinstance(error, LimitReached) and error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def body(code: str, message: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of an error."""
    return {"code": code, "message": message, "fields": fields or {}}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of every view."""
    if isinstance(error, DomainError):
        return render(error)
    if isinstance(error, SuspiciousOperation):
        status = 413 if isinstance(error, RequestDataTooBig) else 400
        return Response(body(*_OUTSIDE[status]), status=status)
    response = exception_handler(error, context)
    if response is None:
        _log.exception("a view failed: %s", type(context.get("view")).__name__)
        return Response(body(*_OUTSIDE[500]), status=500)
    fields = response.data if isinstance(error, exceptions.ValidationError) and isinstance(response.data, dict) else {}
    response.data = body(*_OUTSIDE.get(response.status_code, _OUTSIDE[400]), fields)
    return response


def outside(request: HttpRequest, status: int) -> HttpResponse:
    """An error that was raised outside any view."""
    return JsonResponse(body(*_OUTSIDE.get(status, _OUTSIDE[500])), status=status)
