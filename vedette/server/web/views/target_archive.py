"""Targets that are put away and taken back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from vedette.server.targets import queries
from vedette.server.targets.services import archive as services
from vedette.server.tenancy.actor import Actor
from vedette.server.web.answers import action
from vedette.server.web.session import page

LENGTH = 50


@page
def archived(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The archived targets, the last one first."""
    shown = Paginator(queries.archived(actor), LENGTH).get_page(request.GET.get("page"))
    return render(request, "web/targets/archived.html", {"page": shown})


@page
@action
def archive(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Archives a target."""
    found = queries.get(actor, target)
    services.archive(actor, [target])
    messages.success(request, f"{found} is archived.")
    return redirect("web:targets-archived")


@page
@action
def activate(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Takes a target back."""
    services.activate(actor, [target])
    messages.success(request, f"{queries.get(actor, target)} is back.")
    return redirect("web:targets-page", target)
