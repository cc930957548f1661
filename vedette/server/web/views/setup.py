"""Doors that open once: the set-up link of a new instance, and invitations."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from vedette.server.kernel import ratelimit
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import Invitation, User
from vedette.server.tenancy.services import people
from vedette.server.tenancy.services import setup as services
from vedette.server.web import errors
from vedette.server.web.access_forms import NewPasswordForm, SetupForm
from vedette.server.web.answers import status_of, take

TRIES = ratelimit.Limit("links", 20, 60)
"""How often an address may knock at these doors in a minute."""
Door = Callable[..., HttpResponse]


def _door(view: Door) -> Door:
    """Nothing of these pages is kept, guessing is slow, and a door that does not open says little."""

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, token: str) -> HttpResponse:
        if not ratelimit.check(_address(request), (TRIES,)).allowed:
            return errors.page(request, 429)
        try:
            return view(request, token)
        except (NotFound, NotAllowed, Conflict) as error:
            heading = "This link does not open anything"
            return _closed(request, heading, "" if isinstance(error, NotFound) else error.message)

    return inner


@_door
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The first page of a new instance: organisation, owner, password."""
    if not services.setup_open(token):
        raise NotAllowed(message="It was used, or it is too old. While nobody is set up, each start prints a new one.")
    form = SetupForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "again"}
        try:
            user = services.redeem_setup(token=token, address=_address(request), **given)
        except Invalid as error:
            take(form, error)
        else:
            return _sign_in(request, user)
    return render(request, "web/setup/setup.html", {"form": form}, status=status_of(form))


@_door
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: for a new person a name and a password, for somebody who is signed in a word of consent."""
    invitation = queries.open_invitation(token)
    user = request.user if isinstance(request.user, User) else None
    if user is not None:
        return _consent(request, user, invitation, token)
    form = NewPasswordForm(request.POST or None, initial={"name": invitation.name})
    if form.is_bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "password")}
        try:
            joined = people.accept_invitation(token=token, address=_address(request), **given)
        except (Invalid, Conflict) as error:
            take(form, error)
        else:
            return _sign_in(request, joined)
    return render(request, "web/setup/join.html", {"form": form, "invitation": invitation}, status=status_of(form))


def _consent(request: HttpRequest, user: User, invitation: Invitation, token: str) -> HttpResponse:
    if invitation.email != user.email:
        raise Conflict("other_account", "This invitation is for someone else: sign out, then open it again.")
    if request.method != "POST":
        return render(request, "web/setup/join.html", {"invitation": invitation})
    people.accept_invitation(token=token, user=user, address=_address(request))
    return redirect("web:overview")


def _sign_in(request: HttpRequest, user: User) -> HttpResponse:
    """Begins a session of its own for whoever has just chosen a password; a second factor is still asked for."""
    answer: HttpResponse = perform_login(request, user, redirect_url="/ui/")
    return answer


def _closed(request: HttpRequest, heading: str, detail: str) -> HttpResponse:
    context = {"status": 404, "heading": heading, "message": "Links like this one work once.", "detail": detail}
    return render(request, "web/error.html", context, status=404)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR") or "")
