"""Assets: the table, one of them, and what is done with them."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from vedette.server.discovery import history, queries, rules
from vedette.server.discovery.services import assets as services
from vedette.server.targets.rules import DEFAULT_PROFILES
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.tenancy.actor import Actor
from vedette.server.web import dialogs, several
from vedette.server.web import discovery_filters as filters
from vedette.server.web import discovery_shapes as shapes
from vedette.server.web.answers import action, back, sent
from vedette.server.web.discovery_forms import AssetForm, PromoteForm
from vedette.server.web.rights import need
from vedette.server.web.session import page
from vedette.server.web.target_forms import profiles_for

LENGTH = 50
LINES = 200


@page
def assets(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The table, narrowed and ordered as the address says."""
    need(actor, queries.VIEW)
    chosen = filters.read(request.GET)
    shown = Paginator(queries.for_page(filters.rows(actor, chosen)), LENGTH).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": [shapes.row(one) for one in shown],
        "chosen": chosen,
        "choices": filters.choices(actor),
        "tiles": _tiles(actor),
        "any": shown.paginator.count or queries.assets_for_actor(actor).exists(),
        "tab": "assets",
    }
    return render(request, "web/discovery/assets.html", context)


def _tiles(actor: Actor) -> list[shapes.Tile]:
    found, url = queries.stats(actor), reverse("web:discovery")
    return [
        shapes.Tile("Assets", found.count, "neither hidden nor archived", "discovery", url),
        shapes.Tile("New", found.new, "nobody has looked at them", "star", f"{url}?state=new"),
        shapes.Tile("Scanned", found.scanned, "are targets with a scan", "scans", f"{url}?target=yes", "%"),
        shapes.Tile("High risk", found.high_risk, "have high or critical findings", "flag", f"{url}?order=-risk", "%"),
        shapes.Tile("Low score", found.low_score, "have headers rated D to F", "shield", f"{url}?order=-score", "%"),
    ]


@page
@action
def bulk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One thing done to all chosen assets."""
    chosen = request.POST.getlist("ids")
    word = request.POST.get("do", "")
    if word in rules.STATES:
        changed = services.change_many(actor, chosen, state=word)
        messages.success(request, f"{len(changed)} {'asset' if len(changed) == 1 else 'assets'} changed.")
    elif word == "promote":
        found = queries.require(actor, chosen)
        several.promote(actor, found).tell(request, one="target made", many="targets made")
    return back(request, reverse("web:discovery"))


@page
def asset(request: HttpRequest, actor: Actor, asset: str) -> HttpResponse:
    """What is known of an asset, with its history."""
    found = queries.get(actor, asset)
    context = {
        "asset": found,
        "target": shapes.live_target(found),
        "technologies": shapes.technologies(found),
        "row": shapes.row(found),
        "lines": shapes.history(history.lines(found)[:LINES]),
        "expiry": shapes.expiry(found),
        "redirect_from": queries.redirecting([found]).get(found.pk, ""),
        "states": [one for one in rules.STATES if one not in (found.state, "NEW")],
    }
    return render(request, "web/discovery/asset.html", context)


@page
def change(request: HttpRequest, actor: Actor, asset: str) -> HttpResponse:
    """A dialog with all that people may say of an asset."""
    found = queries.get(actor, asset)
    form = AssetForm(sent(request), actor=actor, asset=found)

    def work() -> object:
        given = form.cleaned_data
        labels = [LabelChoice(name=name) for name in form.label_names]
        wish = {"state": given["state"], "owners": given["owners"], "comment": given["comment"]}
        return services.change(actor, found, labels=labels, **wish)

    return dialogs.serve(request, form, work, heading=f"Change {found.name}", button="Save", done="Saved.")


@page
@action
def state(request: HttpRequest, actor: Actor, asset: str, state: str) -> HttpResponse:
    """Another state."""
    services.change(actor, queries.get(actor, asset), state=state)
    return back(request, reverse("web:discovery-asset", args=[asset]))


@page
def promote(request: HttpRequest, actor: Actor, asset: str) -> HttpResponse:
    """A dialog that makes a target of an asset."""
    found = queries.get(actor, asset)
    kind = "api" if found.type == "api" and found.has_description else "single"
    initial = {"name": found.name, "url": found.url, "kind": kind, "profile": DEFAULT_PROFILES[kind]}
    form = PromoteForm(sent(request), initial=initial, profiles=profiles_for(actor, DEFAULT_PROFILES))
    done = partial(_promoted, request, actor, asset, form)
    return dialogs.serve(
        request,
        form,
        done,
        heading="Make it a target",
        button="Make it a target",
        lede="Ownership that was shown for its domain counts for the target too.",
        done="It is a target now.",
    )


def _promoted(request: HttpRequest, actor: Actor, asset: str, form: PromoteForm) -> None:
    made = services.promote(actor, queries.get(actor, asset), **form.cleaned_data)
    if made.refused:
        messages.warning(request, f"No scan was started: {made.refused}")
    if made.target.reach_warning:
        messages.warning(request, made.target.reach_warning)


@page
def picture(request: HttpRequest, actor: Actor, asset: str) -> HttpResponse:
    """What a browser showed."""
    found = queries.picture(actor, asset)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=600"}
    return HttpResponse(bytes(found.content), content_type=found.media_type, headers=headers)


@page
def description(request: HttpRequest, actor: Actor, asset: str) -> HttpResponse:
    """The description of an API, as a file."""
    found = queries.description(actor, asset)
    answer = HttpResponse(found.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{asset}-api-schema.txt"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
