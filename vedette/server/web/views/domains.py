"""Domains: who owns them, and what to place where to show it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.targets import ownership, queries
from vedette.server.targets.services import domains
from vedette.server.tenancy.actor import Actor
from vedette.server.web import dialogs, domain_shapes, target_shapes
from vedette.server.web.answers import action
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_forms import DomainForm
from vedette.server.web.settings_shapes import show


@page
def domain_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The domains of the organisation."""
    need(actor, "domains.view")
    rows = domain_shapes.rows(queries.domains_for_actor(actor))
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
    """What it rests on, and what to place where, each with a button that looks for it."""
    found = queries.get_domain(actor, domain)
    context = {
        "domain": found,
        "standing": domain_shapes.standing(found),
        "ways": target_shapes.ways(found),
        "mail": domain_shapes.can_be_mailed(),
    }
    return show(request, actor, "web/settings/domain.html", "domains", context)


@page
@action
def check(request: HttpRequest, actor: Actor, domain: str) -> HttpResponse:
    """Looks for a proof now, without a method for what it rests on; waits some seconds for a worker's answer."""
    found, method = queries.get_domain(actor, domain), request.POST.get("method", "")
    found = ownership.start_check(actor, found, method) if method else ownership.look_again(actor, found)
    if found.verified and not found.last_error:
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
