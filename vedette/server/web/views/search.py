"""The search of the top bar: targets, scans and findings by text."""

from __future__ import annotations

from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vedette.server.findings import queries as findings
from vedette.server.findings import search as free_text
from vedette.server.findings.queries import FindingFilter
from vedette.server.scans import queries as scans
from vedette.server.targets import queries as targets
from vedette.server.tenancy.actor import Actor
from vedette.server.web.session import page

SHOWN = 8


@page
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The first hits of each kind, with the way to the rest."""
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[: free_text.MAX_TEXT]
    context: dict[str, object] = {"text": text}
    if text:
        sites = targets.listed(actor, criteria=targets.TargetFilter(search=text), order="name")
        runs = scans.with_parts(scans.filtered(scans.for_actor(actor), scans.ScanFilter(search=text)))
        context["targets"] = list(islice(sites[:SHOWN], SHOWN))
        context["scans"] = list(scans.ordered(runs, "-created")[:SHOWN])
        context["findings"] = findings.page(actor, FindingFilter(search=text), "-severity", 1, SHOWN)
    return render(request, "web/search/search.html", context)
