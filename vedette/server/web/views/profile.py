"""What people change about themselves, and where they work."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from vedette.server.kernel.errors import DomainError, NotFound
from vedette.server.tenancy import queries
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import addresses
from vedette.server.tenancy.services import profile as services
from vedette.server.web import accounts, theme
from vedette.server.web.answers import action, status_of, take
from vedette.server.web.session import page
from vedette.server.web.settings_forms import ProfileForm


@page
def profile(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Name, time zone and theme."""
    user = actor.user
    if user is None:
        raise NotFound
    start = {"name": user.name, "title": user.title, "timezone": user.timezone, "theme": user.theme}
    form = ProfileForm(request.POST or None, initial=start)
    if form.is_bound and form.is_valid():
        try:
            changed = services.change(actor=actor, **form.cleaned_data)
        except DomainError as error:
            take(form, error)
        else:
            messages.success(request, "Saved.")
            return theme.remember(redirect("web:profile"), changed.theme)
    context = {
        "form": form,
        "zones": sorted(available_timezones()),
        "confirmed": addresses.is_confirmed(user),
        "mail": bool(settings.VEDETTE.mail.host),
    }
    return render(request, "web/settings/own_profile.html", context, status=status_of(form))


@page
@action
def confirm_address(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Sends the link that confirms one's address."""
    if actor.user is None or not settings.VEDETTE.mail.host:
        raise NotFound
    objection = accounts.send_confirmation(request, actor.user)
    if objection:
        messages.warning(request, objection)
    return redirect("web:profile")


@require_POST
@page
def switch_organisation(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Chooses where one works now. The session gets a new key: it has other rights from here on."""
    wanted = request.POST.get("organisation", "")
    found = next((one for one in queries.organisations_of(actor.user) if one.public_id == wanted), None)  # type: ignore[arg-type]
    if found is None or actor.user is None:
        raise NotFound
    services.switch_organisation(user=actor.user, organisation=found)
    request.session.cycle_key()
    return redirect("web:overview")
