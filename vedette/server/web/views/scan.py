"""The page of a scan: live while it runs, its result afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render

from vedette.server.findings import queries as findings
from vedette.server.kernel.errors import NotFound
from vedette.server.scans import coverage as coverages
from vedette.server.scans import logins, queries, rules, watching
from vedette.server.scans.models import Scan
from vedette.server.scans.services import lifecycle
from vedette.server.tenancy.actor import Actor
from vedette.server.web import actions, blackout_shapes, coverage_shapes, tables
from vedette.server.web import scan_shapes as shapes
from vedette.server.web.answers import action, back
from vedette.server.web.labels import VERDICTS, label_of
from vedette.server.web.session import page
from vedette.server.web.views.scans import OVER

WORDS = {"pause": lifecycle.pause, "resume": lifecycle.resume, "cancel": lifecycle.cancel}


def _head(actor: Actor, scan: Scan, tab: str) -> dict[str, Any]:
    return {
        "scan": scan,
        "tab": tab,
        "over": scan.status in rules.FINAL,
        "elapsed": shapes.elapsed_s(scan),
        "actions": actions.of_scan(actor, scan),
        "may_start": actions.may_start(actor, scan.target),
        "stages": shapes.stages(scan),
        "live": shapes.live(scan),
        "etag": shapes.etag(scan),
        "wait": blackout_shapes.wait(scan),
        "counts": shapes.severity_counts(scan),
        "profile_name": scan.profile_options.get("name") or scan.profile,
    }


@page
def result(request: HttpRequest, actor: Actor, scan: str) -> HttpResponse:
    """What a scan does, or what came of it."""
    found = queries.get(actor, scan)
    context = {**_head(actor, found, "result"), "remarks": watching.remarks(found)}
    context |= {"story": logins.story(actor, found), "film": found.filmed and logins.may_see(actor, found)}
    if found.status not in rules.FINAL:
        return render(request, "web/scan/live.html", {**context, "arrived": watching.arrived(actor, found)})
    worst, total = watching.worst(actor, found)
    context |= {
        "worst": worst,
        "total": total,
        "mark_new": total > found.new_count,
        "counts": findings.seen_in(found.pk),
        "verdict": label_of(VERDICTS, found.verdict, "No verdict"),
        "phases": [(shapes.PHASE_NAMES.get(one.name, one.name), one) for one in watching.phases(found)],
        "totals": coverages.totals(found),
    }
    return render(request, "web/scan/result.html", context)


@page
def live(request: HttpRequest, actor: Actor, scan: str) -> HttpResponse:
    """The part of a live page that changes: 204 when nothing did since `seen`, 304 by its ETag, 286 when it is over."""
    found = queries.get(actor, scan)
    etag = shapes.etag(found)
    if found.status in rules.FINAL:
        return HttpResponse(status=OVER, headers={"HX-Refresh": "true"})
    if request.GET.get("seen") == etag:
        return HttpResponse(status=204)
    if request.headers.get("If-None-Match") == f'"{etag}"':
        return HttpResponse(status=304, headers={"ETag": f'"{etag}"'})
    context = {**_head(actor, found, "result"), "remarks": watching.remarks(found)}
    context |= {"arrived": watching.arrived(actor, found), "story": logins.story(actor, found)}
    context["film"] = found.filmed and logins.may_see(actor, found)
    answer = render(request, "web/scan/live_part.html", context)
    answer["ETag"], answer["Cache-Control"] = f'"{etag}"', "private, no-cache"
    return answer


@page
def coverage(request: HttpRequest, actor: Actor, scan: str) -> HttpResponse:
    """The tree of what was reached and tested."""
    found = queries.get(actor, scan)
    tree = coverage_shapes.tree(found, request.GET)
    context = {**_head(actor, found, "coverage"), **tree, "totals": coverages.totals(found)}
    return render(request, "web/scan/coverage.html", context)


@page
def coverage_file(request: HttpRequest, actor: Actor, scan: str, form: str) -> StreamingHttpResponse:
    """All of it as CSV or JSON."""
    found = queries.get(actor, scan)
    name = f"vedette-coverage-{found.public_id}"
    if form == "csv":
        return tables.download(name, coverage_shapes.HEAD, coverage_shapes.table(found))
    if form != "json":
        raise NotFound
    answer = StreamingHttpResponse(coverage_shapes.document(found), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@page
def checks(request: HttpRequest, actor: Actor, scan: str) -> HttpResponse:
    """The checks that the scan ran, with what became of them."""
    found = queries.get(actor, scan)
    rows = [(one, coverage_shapes.told(one.counts)) for one in coverages.checks(found)]
    return render(request, "web/scan/checks.html", {**_head(actor, found, "checks"), "rows": rows})


@page
def settings(request: HttpRequest, actor: Actor, scan: str) -> HttpResponse:
    """The settings as they were when the scan began."""
    found = queries.get(actor, scan)
    return render(
        request, "web/scan/settings.html", {**_head(actor, found, "settings"), "groups": shapes.frozen(found)}
    )


@page
def picture(request: HttpRequest, actor: Actor, scan: str, number: int) -> HttpResponse:
    """What somebody would have seen at a step of the log-in."""
    png = logins.picture(actor, queries.get(actor, scan), number)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
    return HttpResponse(png, content_type="image/png", headers=headers)


@page
def film(request: HttpRequest, actor: Actor, scan: str) -> HttpResponse:
    """What somebody would have seen of the log-in, as a film."""
    found = queries.get(actor, scan)
    webm = logins.film(actor, found.target, found.public_id)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
    return HttpResponse(webm, content_type="video/webm", headers=headers)


@page
@action
def control(request: HttpRequest, actor: Actor, scan: str, word: str) -> HttpResponse:
    """Pauses, resumes or stops a scan."""
    if word not in WORDS:
        raise NotFound
    WORDS[word](actor=actor, scan=queries.get(actor, scan))
    return back(request)


@page
@action
def again(request: HttpRequest, actor: Actor, scan: str) -> HttpResponse:
    """Starts another scan of the same target with the same profile."""
    found = queries.get(actor, scan)
    started = lifecycle.start(actor=actor, target=found.target, profile=found.profile)
    messages.success(request, "The scan waits for a free slot.")
    return redirect("web:scans-page", started.public_id)
