"""Stored credentials: the list, and dialogs that add and change them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.targets import credentials
from vedette.server.targets.credentials import CredentialFilter
from vedette.server.targets.references import uri
from vedette.server.targets.services import credentials as services
from vedette.server.tenancy.actor import Actor
from vedette.server.web import dialogs
from vedette.server.web.answers import action
from vedette.server.web.credential_forms import CredentialForm
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_shapes import show

LENGTH = 50


@page
def credential_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Credentials by name, with the references that stand for them."""
    need(actor, "credentials.view")
    rows = credentials.listed(actor, CredentialFilter(ordering="name"))
    shown = Paginator(rows, LENGTH).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": [
            {
                "credential": row,
                "uri": uri(row.public_id),
                "may": actor.may(services.PERMISSION, team_ids=[row.team_id] if row.team_id else []),
            }
            for row in shown
        ],
    }
    return show(request, actor, "web/settings/credentials.html", "credentials", context)


@page
def credential_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A dialog that stores a credential."""
    form = CredentialForm(request.POST or None, initial={"sensitive": True}, actor=actor)
    return dialogs.serve(
        request,
        form,
        lambda: services.create(actor, **form.values()),
        heading="New credential",
        button="Store",
        done="Credential stored.",
    )


@page
def credential_change(request: HttpRequest, actor: Actor, credential: str) -> HttpResponse:
    """A dialog that changes a credential for all targets that use it."""
    found = credentials.get(actor, credential)
    form = CredentialForm(request.POST or None, initial=CredentialForm.start(found), actor=actor, current=found)
    return dialogs.serve(
        request,
        form,
        lambda: services.change(actor, found, **form.values()),
        heading="Change credential",
        button="Save",
        done="Credential changed.",
    )


@page
@action
def credential_delete(request: HttpRequest, actor: Actor, credential: str) -> HttpResponse:
    """Deletes a credential that no target uses."""
    services.delete(actor, credentials.get(actor, credential))
    messages.success(request, "Credential deleted.")
    return redirect("web:settings-credentials")
