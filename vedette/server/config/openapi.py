"""The OpenAPI document of each dialect, as committed beside it, and a page to read it offline."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from vedette.server import api

DIALECTS = ("probely", "invicti", "cloneguard", "native")
FOLDER = Path(api.__path__[0])


@cache
def _document(dialect: str) -> bytes:
    file = FOLDER / dialect / "openapi.json"
    if dialect not in DIALECTS or not file.is_file():
        raise Http404
    return file.read_bytes()


def document(request: HttpRequest, dialect: str) -> HttpResponse:
    """The document itself."""
    return HttpResponse(_document(dialect), content_type="application/json")


# The reader sets styles on elements; scripts stay ours alone.
@csp_update({"style-src": ["'unsafe-inline'"]})  # type: ignore[arg-type]
def reader(request: HttpRequest, dialect: str) -> HttpResponse:
    """A page that shows the document."""
    _document(dialect)
    return render(request, "web/openapi.html", {"dialect": dialect, "dialects": DIALECTS})


urlpatterns = [
    path("<slug:dialect>.json", document, name="openapi-document"),
    path("<slug:dialect>/", reader, name="openapi-reader"),
]
