"""Adding a target step by step: address, ownership, authorisation, first scan."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from vedette.server.kernel.errors import Invalid
from vedette.server.scans.services import lifecycle
from vedette.server.targets import queries
from vedette.server.targets.services import targets
from vedette.server.targets.services.targets import CreateChecks
from vedette.server.tenancy.actor import Actor
from vedette.server.web import target_sections, wizard
from vedette.server.web.answers import action, go, sent, status_of, take
from vedette.server.web.session import page
from vedette.server.web.target_forms import AddressForm, AuthoriseForm, ScanForm, target_profiles

UNAUTHORISED = "Confirm the authorisation first, or choose a profile that sends no payload."


@page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The address: it is asked once before the target is made, and what stands in its way is told."""
    if not actor.anywhere("targets.create"):
        actor.require("targets.create")
    form = AddressForm(sent(request))
    blocked = ""
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        skip = given["anyway"]
        checks = CreateChecks(duplicate_check=not skip, skip_reachability_check=skip, skip_redirect_check=skip)
        try:
            kind = given["kind"] or "single"
            made = targets.create(actor, url=given["url"], name=given["name"], kind=kind, checks=checks)
            if made.kind == "api":
                return go(request, "web:targets-settings", made.public_id, "api")
            return go(request, "web:targets-begin", made.public_id)
        except Invalid as error:
            blocked = error.code if error.code in wizard.MAY_BE_SKIPPED else ""
            take(form, error)
    template = "web/targets/new_form.html" if request.headers.get("HX-Request") else "web/targets/new.html"
    context = {"form": form, "blocked": blocked, "stages": wizard.stages(None)}
    return render(request, template, context, status=status_of(form))


@page
def begin(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """The steps after the address, on one page; each is open as soon as the one before is done or passed over."""
    found = queries.get(actor, target, "targets.change")
    profiles = target_profiles(actor, found)
    form = ScanForm(sent(request), initial=wizard.start(found), profiles=profiles)
    choices = wizard.profiles(found, profiles, first=True)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            if wizard.UNAUTHORISED in [one.why for one in choices if one.profile.key == given["profile"]]:
                raise Invalid(fields={"profile": [UNAUTHORISED]})
            changed = targets.change(actor, found, profile=given["profile"], max_rate=given["max_rate"])
            return go(request, "web:scans-page", lifecycle.start(actor=actor, target=changed).public_id)
        except wizard.FAULTS as error:
            take(form, error)
    context = {
        **target_sections.ownership_context(found),
        "form": form,
        "authorise": AuthoriseForm(),
        "profiles": choices,
        "may_start": any(not one.why for one in choices),
        "stages": wizard.stages(found),
    }
    return render(request, "web/targets/begin.html", context, status=status_of(form))


@page
@action
def authorise(request: HttpRequest, actor: Actor, target: str) -> HttpResponse:
    """Keeps who said when that they may have the site tested, or takes it back."""
    targets.change(actor, queries.get(actor, target), authorized=request.POST.get("authorized") == "on")
    messages.success(request, "Noted.")
    return redirect("web:targets-begin", target)
