"""The first page: how things stand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vedette.server.findings import charts
from vedette.server.tenancy.actor import Actor
from vedette.server.web import overview_shapes as shapes
from vedette.server.web.session import page

WEEK = 7


@page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Tiles, charts and the latest facts; the first steps while there is nothing to show."""
    context = {"steps": shapes.steps(actor), "tiles": shapes.tiles(actor), "feed": shapes.feed(actor)}
    return render(request, "web/overview/overview.html", context)


@page
def change(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By how much the open critical and high findings changed within a week, as a part of its tile."""
    actor_trend = charts.trend(actor)
    worst = (40, 30)
    delta = actor_trend.total(worst) - actor_trend.total(worst, WEEK)
    context = {"delta": delta, "size": abs(delta), "as_of": actor_trend.as_of}
    return render(request, "web/overview/change.html", context)
