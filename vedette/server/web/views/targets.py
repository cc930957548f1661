"""The list of targets, and what is done from its rows."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from vedette.server.kernel.errors import DomainError
from vedette.server.scans.services import lifecycle
from vedette.server.schedules import queries as schedules
from vedette.server.targets import queries
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.web import several, target_shapes, wizard
from vedette.server.web import target_filters as filters
from vedette.server.web.answers import action, back, go, sent, status_of, take
from vedette.server.web.session import page
from vedette.server.web.target_forms import ProfileForm, target_profiles

LENGTH = 50


@page
def targets(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The table, narrowed and ordered as the address says."""
    chosen = filters.read(request.GET)
    found = queries.for_page(filters.rows(actor, chosen)).prefetch_related(schedules.coming_of_targets())
    shown = Paginator(found, LENGTH).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": target_shapes.rows(actor, list(shown)),
        "chosen": chosen,
        "choices": filters.choices(actor),
        "labels": tenancy.labels_for_actor(actor, "target"),
    }
    return render(request, "web/targets/targets.html", context)


@page
@action
def bulk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One thing done to all chosen targets."""
    chosen = queries.require(actor, request.POST.getlist("ids"))
    word = request.POST.get("do", "")
    if word == "scan":
        several.start_scans(actor, chosen).tell(request, one="scan asked for", many="scans asked for")
    elif word == "label":
        name = request.POST.get("label", "")
        several.add_label(actor, chosen, name).tell(request, one="target labelled", many="targets labelled")
    elif word == "schedule":
        query = QueryDict(mutable=True)
        query.setlist("target", [one.public_id for one in chosen])
        return redirect(f"{reverse('web:schedules-new')}?{query.urlencode()}")
    elif word == "delete":
        several.delete_targets(actor, chosen).tell(request, one="target deleted", many="targets deleted")
    return back(request)


@page
@action
def scan(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Starts a scan with the target's own profile."""
    started = lifecycle.start(actor=actor, target=queries.get(actor, target))
    messages.success(request, "The scan waits for a free slot.")
    return redirect("web:scans-page", started.public_id)


@page
def scan_with(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """A dialog that starts a scan with another profile."""
    found = queries.get(actor, target)
    profiles = target_profiles(actor, found)
    form = ProfileForm(sent(request), initial={"profile": found.profile}, profiles=profiles)
    if form.is_bound and form.is_valid():
        try:
            started = lifecycle.start(actor=actor, target=found, profile=form.cleaned_data["profile"])
        except DomainError as error:
            take(form, error)
        else:
            return go(request, "web:scans-page", started.public_id)
    context = {"target": found, "form": form, "profiles": wizard.profiles(found, profiles)}
    return render(request, "web/targets/scan_with.html", context, status=status_of(form))
