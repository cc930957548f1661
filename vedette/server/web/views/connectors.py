"""Connectors: accounts at services whose zones show who owns a name."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.kernel.errors import DomainError, NotFound
from vedette.server.targets.services import connectors
from vedette.server.tenancy.actor import Actor
from vedette.server.web.answers import action, sent, take
from vedette.server.web.connector_forms import ConnectorForm
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_shapes import show

AWS_POLICY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": '
    '["route53:ListHostedZones", "route53:GetHostedZone", "route53:ListResourceRecordSets"]}]}'
)
"""What a user of AWS needs to be allowed, as AWS takes it. Without the last, records cannot be listed."""


@page
def listed(request: HttpRequest, actor: Actor, kind: str = "") -> HttpResponse:
    """All of them, each with its state and form; a POST stores one."""
    need(actor, "organisation.view")
    if kind and (kind not in connectors.KINDS or request.method != "POST"):
        raise NotFound
    shown = []
    for name, service in connectors.KINDS.items():
        row = connectors.find(actor, name)
        form = ConnectorForm(name, row, sent(request) if name == kind else None)
        if form.is_bound and form.is_valid():
            try:
                connectors.save(actor, name, whole=True, **form.cleaned_data)
            except DomainError as error:
                take(form, error)
            else:
                messages.success(request, f"{service.label} is being asked for its zones.")
                return redirect("web:settings-connectors")
        shown.append({"kind": name, "label": service.label, "row": row, "form": form})
    context = {"connectors": shown, "policy": AWS_POLICY}
    return show(request, actor, "web/settings/connectors.html", "connectors", context, status=422 if kind else 200)


@page
@action
def refresh(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """Asks an account now; waits some seconds for its answer."""
    _known(kind)
    before = connectors.find(actor, kind)
    row = connectors.ask(actor, kind)
    if before is not None and row.asked_at != before.asked_at:
        zones = row.zones.count()
        messages.success(request, "One zone was found." if zones == 1 else f"{zones} zones were found.")
    else:
        messages.info(request, "It has not answered yet; look again in a moment.")
    return redirect("web:settings-connectors")


@page
@action
def remove(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """Forgets an account."""
    _known(kind)
    connectors.remove(actor, kind)
    messages.success(request, "Connector removed.")
    return redirect("web:settings-connectors")


def _known(kind: str) -> None:
    if kind not in connectors.KINDS:
        raise NotFound
