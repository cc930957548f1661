"""Forms in the common dialog: asked for by htmx, sent back with their faults, gone when they have done their work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vedette.server.kernel.errors import DomainError, NotFound
from vedette.server.web.answers import status_of, take, texts_of

TEMPLATE = "web/people/dialog.html"


def serve(
    request: HttpRequest,
    form: forms.Form,
    work: Callable[[], object],
    *,
    heading: str,
    button: str,
    done: str,
    lede: str = "",
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Shows the form, or does its work when it was sent and is right; then the page behind is loaded anew and tells
    what was `done`. A service's objections stand in the form."""
    if form.is_bound and form.is_valid():
        try:
            work()
        except NotFound:
            raise
        except DomainError as error:
            take(form, error)
        else:
            messages.success(request, done)
            return reload()
    context = {"form": form, "heading": heading, "button": button, "lede": lede, **(extra or {})}
    return render(request, TEMPLATE, context, status=status_of(form))


def reload() -> HttpResponse:
    """Lets the page that asked load itself anew."""
    return HttpResponse(headers={"HX-Refresh": "true"})


def told(request: HttpRequest, work: Callable[[], object], done: str) -> HttpResponse:
    """Does the work at once and loads the page anew, with what was done or what stood in the way."""
    try:
        work()
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, " ".join(texts_of(error)))
    else:
        messages.success(request, done)
    return reload()
