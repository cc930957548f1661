"""Errors raised outside views, answered in the dialect of the path."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from vedette.server.api.cloneguard import errors as cloneguard
from vedette.server.api.invicti import errors as invicti
from vedette.server.api.native import errors as native
from vedette.server.api.paths import dialect_of
from vedette.server.api.probely import errors as probely
from vedette.server.web import errors as web

Render = Callable[[HttpRequest, int], HttpResponse]

_RENDERERS: dict[str, Render] = {
    "web": web.page,
    "invicti": invicti.outside,
    "native": native.outside,
    "cloneguard": cloneguard.outside,
}


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    return _RENDERERS.get(dialect_of(request.path_info).name, probely.outside)(request, status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _answer(request, 500)
