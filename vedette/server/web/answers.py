"""How a write that a page asked for ends: back where one came from with a word, or in the form with what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from vedette.server.kernel.errors import DomainError, Invalid, NotFound
from vedette.server.tenancy.actor import Actor

_OTHER_NAMES = {
    "scan_profile": "profile",
    "form_login": "user",
    "has_form_login": "way",
    "has_sequence_login": "way",
    "basic_auth": "basic_user",
    "basic_auth.password": "basic_password",
}


def action(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A write without a page of its own: only by POST, and what stands in its way is told on the page one came from."""

    @wraps(view)
    def inner(request: HttpRequest, actor: Actor, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            return view(request, actor, *args, **kwargs)
        except NotFound:
            raise
        except DomainError as error:
            messages.error(request, " ".join(texts_of(error)))
            return back(request)

    return inner


def back(request: HttpRequest, default: str = "") -> HttpResponse:
    """To `next` of the form, else to the page that sent it; never to another site."""
    for wanted in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
            return redirect(wanted)
    return redirect(default or reverse("web:overview"))


def go(request: HttpRequest, name: str, *args: object) -> HttpResponse:
    """To a page by the name of its route, also when a part of a page asked through htmx."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(name, args=args)})
    return redirect(name, *args)


def texts_of(error: DomainError) -> list[str]:
    """What an error says, each sentence once."""
    if isinstance(error, Invalid):
        return list(dict.fromkeys(text for texts in error.fields.values() for text in texts))
    return [error.message]


def take(form: forms.Form, error: DomainError) -> None:
    """Puts what a service says is wrong at the fields of the form that it is about, the rest at its top."""
    fields = error.fields if isinstance(error, Invalid) else {"": [error.message]}
    for path, texts in fields.items():
        name = path.removeprefix("site.").removeprefix("api_scan_settings.")
        name = _OTHER_NAMES.get(name, name)
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: what was sent, be it empty, or nothing when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def status_of(form: forms.Form) -> int:
    """The status of a page with this form: 422 once it has faults, so that htmx and browsers tell it from a success."""
    return 422 if form.is_bound and form.errors else 200
