"""Domains: who owns them, and what to place where to show it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.targets import ownership, queries
from vedette.server.targets.services import domains
from vedette.server.tenancy.actor import Actor
from vedette.server.web import dialogs
from vedette.server.web.answers import action
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_forms import DomainForm
from vedette.server.web.settings_shapes import show


@page
def domain_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The domains of the organisation."""
    need(actor, "domains.view")
    rows = sorted(queries.domains_for_actor(actor), key=lambda one: one.hostname)
    return show(request, actor, "web/settings/domains.html", "domains", {"rows": rows})


@page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A dialog that adds a domain."""
    form = DomainForm(request.POST or None)
    return dialogs.serve(
        request,
        form,
        lambda: domains.add(actor, hostname=form.cleaned_data["hostname"]),
        heading="Add a domain",
        button="Add",
        lede="What is shown of a name holds for the names below it.",
        done="Domain added: now show that it is yours.",
    )


@page
def domain(request: HttpRequest, actor: Actor, domain: str) -> HttpResponse:
    """What to place where, each with a button that looks for it."""
    found = queries.get_domain(actor, domain)
    context = {"domain": found, "instructions": ownership.instructions(found)}
    return show(request, actor, "web/settings/domain.html", "domains", context)


@page
@action
def check(request: HttpRequest, actor: Actor, domain: str) -> HttpResponse:
    """Looks for the proof now; waits some seconds for a worker's answer."""
    found = ownership.start_check(actor, queries.get_domain(actor, domain), request.POST.get("method", ""))
    if found.verified:
        messages.success(request, f"{found.hostname} is yours.")
    else:
        messages.warning(request, found.last_error or "It could not be shown.")
    return redirect("web:settings-domain", domain)


@page
@action
def remove(request: HttpRequest, actor: Actor, domain: str) -> HttpResponse:
    """Removes a domain that nothing uses."""
    domains.remove(actor, queries.get_domain(actor, domain))
    messages.success(request, "Domain removed.")
    return redirect("web:settings-domains")
