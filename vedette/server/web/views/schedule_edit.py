"""The form of schedules, with a preview of what it comes to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from vedette.server.kernel import zones
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.schedules import queries
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import editing
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor
from vedette.server.web import actions
from vedette.server.web import schedule_shapes as shapes
from vedette.server.web.answers import sent, status_of, take
from vedette.server.web.rights import need
from vedette.server.web.schedule_forms import ScheduleForm
from vedette.server.web.session import page

OFFERED = 500
"""Targets that a new schedule offers; those named in the address are always among them."""


@page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Schedules scans of one target or of several."""
    need(actor, editing.PERMISSION)
    form = _form(actor, request, sent(request))
    if _is_stored(request, form):
        try:
            made = editing.add(actor, form.chosen, form.values())
        except Invalid as error:
            _take(form, error)
        else:
            messages.success(request, f"{len(made)} schedules added." if len(made) > 1 else "The schedule was added.")
            return redirect("web:schedules-page", made[0].public_id) if len(made) == 1 else redirect("web:schedules")
    return _show(request, actor, form)


@page
def change(request: HttpRequest, actor: Actor, schedule: str) -> HttpResponse:
    """Changes a schedule."""
    row = queries.get(actor, schedule)
    _own(actor, row)
    form = _form(actor, request, sent(request), row)
    if _is_stored(request, form):
        try:
            editing.change(actor, [row], form.values())
        except Invalid as error:
            _take(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("web:schedules-page", schedule)
    return _show(request, actor, form)


@require_POST
@page
def preview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The part of the page with the next runs of what was typed so far."""
    need(actor, editing.PERMISSION)
    named = request.GET.get("schedule", "")
    row = queries.get(actor, named) if named else None
    form = _form(actor, request, request.POST, row)
    return render(request, "web/schedules/preview.html", _preview(actor, form))


def _own(actor: Actor, row: Schedule) -> None:
    if not actions.may_start(actor, row.target):
        raise NotAllowed(data={"permission": editing.PERMISSION})


def _form(actor: Actor, request: HttpRequest, given: QueryDict | None, row: Schedule | None = None) -> ScheduleForm:
    if row is not None:
        return ScheduleForm(given, actor=actor, targets=[], initial=ScheduleForm.start(row), row=row)
    named = given.getlist("targets") if given is not None else request.GET.getlist("target")
    found = _offered(actor, named)
    return ScheduleForm(given, actor=actor, targets=found, initial=ScheduleForm.usual(actor, named))


def _offered(actor: Actor, named: list[str]) -> list[Target]:
    """The targets that can be chosen, those named first. Raises NotFound for one that is not there."""
    first = targets.require(actor, named)
    near = targets.for_actor(actor, editing.PERMISSION).exclude(pk__in=[one.pk for one in first])
    return [*first, *near.order_by("name", "url")[: max(0, OFFERED - len(first))]]


def _is_stored(request: HttpRequest, form: ScheduleForm) -> bool:
    """Whether the form is to be stored: not when it was sent only for its preview, as browsers without scripts do."""
    return form.is_bound and request.POST.get("do") != "preview" and form.is_valid()


def _take(form: ScheduleForm, error: Invalid) -> None:
    """Puts faults at the fields; those of the moment stand at the date."""
    fields = {("date" if name == "date_time" else name): texts for name, texts in error.fields.items()}
    take(form, Invalid(fields=fields))


def _preview(actor: Actor, form: ScheduleForm) -> dict[str, Any]:
    """The next runs, or what is still wrong. No target needs to be chosen yet."""
    if not form.is_bound:
        form = _filled(actor, form)
    wrong = [str(text) for name, texts in form.errors.items() if name != "targets" for text in texts]
    if wrong:
        return {"wrong": wrong}
    try:
        rule = queries.rule_of(editing.draft(actor, form.previewed()))
    except Invalid as error:
        return {"wrong": [text for texts in error.fields.values() for text in texts]}
    return {"preview": shapes.preview(actor, rule, form.chosen)}


def _filled(actor: Actor, form: ScheduleForm) -> ScheduleForm:
    """The same form as a browser would send it back untouched."""
    given = QueryDict(mutable=True)
    for name, value in form.initial.items():
        given.setlist(name, value if isinstance(value, list) else ["" if value is None else str(value)])
    known = list(form.known.values())
    return ScheduleForm(given, actor=actor, targets=known, initial=dict(form.initial), row=form.row)


def _show(request: HttpRequest, actor: Actor, form: ScheduleForm) -> HttpResponse:
    context = {"form": form, "row": form.row, "zones": sorted(zones.names()), **_preview(actor, form)}
    status = 200 if request.POST.get("do") == "preview" else status_of(form)
    return render(request, "web/schedules/edit.html", context, status=status)
