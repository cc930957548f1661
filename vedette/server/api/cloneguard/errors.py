"""One table from the kinds and codes of domain error to this dialect's status codes and bodies (section 3 of the
contract)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from vedette.server.api.cloneguard import correlation
from vedette.server.kernel.errors import Conflict, DomainError, Invalid, LimitReached, NotAllowed, NotFound, Unavailable

_log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - it says what happened to the request
    """A request that this dialect itself turns away: status, code, text, and what else goes into body and headers."""

    def __init__(self, status: int, code: str, text: str = "", *, retry_after: int = 0, **body: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.text = status, code, text or TEXTS.get(code, "")
        self.retry_after, self.body = retry_after, body


TEXTS = {
    "malformed_request": "The request could not be read",
    "invalid_api_key": "The API key is missing or unknown",
    "unauthorized": "Sign in first",
    "token_expired": "The session is over; sign in again",
    "invalid_credentials": "Wrong user name or password",
    "two_factor_required": "Second factor required",
    "invalid_otp": "Wrong or used code",
    "invalid_recovery_code": "Wrong or used recovery code",
    "forbidden": "You may not do this",
    "session_required": "Sign in with a password to do this",
    "account_locked": "Too many failed sign-ins; try again later",
    "organization_suspended": "The organization is suspended",
    "not_found": "Not found",
    "route_not_found": "There is no such operation",
    "method_not_allowed": "This operation does not have this method",
    "not_acceptable": "Only JSON is answered",
    "unsupported_media_type": "Send JSON or a form",
    "payload_too_large": "The request is too large",
    "validation_failed": "Validation failed",
    "rate_limited": "Too many requests",
    "internal_error": "Something went wrong",
}
"""Code -> text for people."""

_UNAUTHORIZED = ("token_expired", "invalid_credentials", "two_factor_required", "invalid_otp", "invalid_recovery_code")
_FORBIDDEN = {
    "session_required": "session_required",
    "account_locked": "account_locked",
    "organisation_suspended": "organization_suspended",
}
_OUTSIDE = {400: "malformed_request", 403: "forbidden", 404: "route_not_found", 500: "internal_error"}
_FRAMEWORK: dict[type[exceptions.APIException], str] = {
    exceptions.ParseError: "malformed_request",
    exceptions.NotAuthenticated: "unauthorized",
    exceptions.PermissionDenied: "forbidden",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
}
_WORDS = {
    "blank": "can't be blank",
    "too_long": "is too long",
    "inclusion": "is not included in the list",
    "not_a_number": "is not a number",
    "invalid": "is invalid",
}
_CODES = {
    "required": "blank",
    "blank": "blank",
    "null": "blank",
    "empty": "blank",
    "max_length": "too_long",
    "min_length": "too_short",
    "invalid_choice": "inclusion",
}
"""The framework's codes -> this dialect's."""


def body_of(status: int, code: str, text: str, request_id: str, **more: Any) -> dict[str, Any]:
    """The one shape of every error."""
    return {"status": status, "status_text": text, "code": code, **more, "request_id": request_id}


def refuse(error: DomainError) -> Refused:
    """What a domain error is in this dialect."""
    if isinstance(error, NotFound):
        return Refused(404, "not_found")
    if isinstance(error, LimitReached) and error.code not in _FORBIDDEN:
        return Refused(429, "rate_limited", retry_after=error.retry_after)
    if isinstance(error, Invalid):
        codes = {name or "base": ["invalid"] * len(texts) for name, texts in error.fields.items()}
        errors = {name or "base": texts for name, texts in error.fields.items()}
        return Refused(422, "validation_failed", errors=errors, error_codes=codes)
    if isinstance(error, NotAllowed | LimitReached):
        return _denied(error)
    if isinstance(error, Conflict):
        return Refused(409, error.code, error.message)
    return Refused(503 if isinstance(error, Unavailable) else 500, error.code, error.message)


def _denied(error: NotAllowed | LimitReached) -> Refused:
    if error.code == "two_factor_required":
        return Refused(401, error.code, two_factor=error.data)
    if error.code in _UNAUTHORIZED:
        return Refused(401, error.code)
    wait = error.retry_after if isinstance(error, LimitReached) else 0
    return Refused(403, _FORBIDDEN.get(error.code, "forbidden"), retry_after=wait)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of every view of this dialect."""
    request_id = correlation.id_of(context["request"])
    refused = error if isinstance(error, Refused) else None
    headers: Mapping[str, str] = {}
    if isinstance(error, DomainError):
        refused = refuse(error)
    elif isinstance(error, SuspiciousOperation):
        too_big = isinstance(error, RequestDataTooBig)
        refused = Refused(413, "payload_too_large") if too_big else Refused(400, "malformed_request")
    elif isinstance(error, exceptions.ValidationError):
        refused = _invalid(error)
    elif refused is None:
        refused, headers = _framework(error, context)
    body = body_of(refused.status, refused.code, refused.text, request_id, **refused.body)
    response = Response(body, status=refused.status, headers=dict(headers))
    if refused.status == 401 and refused.code != "invalid_api_key":
        response["WWW-Authenticate"] = "Bearer"
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


def _framework(error: Exception, context: dict[str, Any]) -> tuple[Refused, Mapping[str, str]]:
    response = exception_handler(error, context)
    if response is None:
        _log.exception("a view failed: %s", type(context.get("view")).__name__)
        return Refused(500, "internal_error"), {}
    code = next((name for kind, name in _FRAMEWORK.items() if isinstance(error, kind)), "malformed_request")
    return Refused(response.status_code, code), {}


def _invalid(error: exceptions.ValidationError) -> Refused:
    found = list(_flat("", error.get_full_details()))
    codes: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    for path, code in found:
        word = _CODES.get(code, "invalid")
        codes.setdefault(path, []).append(word)
        texts.setdefault(path, []).append(_WORDS.get(word, _WORDS["invalid"]))
    return Refused(422, "validation_failed", errors=texts, error_codes=codes)


def _flat(path: str, details: Any) -> Iterator[tuple[str, str]]:
    if isinstance(details, dict) and isinstance(details.get("code"), str) and "message" in details:
        yield path or "base", details["code"]
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _flat("" if name == "non_field_errors" else f"{path}.{name}".lstrip("."), inner)
    elif isinstance(details, list):
        for inner in details:
            yield from _flat(path, inner)


def outside(request: HttpRequest, status: int) -> HttpResponse:
    """An error that was raised outside any view."""
    code = _OUTSIDE.get(status, "internal_error")
    request_id = correlation.id_of(request)
    response = JsonResponse(body_of(status, code, TEXTS[code], request_id), status=status)
    response["X-Request-Id"] = request_id
    return response
