"""Domains: who owns them, and what to place where to show it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.targets import domain_login, ownership, queries
from vedette.server.targets.services import domains
from vedette.server.tenancy.actor import Actor
from vedette.server.web import dialogs, domain_shapes, target_shapes
from vedette.server.web.answers import action, sent
from vedette.server.web.domain_forms import DomainLoginForm
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
        "login": domain_shapes.login(found),
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
def login(request: HttpRequest, actor: Actor, domain: str) -> HttpResponse:
    """A dialog that changes what is sent to the host when its owner is looked for."""
    need(actor, "domains.change")
    found = queries.get_domain(actor, domain)
    form = DomainLoginForm(sent(request), current=found)
    return dialogs.serve(
        request,
        form,
        lambda: domains.change(actor, found, **form.values()),
        heading="Basic authentication",
        button="Save",
        lede=f"Sent to {found.hostname} when its owner is looked for, and at no other time.",
        done="Saved: the next look sends it.",
    )


@page
@action
def clear_login(request: HttpRequest, actor: Actor, domain: str) -> HttpResponse:
    """Sends nothing any more when the owner is looked for."""
    found = queries.get_domain(actor, domain)
    nothing: dict[str, Any] = dict.fromkeys((domain_login.USERNAME, domain_login.PASSWORD))
    domains.change(actor, found, **nothing)
    messages.success(request, "The host is looked at without a log-in.")
    return redirect("web:settings-domain", domain)


@page
@action
def remove(request: HttpRequest, actor: Actor, domain: str) -> HttpResponse:
    """Removes a domain that nothing uses."""
    domains.remove(actor, queries.get_domain(actor, domain))
    messages.success(request, "Domain removed.")
    return redirect("web:settings-domains")
