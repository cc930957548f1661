"""The numbers behind charts, as JSON."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from vedette.server.findings import charts
from vedette.server.findings.queries import FindingFilter
from vedette.server.kernel.errors import NotFound
from vedette.server.targets import queries as targets
from vedette.server.targets import risks
from vedette.server.targets.queries import TargetFilter
from vedette.server.tenancy.actor import Actor
from vedette.server.web import chart_shapes as shapes
from vedette.server.web.session import page

BARS = 10


def _of(target: str) -> FindingFilter:
    return FindingFilter(targets=(target,) if target else ())


def _risk(actor: Actor, target: str) -> shapes.Chart:
    rows = targets.listed(actor, order="-risk", permission="findings.view")
    return shapes.risk(list(rows[:BARS]))


def _risk_trend(actor: Actor, target: str) -> shapes.Chart:
    return shapes.risk_trend(risks.trend(actor, chosen=TargetFilter(ids=(target,)) if target else None))


CHARTS: dict[str, Callable[[Actor, str], shapes.Chart]] = {
    "severity-trend": lambda actor, target: shapes.trend(charts.trend(actor, chosen=_of(target))),
    "flow": lambda actor, target: shapes.flow(charts.flow(actor, chosen=_of(target))),
    "repairs": lambda actor, target: shapes.repairs(charts.repairs(actor, chosen=_of(target))),
    "risk": _risk,
    "risk-trend": _risk_trend,
}


@page
def chart(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """One chart, of all targets or of the one that `target` names."""
    if name not in CHARTS:
        raise NotFound
    chosen = request.GET.get("target", "")
    target = targets.get(actor, chosen, "findings.view").public_id if chosen else ""
    return JsonResponse(CHARTS[name](actor, target), headers={"Cache-Control": "private, max-age=5"})
