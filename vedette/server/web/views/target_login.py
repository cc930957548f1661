"""What belongs to a target's log-in and scope: sequences, log-out signs, reduced scopes, an API's description."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from vedette.server.kernel.errors import NotFound
from vedette.server.scans import logins
from vedette.server.targets import queries
from vedette.server.targets.models import LogoutDetector, ReducedScope, Sequence
from vedette.server.targets.services import blocks, descriptions, detectors, login_check, reduced_scopes, sequences
from vedette.server.tenancy.actor import Actor
from vedette.server.web import target_sections as sections
from vedette.server.web.answers import action, back
from vedette.server.web.login_forms import DescriptionForm, DetectorForm, ReducedScopeForm, SequenceForm
from vedette.server.web.session import page


@page
@action
def reduced_scope(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Adds an address to which scans may be narrowed."""
    found = queries.get(actor, target)
    form = ReducedScopeForm(request.POST)
    if not form.is_valid():
        raise sections.invalid(form)
    reduced_scopes.add(actor, found, url=form.cleaned_data["url"])
    messages.success(request, "Added.")
    return back(request)


@page
@action
def reduced_scope_change(request: HttpRequest, actor: Actor, target: str, row: str) -> HttpResponse:
    """Switches such an address on or off, or removes it."""
    found = queries.belonging(actor, ReducedScope, target, row)
    word = request.POST.get("do", "")
    if word == "remove":
        reduced_scopes.remove(actor, found)
    elif word in ("on", "off"):
        reduced_scopes.change(actor, found, enabled=word == "on")
    return back(request)


@page
@action
def detector(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Adds a sign that nobody is logged in any more."""
    found = queries.get(actor, target)
    form = DetectorForm(request.POST)
    if not form.is_valid():
        raise sections.invalid(form)
    detectors.add(actor, found, **form.cleaned_data)
    messages.success(request, "Added.")
    return back(request)


@page
@action
def detector_remove(request: HttpRequest, actor: Actor, target: str, row: str) -> HttpResponse:
    """Takes such a sign away."""
    detectors.remove(actor, queries.belonging(actor, LogoutDetector, target, row))
    messages.success(request, "Removed.")
    return back(request)


@page
@action
def sequence(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Adds a recorded sequence."""
    found = queries.get(actor, target)
    form = SequenceForm(request.POST, request.FILES)
    if not form.is_valid():
        raise sections.invalid(form)
    sequences.add(actor, found, **form.values())
    messages.success(request, "Added; what was typed is not shown again.")
    return back(request)


@page
@action
def sequence_change(request: HttpRequest, actor: Actor, target: str, row: str) -> HttpResponse:
    """Switches a sequence on or off, moves it up, or removes it."""
    found = queries.belonging(actor, Sequence, target, row)
    word = request.POST.get("do", "")
    if word == "remove":
        sequences.remove(actor, found)
    elif word in ("on", "off"):
        sequences.change(actor, found, enabled=word == "on")
    elif word == "up":
        sequences.change(actor, found, position=max(0, found.position - 1))
    return back(request)


@page
@action
def description(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Keeps the description of an API, or takes it away."""
    found = queries.get(actor, target)
    if request.POST.get("do") == "remove":
        descriptions.remove(actor, found)
        messages.success(request, "Removed.")
        return back(request)
    form = DescriptionForm(request.POST, request.FILES)
    if not form.is_valid():
        raise sections.invalid(form)
    file = form.cleaned_data["file"]
    descriptions.store(actor, found, name=file.name, content=file.read())
    messages.success(request, f"{file.name} is used by the next scan.")
    return back(request)


@page
@action
def login_try(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Has a worker log in; the page of the log-in shows what comes of it."""
    run = login_check.start(actor, queries.get(actor, target))
    return redirect(f"{reverse('web:targets-settings', args=(target, 'login'))}?run={run}")


@page
def login_result(request: HttpRequest, actor: Actor, target: str, run: str) -> HttpResponse:
    """What came of it so far, in the place of what was known before."""
    found = queries.get(actor, target)
    context = {"target": found, "run": run, "tried": login_check.result(actor, found, run)}
    return render(request, "web/target/login_result.html", context)


@page
def login_picture(request: HttpRequest, actor: Actor, target: str, run: str, number: int) -> HttpResponse:
    """What a person would have seen at a step, counted from 1."""
    steps = login_check.result(actor, queries.get(actor, target), run).steps
    picture = steps[number - 1].picture if 0 < number <= len(steps) else b""
    if not login_check.is_picture(picture):
        raise NotFound
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return HttpResponse(picture, content_type="image/png", headers=headers)


@page
def film(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """The film of the last log-in that a scan recorded."""
    webm = logins.film(actor, queries.get(actor, target))
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return HttpResponse(webm, content_type="video/webm", headers=headers)


@page
@action
def forget(request: HttpRequest, actor: Actor, target: str, block: str) -> HttpResponse:
    """Wipes a block of settings with its secrets."""
    found = queries.get(actor, target)
    if block not in sections.BLOCK_NAMES:
        raise NotFound
    blocks.wipe(actor, found, block)
    messages.success(request, "Forgotten.")
    return back(request)
