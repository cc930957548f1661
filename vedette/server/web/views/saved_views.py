"""Filters of the list of findings that a person keeps."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from vedette.server.findings.services import views
from vedette.server.tenancy.actor import Actor
from vedette.server.web import dialogs, finding_query
from vedette.server.web.answers import action
from vedette.server.web.session import page


class ViewForm(forms.Form):
    """What a view is called."""

    name = forms.CharField(label="Name", max_length=80, widget=forms.TextInput(attrs={"autofocus": True}))
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)


@page
def save(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A dialog that keeps the conditions of `query` under a name."""
    form = ViewForm(request.POST or None, initial={"query": request.GET.get("query", "")})
    return dialogs.serve(
        request,
        form,
        lambda: views.save(actor=actor, name=form.cleaned_data["name"], query=_read(actor, form)),
        heading="Keep this view",
        button="Save",
        lede="It stands above the list, for you alone.",
        done="View saved.",
    )


def _read(actor: Actor, form: ViewForm) -> str:
    # Only what the list understands is kept: the text comes back as a link.
    return finding_query.read(actor, QueryDict(form.cleaned_data["query"])).conditions or "state=all"


@page
@action
def delete(request: HttpRequest, actor: Actor, view: str) -> HttpResponse:
    """Forgets a view."""
    views.delete(actor=actor, public_id=view)
    messages.success(request, "View deleted.")
    return redirect("web:findings")
