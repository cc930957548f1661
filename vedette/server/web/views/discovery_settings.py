"""Settings of discovery: how assets are kept, and which providers are asked for names."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.discovery import providers
from vedette.server.discovery.services import settings as services
from vedette.server.kernel.errors import DomainError, NotFound
from vedette.server.tenancy.actor import Actor
from vedette.server.web import dialogs
from vedette.server.web.answers import sent, status_of, take
from vedette.server.web.discovery_forms import DiscoverySettingsForm, SourceForm
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_shapes import show


@page
def settings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How assets are kept, and the sources of names."""
    current = services.current(actor)
    names = ("archive_enabled", "archive_after", "screenshots")
    form = DiscoverySettingsForm(sent(request), initial={name: getattr(current, name) for name in names})
    if form.is_bound and form.is_valid():
        try:
            services.change(actor, **form.cleaned_data)
        except DomainError as error:
            take(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("web:settings-discovery")
    context = {"form": form, "sources": providers.sources(actor.organisation)}
    return show(request, actor, "web/settings/discovery.html", "discovery", context, status=status_of(form))


@page
def source(request: HttpRequest, actor: Actor, source: str) -> HttpResponse:
    """A dialog with the settings of a provider."""
    need(actor, services.CHANGE)
    rows = providers.sources(actor.organisation)
    found = next((one for one in rows if one.id == source and one.provider is not None), None)
    if found is None:
        raise NotFound
    form = SourceForm(sent(request), source=found)

    def work() -> object:
        given = form.cleaned_data
        return services.set_source(actor, source, enabled=given["enabled"], url=given["url"], key=form.new_key)

    terms = found.provider.terms if found.provider else ""
    lede = f"Its terms and keys: {terms}" if terms else ""
    return dialogs.serve(request, form, work, heading=found.name, button="Save", done="Saved.", lede=lede)
