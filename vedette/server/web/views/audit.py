"""The audit log: who did what, with what stood there before, and whether anybody changed the log itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from vedette.server.audit import filters, queries, rules
from vedette.server.audit.filters import LogFilter
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.web import settings_shapes, tables
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_shapes import show

LENGTH = 50
COLUMNS = (
    "number", "time", "kind", "what", "actor", "actor kind", "address", "object kind", "object", "object id",
    "target", "details", "digest",
)  # fmt: skip


class LogForm(forms.Form):
    """What to look for; faults leave a field out."""

    q = forms.CharField(required=False, max_length=200)
    who = forms.CharField(required=False, max_length=12)
    start = forms.DateField(required=False)
    end = forms.DateField(required=False)


@page
def log(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The log, newest first."""
    wanted = _read(request)
    found = Paginator(filters.entries(actor, wanted), LENGTH).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "facts": settings_shapes.facts(found),
        "people": [one.user for one in tenancy.members_for_actor(actor)],
        "keys": tenancy.keys_for_actor(actor),
        "kinds": rules.KINDS,
    }
    return show(request, actor, "web/settings/audit.html", "audit", context)


@page
def export(request: HttpRequest, actor: Actor) -> StreamingHttpResponse:
    """Every line that the address means, as a table."""
    wanted = _read(request)
    filters.entries(actor, wanted)  # says at once who may not, before the answer begins
    return tables.download("audit-log", COLUMNS, _lines(actor, wanted))


@require_POST
@page
def verify(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Follows the chain of the organisation's log from its first line to its sealed end."""
    need(actor, "audit.view")
    head = queries.head_of(actor.organisation.pk)
    context = {"faults": queries.verify(actor.organisation), "head": head}
    return render(request, "web/settings/verified.html", context)


def _read(request: HttpRequest) -> LogFilter:
    form = LogForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    start, end, who = given.get("start"), given.get("end"), given.get("who")
    return LogFilter(
        search=given.get("q") or "",
        users=(who,) if who else (),
        start=datetime.combine(start, time.min, UTC) if start else None,
        end=datetime.combine(end, time.max, UTC) if end else None,
    )


def _lines(actor: Actor, wanted: LogFilter) -> Iterator[tuple[object, ...]]:
    for one in filters.whole(actor, wanted):
        yield (
            one.seq,
            one.at.isoformat(),
            one.kind,
            rules.sentence(one.kind, actor=one.actor_name, object_name=one.object_name),
            one.actor_name,
            one.actor_kind,
            one.address,
            one.object_kind,
            one.object_name,
            one.object_id,
            one.target_id,
            json.dumps({name: part for name, part in one.payload.items() if name != "salt"}, ensure_ascii=False),
            one.digest,
        )
