"""One table from the kinds of domain error to this dialect's status codes and bodies."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
    (Conflict, 400),
    (LimitReached, 429),
    (Unavailable, 503),
)
_OUTSIDE = {
    400: "Bad request.",
    403: "Forbidden.",
    404: "Not found.",
    405: "Method not allowed.",
    413: "The request is too large.",
    500: "Server error.",
}


def render(error: DomainError) -> Response:
    """The answer to a domain error."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
    response = Response(body(error), status=status)
    if isinstance(error, LimitReached) and error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def body(error: DomainError) -> dict[str, Any]:
    """What an answer says of a domain error."""
    if isinstance(error, NotFound):
        if "invalid_ids" in error.data:
            return {"detail": "Not Found", "is_id_404_validation": True, "invalid_ids": error.data["invalid_ids"]}
        return {"detail": "Not found."}
    if isinstance(error, Invalid):
        return nested({name or "non_field_errors": texts for name, texts in error.fields.items()})
    if isinstance(error, Conflict):
        return nested({error.field or "non_field_errors": [error.message]})
    return {"detail": error.message}


def nested(fields: dict[str, Any]) -> dict[str, Any]:
    """Field errors under their path: `site.url` becomes `{"site": {"url": [...]}}`."""
    out: dict[str, Any] = {}
    for name, texts in fields.items():
        *path, last = name.split(".")
        place = out
        for step in path:
            inner = place.setdefault(step, {})
            place = inner if isinstance(inner, dict) else place
        place[last] = texts
    return out


@contextmanager
def renamed(names: Mapping[str, str]) -> Iterator[None]:
    """Field errors under these paths get other ones: services say where a value stands in the usual body, and some
    bodies are others. A name that ends in a dot stands for all that begin so."""
    try:
        yield
    except Invalid as error:
        raise Invalid(
            error.code, error.message, error.data, fields={_renamed(name, names): t for name, t in error.fields.items()}
        ) from None


@contextmanager
def within(place: str) -> Iterator[None]:
    """Field errors stand below this path: what they are about is a part of the body."""
    try:
        yield
    except Invalid as error:
        fields = {f"{place}.{name}" if name else place: texts for name, texts in error.fields.items()}
        raise Invalid(error.code, error.message, error.data, fields=fields) from None


def _renamed(name: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        if name == old or (old.endswith(".") and name.startswith(old)):
            return new + name[len(old) :]
    return name


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of every view of this dialect."""
    if isinstance(error, DomainError):
        return render(error)
    if isinstance(error, exceptions.ParseError):
        return Response({"detail": str(error.detail)}, status=400)
    if isinstance(error, SuspiciousOperation):
        status = 413 if isinstance(error, RequestDataTooBig) else 400
        return Response({"detail": _OUTSIDE[status]}, status=status)
    response = exception_handler(error, context)
    if response is not None and isinstance(response.data, list):
        response.data = {"non_field_errors": response.data}
    if response is None:
        _log.exception("a view failed: %s", type(context.get("view")).__name__)
        return Response({"detail": "Server error."}, status=500)
    return response


def outside(request: HttpRequest, status: int) -> HttpResponse:
    """An error that was raised outside any view."""
    return JsonResponse({"detail": _OUTSIDE.get(status, "Error.")}, status=status)
