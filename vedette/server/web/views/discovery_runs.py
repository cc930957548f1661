"""Runs of discoveries: what is searched and when, one of them live, and the names that were found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from vedette.server.discovery import queries, rules
from vedette.server.discovery.models import DiscoveryRun
from vedette.server.discovery.services import runs as services
from vedette.server.kernel.errors import NotAllowed, NotFound
from vedette.server.targets import queries as targets
from vedette.server.tenancy.actor import Actor
from vedette.server.web import discovery_shapes as shapes
from vedette.server.web.answers import action, back
from vedette.server.web.session import page
from vedette.server.web.views.scans import OVER

LENGTH = 50
NEW = 100


def _whole(actor: Actor) -> None:
    if not actor.everywhere(queries.VIEW):
        raise NotAllowed(data={"permission": queries.VIEW})


@page
def runs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The domains with how their discovery stands, and all runs, newest first."""
    _whole(actor)
    shown = Paginator(queries.runs_for_actor(actor), LENGTH).get_page(request.GET.get("page"))
    active = {row.domain_id: row for row in queries.under_way().filter(organisation=actor.organisation)}
    domains = [
        {
            "domain": one,
            "enabled": queries.is_enabled(one),
            "next_at": queries.next_of(one),
            "run": active.get(one.pk),
        }
        for one in queries.domains(actor)
        if services.has_names(one)
    ]
    return render(request, "web/discovery/runs.html", {"page": shown, "domains": domains, "tab": "runs"})


def _about(actor: Actor, run: DiscoveryRun) -> dict[str, Any]:
    criteria = queries.AssetFilter(new_of=run.public_id)
    found = queries.listed(actor, criteria=criteria, order="name")
    return {
        "run": run,
        "over": run.status in rules.FINAL,
        "stages": shapes.stages(run),
        "elapsed": shapes.elapsed_s(run),
        "sources": shapes.sources(run),
        "new_rows": [shapes.row(one) for one in queries.for_page(found)[:NEW]],
        "etag": shapes.etag(run),
    }


@page
def run(request: HttpRequest, actor: Actor, run: str) -> HttpResponse:
    """What a run does, or what came of it."""
    return render(request, "web/discovery/run.html", _about(actor, queries.get_run(actor, run)))


@page
def live(request: HttpRequest, actor: Actor, run: str) -> HttpResponse:
    """The part of its page that changes: 204 when nothing did since `seen`, 286 when it is over."""
    found = queries.get_run(actor, run)
    if found.status in rules.FINAL:
        return HttpResponse(status=OVER, headers={"HX-Refresh": "true"})
    if request.GET.get("seen") == shapes.etag(found):
        return HttpResponse(status=204)
    return render(request, "web/discovery/run_part.html", _about(actor, found))


@page
@action
def start(request: HttpRequest, actor: Actor, domain: str) -> HttpResponse:
    """Starts a discovery of a domain."""
    started = services.start(actor, targets.get_domain(actor, domain))
    messages.success(request, "The discovery waits for a free slot.")
    return redirect("web:discovery-run", started.public_id)


@page
@action
def cancel(request: HttpRequest, actor: Actor, run: str) -> HttpResponse:
    """Stops a run; what it found stays."""
    services.cancel(actor, queries.get_run(actor, run))
    return back(request)


@page
@action
def switch(request: HttpRequest, actor: Actor, domain: str, word: str) -> HttpResponse:
    """Switches the daily discovery of a domain on or off."""
    if word not in ("on", "off"):
        raise NotFound
    services.switch(actor, targets.get_domain(actor, domain), enabled=word == "on")
    return back(request)


@page
def names(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every name that was found, whether anything answers there or not."""
    _whole(actor)
    domain, search = request.GET.get("domain", ""), request.GET.get("q", "").strip()[:200]
    rows = queries.names_for_actor(actor, domain=domain, search=search)
    context = {
        "page": Paginator(rows, LENGTH).get_page(request.GET.get("page")),
        "domains": queries.domains(actor),
        "domain": domain,
        "q": search,
        "tab": "names",
    }
    return render(request, "web/discovery/names.html", context)
