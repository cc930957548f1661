"""The blackout period of the organisation, among its settings. That of a target is a section of the target's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.kernel import zones
from vedette.server.kernel.errors import Invalid
from vedette.server.schedules import queries
from vedette.server.targets.services import blackouts
from vedette.server.tenancy.actor import Actor
from vedette.server.web import blackout_shapes
from vedette.server.web.answers import sent, status_of, take
from vedette.server.web.blackout_forms import BlackoutForm
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_shapes import show


@page
def organisation(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The period with what it means; a POST stores it or takes it away."""
    need(actor, "organisation.view")
    row = blackouts.of_organisation(actor.organisation)
    form = BlackoutForm(sent(request), row=row, zone=queries.reader_zone(actor))
    if form.is_bound:
        need(actor, "organisation.change")
        if form.is_valid():
            try:
                blackouts.change_organisation(actor=actor, given=form.period())
            except Invalid as error:
                take(form, error)
            else:
                messages.success(request, "Saved.")
                return redirect("web:settings-blackout")
    context = {
        "form": form,
        "period": row,
        "sentence": blackout_shapes.sentence(row),
        "zones": sorted(zones.names()),
        "may": actor.everywhere("organisation.change"),
    }
    return show(request, actor, "web/settings/blackout.html", "blackout", context, status=status_of(form))
