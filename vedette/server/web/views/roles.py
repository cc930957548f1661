"""Roles: the built-in ones shown with what they permit, and the organisation's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.kernel.errors import DomainError
from vedette.server.tenancy import filters, queries
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import roles
from vedette.server.web import settings_shapes
from vedette.server.web.answers import action, status_of, take
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.settings_forms import RoleForm
from vedette.server.web.settings_shapes import show


@page
def role_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All roles; the built-in ones first, from the one that may do most."""
    need(actor, "roles.view")
    rows = [(one, len(queries.permissions_of(one))) for one in filters.roles(actor)]
    rows.sort(key=lambda row: (row[0].organisation_id is not None, -row[1] if row[0].key else 0, row[0].name.lower()))
    return show(request, actor, "web/people/roles.html", "roles", {"rows": rows})


@page
def role(request: HttpRequest, actor: Actor, role: str = "") -> HttpResponse:
    """What a role permits; a form for one's own and for a new one."""
    need(actor, "roles.view")
    found = queries.get_role(actor, role) if role else None
    held = queries.permissions_of(found) if found else frozenset()
    start = {"name": found.name, "description": found.description, "permissions": sorted(held)} if found else {}
    form = RoleForm(request.POST or None, initial=start, actor=actor)
    if form.is_bound and form.is_valid():
        try:
            if found:
                roles.change(actor=actor, role=found, **form.cleaned_data)
            else:
                roles.create(actor=actor, **form.cleaned_data)
        except DomainError as error:
            take(form, error)
        else:
            messages.success(request, "Saved. It holds at once for everybody with this role.")
            return redirect("web:settings-roles")
    context = {"role": found, "form": form, "groups": settings_shapes.permissions(held)}
    return show(request, actor, "web/people/role.html", "roles", context, status=status_of(form))


@page
@action
def delete(request: HttpRequest, actor: Actor, role: str) -> HttpResponse:
    """Deletes a role that nobody holds."""
    roles.delete(actor=actor, role=queries.get_role(actor, role))
    messages.success(request, "Role deleted.")
    return redirect("web:settings-roles")
