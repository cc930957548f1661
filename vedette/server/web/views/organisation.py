"""Settings of the organisation: its rules, labels, scan profiles, and how the instance is doing."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.agents import queries as agents
from vedette.server.audit import queries as audit
from vedette.server.kernel import backlog, storage
from vedette.server.kernel.errors import DomainError, NotAllowed
from vedette.server.scans import filters as scan_filters
from vedette.server.scans.services import profiles
from vedette.server.tenancy import filters, queries, rules
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import account, labels
from vedette.server.tenancy.services.keys import is_operator
from vedette.server.web import dialogs
from vedette.server.web.answers import action, status_of, take
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_forms import LabelForm, OrganisationForm, ScanProfileForm
from vedette.server.web.settings_shapes import show


@page
def settings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Name, rules and the state of the emergency stop."""
    need(actor, "organisation.view")
    form = OrganisationForm(request.POST or None, initial=OrganisationForm.start(actor))
    if form.is_bound and form.is_valid():
        try:
            account.change_settings(actor=actor, **form.cleaned_data)
        except DomainError as error:
            take(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("web:settings")
    return show(
        request, actor, "web/settings/organisation.html", "organisation", {"form": form}, status=status_of(form)
    )


# Labels


@page
def label_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Labels of targets, findings and people."""
    need(actor, "labels.change")
    kinds = [(kind, filters.labels(actor, kind, ordering="name")) for kind in rules.LABEL_KINDS]
    return show(request, actor, "web/settings/labels.html", "labels", {"kinds": kinds})


@page
def label_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A dialog that makes a label."""
    form = LabelForm(request.POST or None, initial={"kind": request.GET.get("kind", "finding")})
    return dialogs.serve(
        request,
        form,
        lambda: labels.create(actor=actor, **form.cleaned_data),
        heading="New label",
        button="Create",
        done="Label created.",
    )


@page
def label_change(request: HttpRequest, actor: Actor, kind: str, label: str) -> HttpResponse:
    """A dialog that changes a label wherever it is used."""
    found = queries.get_label(actor, kind, label)
    start = {"name": found.name, "color": found.color}
    form = LabelForm(request.POST or None, initial=start, current=found.color, kind=False)
    return dialogs.serve(
        request,
        form,
        lambda: labels.change(actor=actor, label=found, **form.cleaned_data),
        heading="Change label",
        button="Save",
        done="Label changed.",
    )


@page
@action
def label_delete(request: HttpRequest, actor: Actor, kind: str, label: str) -> HttpResponse:
    """Takes a label off everything and deletes it."""
    labels.delete(actor=actor, label=queries.get_label(actor, kind, label))
    messages.success(request, "Label deleted.")
    return redirect("web:settings-labels")


# Scan profiles


@page
def profile_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Built-in profiles and one's own."""
    need(actor, "profiles.view")
    archived = request.GET.get("archived") == "1"
    wanted = scan_filters.ProfileFilter(archived=None if archived else False)
    rows = [(row, len(scan_filters.looks_for(row))) for row in scan_filters.profiles(actor, wanted)]
    return show(request, actor, "web/settings/profiles.html", "profiles", {"rows": rows, "archived": archived})


@page
def profile(request: HttpRequest, actor: Actor, key: str = "") -> HttpResponse:
    """A profile with what it looks for; a form for one's own and for a new one."""
    need(actor, "profiles.view")
    found = scan_filters.profile(actor, key) if key else None
    form = ScanProfileForm(request.POST or None, initial=ScanProfileForm.start(found) if found else {"base": "normal"})
    if form.is_bound and form.is_valid():
        try:
            if found:
                profiles.change(actor=actor, profile=found, **form.values())
            else:
                profiles.create(actor=actor, **form.values())
        except DomainError as error:
            take(form, error)
        else:
            messages.success(request, "Saved. Scans that run keep what they were started with.")
            return redirect("web:settings-profiles")
    context = {"form": form, "profile": found, "checks": scan_filters.looks_for(found) if found else ()}
    return show(request, actor, "web/settings/profile.html", "profiles", context, status=status_of(form))


@page
@action
def profile_archive(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Puts a profile away, or takes it out again."""
    away = request.POST.get("do") != "restore"
    profiles.change(actor=actor, profile=scan_filters.profile(actor, key), archived=away)
    messages.success(request, "Archived." if away else "Restored.")
    return redirect("web:settings-profiles")


# The instance


@page
def health(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Workers, queues and the database: of all organisations, so for operators alone."""
    if not is_operator(actor):
        raise NotAllowed()
    context = {
        "workers": agents.workers(),
        "depth": sorted(agents.depth().items()),
        "claimed": agents.claimed(),
        "jobs": backlog.counts(),
        "oldest_due_s": backlog.oldest_due_s(),
        "database_bytes": storage.database_bytes(),
        "vendor": connection.display_name,
        "data_dir": django_settings.VEDETTE.data_dir,
        "unsealed": audit.unsealed(),
    }
    return show(request, actor, "web/settings/health.html", "health", context)
