"""The list of scans, and the stop that holds for all of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vedette.server.scans import queries, rules
from vedette.server.scans.services import lifecycle
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import account
from vedette.server.web import scan_filters as filters
from vedette.server.web import scan_shapes as shapes
from vedette.server.web.answers import action, back
from vedette.server.web.session import page

LENGTH = 50
OVER = 286
"""The status with which htmx is told to ask no more."""


@page
def scans(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The table, narrowed and ordered as the address says."""
    chosen = filters.read(request.GET)
    rows = queries.with_parts(filters.rows(actor, chosen))
    shown = Paginator(rows, LENGTH).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": shapes.rows(actor, shown),
        "chosen": chosen,
        "shows": list(filters.SHOW.items()),
        "profiles": filters.profiles(actor),
    }
    return render(request, "web/scans/scans.html", context)


@page
def brief(request: HttpRequest, actor: Actor, scan: str) -> HttpResponse:
    """How far a scan is, as a cell of a list; the last answer when it is over."""
    row = shapes.rows(actor, [queries.get(actor, scan)])[0]
    status = OVER if row.scan.status in rules.FINAL else 200
    return render(request, "web/scans/brief.html", {"row": row}, status=status)


@page
@action
def stop_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Stops everything of the organisation."""
    told = lifecycle.stop_all(actor=actor)
    messages.warning(request, f"All scans are stopped: {told} running. Nothing new starts until you lift this.")
    return back(request)


@page
@action
def lift_stop(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Lets scans start again; those that were paused stay so until somebody resumes them."""
    account.lift_stop(actor=actor)
    messages.success(request, "Scans may start again. Paused ones wait until you resume them.")
    return back(request)
