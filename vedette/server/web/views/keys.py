"""Keys for scripts. A secret is shown once, and only to who has just shown again who they are."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from vedette.server.kernel import clock, ids
from vedette.server.kernel.errors import DomainError, NotFound
from vedette.server.tenancy import holders, queries
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import keys
from vedette.server.web import settings_shapes
from vedette.server.web.answers import action, status_of, take
from vedette.server.web.session import page
from vedette.server.web.settings_forms import KeyForm
from vedette.server.web.settings_shapes import show


@page
def key_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The keys that the actor may see; never their secrets."""
    found = holders.with_key_parts(actor, queries.keys_for_actor(actor))
    rows = [(one, settings_shapes.kind_of(one), one.grants.all()) for one in found]
    return show(request, actor, "web/settings/keys.html", "keys", {"rows": rows, "now": clock.now()})


@page
@reauthentication_required  # type: ignore[untyped-decorator]
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Makes a key and shows its secret, this once."""
    form = KeyForm(request.POST or None, actor=actor)
    if form.is_bound and form.is_valid():
        try:
            key, secret = keys.create_key(actor=actor, **form.values())
        except DomainError as error:
            take(form, error)
        else:
            context = {"key": key, "secret": secret, "user_id": ids.as_uuid("user", actor.id).replace("-", "")}
            answer = show(request, actor, "web/settings/key_made.html", "keys", context)
            answer["Cache-Control"] = "no-store"
            return answer
    return show(request, actor, "web/settings/key_new.html", "keys", {"form": form}, status=status_of(form))


@page
@action
def change(request: HttpRequest, actor: Actor, key: str, word: str) -> HttpResponse:
    """Revokes a key, or deletes one."""
    found = queries.get_key(actor, key)
    if word == "delete":
        keys.delete(actor=actor, key=found)
        messages.success(request, "Key deleted.")
    elif word == "revoke":
        keys.revoke(actor=actor, key=found)
        messages.success(request, "Key revoked: it opens nothing any more.")
    else:
        raise NotFound
    return redirect("web:settings-keys")
