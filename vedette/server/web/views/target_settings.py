"""The settings of a target, one section at a time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from vedette.server.kernel.errors import NotFound
from vedette.server.targets import ownership, queries
from vedette.server.targets.services import extra_hosts, targets
from vedette.server.tenancy.actor import Actor
from vedette.server.web import target_sections as sections
from vedette.server.web.answers import action, back, sent, status_of, take
from vedette.server.web.session import page
from vedette.server.web.target_forms import ExtraHostForm, ItemForm
from vedette.server.web.views.target import head


@page
def settings(request: HttpRequest, actor: Actor, target: str, section: str = "general") -> HttpResponse:
    """A section with its form; a POST stores it."""
    found = queries.get(actor, target)
    if section not in sections.NAMES:
        raise NotFound
    form = sections.form(actor, found, section, sent(request))
    if form is not None and form.is_bound and form.is_valid():
        try:
            targets.change(actor, found, **sections.values(found, section, form))
        except sections.FAULTS as error:
            take(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("web:targets-settings", target, section)
    context = head(actor, found, "settings") | sections.context(actor, found, section, request.GET)
    context |= {"form": form, "status": 200}
    return render(request, f"web/target/{section}.html", context, status=status_of(form) if form else 200)


@page
def verify(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Looks for the proof of ownership now, and shows what came of it in the place of the instructions."""
    found = queries.get(actor, target)
    if request.method != "POST" or found.domain is None:
        raise NotFound
    method = request.POST.get("method", "")
    domain = ownership.start_check(actor, found.domain, method)
    found = queries.get(actor, target)
    if request.headers.get("HX-Request") != "true":
        return back(request)
    answer = render(request, "web/target/ownership_part.html", sections.ownership_context(found, tried=method))
    if domain.verified and not domain.last_error:
        answer["HX-Refresh"] = "true"  # more of the page depends on it than this part
    return answer


@page
@action
def item(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Adds a header or cookie, or puts another value in the place of one of the same name."""
    found = queries.get(actor, target)
    form = ItemForm(request.POST)
    if not form.is_valid():
        raise sections.invalid(form)
    targets.change(actor, found, **sections.with_item(found, form.cleaned_data))
    messages.success(request, "Saved; its value is not shown again." if form.cleaned_data["sensitive"] else "Saved.")
    return back(request)


@page
@action
def item_remove(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Takes a header or cookie away."""
    found = queries.get(actor, target)
    targets.change(
        actor, found, **sections.without_item(found, request.POST.get("kind", ""), request.POST.get("name", ""))
    )
    messages.success(request, "Removed.")
    return back(request)


@page
@action
def host(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Adds an extra host."""
    found = queries.get(actor, target)
    form = ExtraHostForm(request.POST)
    if not form.is_valid():
        raise sections.invalid(form)
    extra_hosts.add(actor, found, host=form.cleaned_data["host"], name=form.cleaned_data["name"])
    messages.success(request, "Added. It is scanned too once somebody has shown that it is yours.")
    return back(request)


@page
@action
def host_change(request: HttpRequest, actor: Actor, target: str, host: str) -> HttpResponse:
    """Switches an extra host on or off, looks for the proof of its ownership, or removes it."""
    found = queries.get_extra_host(actor, host)
    if found.target.public_id != target:
        raise NotFound
    word = request.POST.get("do", "")
    if word == "remove":
        extra_hosts.remove(actor, found)
    elif word in ("include", "leave"):
        extra_hosts.change(actor, found, include=word == "include")
    elif word == "verify" and found.domain is not None:
        sections.tell(request, ownership.start_check(actor, found.domain, request.POST.get("method", "")))
    return back(request)


@page
@action
def delete(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Deletes the target."""
    found = queries.get(actor, target)
    targets.delete(actor, found)
    messages.success(request, f"{found} was deleted.")
    return redirect("web:targets")
