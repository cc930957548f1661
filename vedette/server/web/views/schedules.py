"""When scans start by themselves: the calendar, the list, one schedule, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from vedette.server.kernel.errors import DomainError, NotAllowed, NotFound
from vedette.server.schedules import queries
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import editing
from vedette.server.tenancy.actor import Actor
from vedette.server.web import blackout_shapes, calendar_shapes
from vedette.server.web import schedule_filters as filters
from vedette.server.web import schedule_shapes as shapes
from vedette.server.web.answers import back, texts_of
from vedette.server.web.rights import need
from vedette.server.web.session import page

LENGTH = 50
WORDS = {"on": "switched on", "off": "paused", "remove": "deleted"}


@page
def calendar(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A month: what ran, what is to run, and the hours in which nothing is scanned."""
    need(actor, "scans.view")
    chosen = filters.read(request.GET)
    rows = filters.rows(actor, chosen)
    month = calendar_shapes.month(actor, rows, chosen)
    context = {
        "month": month,
        "sentences": [blackout_shapes.sentence(row) for row in month.periods],
        "chosen": chosen,
        "choices": filters.choices(actor, chosen),
        "any": chosen.any or queries.for_actor(actor).exists(),
        "tab": "calendar",
    }
    return render(request, "web/schedules/calendar.html", context)


@page
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The schedules, the next run first."""
    need(actor, "scans.view")
    chosen = filters.read(request.GET)
    found = queries.with_target(queries.ordered(filters.rows(actor, chosen), "date_time"))
    shown = Paginator(found.prefetch_related("target__teams"), LENGTH).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": shapes.rows(actor, shown),
        "chosen": chosen,
        "choices": filters.choices(actor, chosen),
        "any": chosen.any or shown.paginator.count,
        "tab": "list",
    }
    return render(request, "web/schedules/list.html", context)


@page
def schedule(request: HttpRequest, actor: Actor, schedule: str) -> HttpResponse:
    """What a schedule will do, and what became of its runs."""
    found = queries.get(actor, schedule)
    context = {
        "row": shapes.rows(actor, [found])[0],
        "preview": shapes.preview(actor, queries.rule_of(found), [found.target]) if found.next_at else None,
        "page": Paginator(queries.occurrences(found), LENGTH).get_page(request.GET.get("page")),
        "periods": blackout_shapes.sentences(found.target),
    }
    return render(request, "web/schedules/schedule.html", context)


@require_POST
@page
def bulk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One thing done to all chosen schedules, or to none."""
    word = request.POST.get("do", "")
    found = queries.require(actor, request.POST.getlist("ids"))
    if word not in WORDS:
        raise NotFound
    work = _remove(actor, found) if word == "remove" else _switch(actor, found, on=word == "on")
    done = f"{len(found)} {'schedule' if len(found) == 1 else 'schedules'} {WORDS[word]}."
    return _told(request, work, done, reverse("web:schedules-list"))


@require_POST
@page
def switch(request: HttpRequest, actor: Actor, schedule: str, word: str) -> HttpResponse:
    """Switches a schedule on, from its next run, or off."""
    found = queries.get(actor, schedule)
    if word not in ("on", "off"):
        raise NotFound
    work = _switch(actor, [found], on=word == "on")
    return _told(request, work, f"The schedule was {WORDS[word]}.", reverse("web:schedules-page", args=[schedule]))


@require_POST
@page
def remove(request: HttpRequest, actor: Actor, schedule: str) -> HttpResponse:
    """Deletes a schedule; scans that it started stay."""
    editing.remove(actor, [queries.get(actor, schedule)])
    messages.success(request, "The schedule was deleted.")
    return redirect("web:schedules-list")


def _switch(actor: Actor, found: list[Schedule], *, on: bool) -> Callable[[], object]:
    return lambda: editing.switch(actor, found, on=on)


def _remove(actor: Actor, found: list[Schedule]) -> Callable[[], object]:
    return lambda: editing.remove(actor, found)


def _told(request: HttpRequest, work: Callable[[], object], done: str, default: str) -> HttpResponse:
    """Does the work; what stands in its way is told on the page one came from, unless one may not do it at all."""
    try:
        work()
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        messages.error(request, " ".join(texts_of(error)))
    else:
        messages.success(request, done)
    return back(request, default)
