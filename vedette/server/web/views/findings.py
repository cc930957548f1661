"""The list of findings: narrowed and ordered as its address says, looked into at the side, changed by the dozen."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render

from vedette.server.findings import exports, queries
from vedette.server.findings.models import Finding
from vedette.server.tenancy.actor import Actor
from vedette.server.web import finding_query, finding_shapes, rights, tables
from vedette.server.web.session import page

COLUMNS = (
    "id", "number", "severity", "title", "state", "proof", "target", "method", "url", "parameter", "check", "cwe",
    "cvss", "assignee", "labels", "first seen", "last found", "accepted until", "reason",
)  # fmt: skip


@page
def findings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The table with its filters; without any, the open findings."""
    rights.need(actor, "findings.view")
    asked = finding_query.read(actor, request.GET or QueryDict(finding_query.OPEN))
    found = queries.page(actor, asked.filter, asked.sort, asked.page, finding_query.LENGTH)
    if not found.rows and asked.page > 1:
        found = queries.page(actor, asked.filter, asked.sort, found.pages, finding_query.LENGTH)
    words = finding_query.choices(actor, asked)
    context = {
        "asked": asked,
        "rows": found.rows,
        "total": found.total,
        "page": Paginator(range(found.total), found.length).get_page(found.page),
        "menus": finding_query.menus(asked, words),
        "chips": finding_query.chips(asked, words),
        "views": finding_shapes.views(actor, asked),
    }
    # Links of the page are built from its address: let them be as short as the one that the browser is to show.
    request.GET = QueryDict(asked.address)
    answer = render(request, "web/findings/findings.html", context)
    answer["HX-Push-Url"] = f"{request.path}?{asked.address}"
    return answer


@page
def peek(request: HttpRequest, actor: Actor, finding: str) -> HttpResponse:
    """What stands in the side panel."""
    row = queries.get(actor, finding)
    context = finding_shapes.whole(actor, row)
    if "findings.evidence" in context["may"]:
        context["decisive"] = finding_shapes.decisive(actor, row)
    return render(request, "web/findings/peek.html", context)


@page
def export(request: HttpRequest, actor: Actor) -> StreamingHttpResponse:
    """Exactly the rows of the address, all pages of them, as a table."""
    asked = finding_query.read(actor, request.GET or QueryDict(finding_query.OPEN))
    return tables.download("findings", COLUMNS, _lines(actor, asked))


def _lines(actor: Actor, asked: finding_query.Asked) -> Iterator[tuple[object, ...]]:
    for row in exports.whole(actor, asked.filter, asked.sort):
        yield _line(row)


def _line(row: Finding) -> tuple[object, ...]:
    return (
        row.public_id,
        row.number,
        finding_shapes.severity_word(row.severity),
        row.title,
        row.state,
        row.proof,
        str(row.target),
        row.method,
        row.url,
        row.parameter,
        row.check_id,
        " ".join(str(number) for number in row.cwe),
        row.cvss_score or "",
        row.assignee or "",
        ", ".join(label.name for label in row.labels.all()),
        row.first_seen_at.isoformat(),
        row.last_found_at.isoformat(),
        row.expiration_date or "",
        row.change_reason,
    )
