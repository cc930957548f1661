"""One finding: its proof, its cure, its history; and what people do to it or to several at once."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from vedette.server.definitions import queries as definitions
from vedette.server.findings import history, queries
from vedette.server.findings.models import Finding
from vedette.server.findings.queries import FindingFilter
from vedette.server.findings.services import triage
from vedette.server.kernel.errors import DomainError, NotFound
from vedette.server.kernel.ids import is_id
from vedette.server.scans.services import retesting
from vedette.server.tenancy.actor import Actor
from vedette.server.web import dialogs, exchange_shapes, finding_shapes, prose
from vedette.server.web.answers import texts_of
from vedette.server.web.finding_forms import FORMS, NoteForm
from vedette.server.web.session import page

TABS = ("evidence", "fix", "occurrences", "history", "identity", "notes")
MOST = 500
"""Findings that one dialog may change."""


@page
def finding(request: HttpRequest, actor: Actor, finding: str, tab: str = "evidence") -> HttpResponse:
    """The page of a finding, one of its tabs open."""
    if tab not in TABS:
        raise Http404
    row = queries.get(actor, finding)
    context = finding_shapes.whole(actor, row) | {"tab": tab, "tabs": TABS}
    if tab == "evidence" and "findings.evidence" in context["may"]:
        context["steps"] = exchange_shapes.steps(queries.steps(actor, row))
    elif tab == "fix":
        own = definitions.fix_for(row.check_id, row.technologies)
        general = context["definition"].fix
        context |= {"fix": prose.html(own), "all_fixes": prose.html(general) if general != own else ""}
        context["why"] = prose.html(context["definition"].desc)
    elif tab == "history":
        context["lines"] = finding_shapes.lines(history.timeline(row))
    elif tab == "notes":
        context |= {"form": NoteForm(actor=actor, findings=[row]), "notes": queries.logs(row, ("note",))}
    return render(request, f"web/finding/{tab}.html", context)


@page
def decide(request: HttpRequest, actor: Actor, word: str) -> HttpResponse:
    """A dialog that changes the findings named by `ids`, all of them or none."""
    if word not in FORMS:
        raise Http404
    rows = _named(request, actor)
    kind = FORMS[word]
    form = kind(request.POST if request.method == "POST" else None, actor=actor, findings=rows)
    return dialogs.serve(
        request,
        form,
        lambda: triage.bulk_change(actor=actor, findings=rows, **form.changes()),
        heading=kind.heading,
        button=kind.button,
        lede=kind.lede,
        done=kind.done if len(rows) == 1 else f"{len(rows)} findings: {kind.done}",
        extra={"rows": rows},
    )


@require_POST
@page
def retest(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Tests the findings named by `ids` again: one scan for each of their targets."""
    rows = _named(request, actor)
    what = "This finding is" if len(rows) == 1 else f"{len(rows)} findings are"
    done = f"{what} tested again as soon as a worker is free."
    return dialogs.told(request, lambda: retesting.retest(actor=actor, findings=rows), done)


@require_POST
@page
def replay(request: HttpRequest, actor: Actor, finding: str) -> HttpResponse:
    """Sends the requests of the proof again and shows how the answers compare."""
    row = queries.get(actor, finding)
    context: dict[str, object] = {"finding": row}
    try:
        events = retesting.replay(actor=actor, finding=row)
    except NotFound:
        raise
    except DomainError as error:
        context["refusal"] = " ".join(texts_of(error))
    else:
        if events is not None:
            context["replay"] = exchange_shapes.replay(queries.steps(actor, row), events)
    return render(request, "web/finding/replay.html", context)


@page
def response(request: HttpRequest, actor: Actor, finding: str, number: int) -> HttpResponse:
    """A step's whole answer as a file of plain text. No browser is ever given it as a document: even in a frame without
    rights it could imitate us."""
    steps = queries.steps(actor, queries.get(actor, finding))
    if not 0 < number <= len(steps):
        raise NotFound
    text = exchange_shapes.whole_response(steps[number - 1].exchange)
    answer = HttpResponse(text.encode("utf-8", "replace"), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="response-{finding}-{number}.txt"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "no-store"
    return answer


def _named(request: HttpRequest, actor: Actor) -> list[Finding]:
    """The findings of the `ids` given, in a fixed order. Raises NotFound unless all are there."""
    given = request.POST if request.method == "POST" else request.GET
    wanted = tuple(dict.fromkeys(given.getlist("ids")))
    if not 0 < len(wanted) <= MOST or not all(map(is_id, wanted)):
        raise NotFound
    found = queries.page(actor, FindingFilter(ids=wanted, include_tentative=True), "number", 1, MOST).rows
    if len(found) != len(wanted):
        raise NotFound
    return found
