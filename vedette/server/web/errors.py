"""Error pages: fixed texts, nothing of the request repeated."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_TEXTS = {
    400: ("That request made no sense", "Something in the address or the form could not be read."),
    403: ("You may not do this", "Ask an owner or administrator of your organisation for the right."),
    404: ("Nothing is here", "It does not exist, or it belongs to somebody else."),
    409: ("That is not possible now", "The present state does not permit it."),
    429: ("Too many tries", "Wait a quarter of an hour, then try again."),
    500: ("That was our fault", "The error was logged. Nothing half-done was stored."),
}


def page(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """The error page of a status; `detail` is a sentence of ours."""
    heading, message = _TEXTS.get(status, _TEXTS[500])
    context = {"status": status, "heading": heading, "message": message, "detail": detail}
    return render(request, "web/error.html", context, status=status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token, or from elsewhere."""
    return page(request, 403, "The form was too old or came from another site. Load the page again.")
