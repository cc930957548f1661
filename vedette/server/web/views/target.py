"""The page of a target: summary, scans, coverage. Its settings have views of their own."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vedette.server.findings import queries as findings
from vedette.server.scans import coverage as coverages
from vedette.server.scans import queries as scan_queries
from vedette.server.targets import queries
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor
from vedette.server.web import actions, coverage_shapes, scan_filters, scan_shapes, schedule_shapes, target_shapes
from vedette.server.web.session import page

SHORT = 5
LENGTH = 50


def head(actor: Actor, target: Target, tab: str) -> dict[str, Any]:
    """What every tab shows above its content."""
    wanted = findings.FindingFilter(targets=(target.public_id,), states=("notfixed",))
    counts = {severity: count for (severity, _), count in findings.counts(actor, wanted).items()}
    row = target_shapes.rows(actor, [target])[0]
    return {"target": target, "row": row, "tab": tab, "counts": counts, "open": sum(counts.values())}


@page
def summary(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """How the target stands: charts, worst findings, last scans, technologies."""
    found = queries.get(actor, target)
    wanted = findings.FindingFilter(targets=(found.public_id,), states=("notfixed",))
    latest = scan_queries.with_parts(scan_filters.rows(actor, scan_filters.Chosen(target=found.public_id)))
    context = {
        **head(actor, found, "summary"),
        "scans": scan_shapes.rows(actor, latest[:SHORT]),
        "schedules": schedule_shapes.of_target(actor, found),
        "may_schedule": actions.may_start(actor, found),
        "worst": findings.page(actor, wanted, "-severity", 1, SHORT).rows if actor.anywhere("findings.view") else [],
    }
    return render(request, "web/target/summary.html", context)


@page
def scans(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """All scans of the target."""
    found = queries.get(actor, target)
    rows = scan_queries.with_parts(scan_filters.rows(actor, scan_filters.Chosen(target=found.public_id)))
    shown = Paginator(rows, LENGTH).get_page(request.GET.get("page"))
    context = {**head(actor, found, "scans"), "page": shown, "rows": scan_shapes.rows(actor, shown)}
    return render(request, "web/target/scans.html", context)


@page
def coverage(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """What the last scan reached and tested."""
    found = queries.get(actor, target)
    context = head(actor, found, "coverage")
    if found.last_scan is not None:
        scan = scan_queries.get(actor, found.last_scan.public_id)
        context |= {"scan": scan, **coverage_shapes.tree(scan, request.GET), "totals": coverages.totals(scan)}
    return render(request, "web/target/coverage.html", context)
