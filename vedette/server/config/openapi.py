"""The OpenAPI document of each dialect, as committed beside it, and a page to read it offline."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from vedette.server import api

DIALECTS = ("probely", "invicti", "cloneguard", "native")
FOLDER = Path(api.__path__[0])


@cache
def documented() -> tuple[str, ...]:
    """The dialects that have a document."""
    return tuple(dialect for dialect in DIALECTS if (FOLDER / dialect / "openapi.json").is_file())


@cache
def _text(dialect: str) -> bytes:
    return (FOLDER / dialect / "openapi.json").read_bytes()


def first(request: HttpRequest) -> HttpResponse:
    """Leads to the first of the pages."""
    return redirect("openapi-reader", dialect=documented()[0])


def document(request: HttpRequest, dialect: str) -> HttpResponse:
    """The document itself."""
    if dialect not in documented():
        raise Http404
    return HttpResponse(_text(dialect), content_type="application/json")


# The reader sets styles on elements; scripts stay ours alone.
@csp_update({"style-src": ["'unsafe-inline'"]})  # type: ignore[arg-type]
def reader(request: HttpRequest, dialect: str) -> HttpResponse:
    """A page that shows the document, and sends requests of whoever has a key."""
    if dialect not in documented():
        raise Http404
    return render(request, "web/openapi.html", {"dialect": dialect, "dialects": documented()})


urlpatterns = [
    path("", first),
    path("<slug:dialect>.json", document, name="openapi-document"),
    path("<slug:dialect>/", reader, name="openapi-reader"),
]
