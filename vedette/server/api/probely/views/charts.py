"""Charts: `/dashboard/...`, and their older twins for all targets or one."""

from __future__ import annotations

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, lookup, tables
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import CHART_FILTERS, CHART_OF_TARGET_FILTERS, FORMAT
from vedette.server.api.probely.schemas import chart as schemas
from vedette.server.api.probely.shapes import chart as shape
from vedette.server.findings import charts, commonest
from vedette.server.findings.queries import FindingFilter
from vedette.server.targets import risks
from vedette.server.targets.queries import TargetFilter

_TABLE = {(200, "text/csv"): OpenApiTypes.STR}


class ChartView(ProbelyView):
    """The base of all charts: what is counted, and in which form it is wanted."""

    content_negotiation_class = tables.AnyAccepted

    def findings(self, request: Request, target: str = "") -> FindingFilter:
        """The findings that count: of one target, or as the query says."""
        if target:
            lookup.target(self.actor, target)
        return criteria.chart(request, target=target)

    def targets(self, request: Request, target: str = "") -> TargetFilter:
        """The targets that count; of several, those whose risk is one of the severities asked for."""
        chosen = self.findings(request, target)
        risk = () if target else chosen.severities
        return TargetFilter(ids=chosen.targets, labels=chosen.target_labels, teams=chosen.teams, risks=risk)


class FixTimes(ChartView):
    """How long it takes to fix what was found."""

    def chart(self, request: Request, target: str = "") -> HttpResponseBase:
        """As JSON or a table."""
        found = commonest.fix_times(self.actor, chosen=self.findings(request, target))
        if tables.wanted(request):
            return tables.respond("average-fix-time", shape.FIX_COLUMNS, shape.fix_table(found))
        return Response(shape.fix_times(found))


class SeverityTrends(ChartView):
    """Open findings over time."""

    def chart(self, request: Request, target: str = "") -> HttpResponseBase:
        """As JSON or a table."""
        chosen = self.findings(request, target)
        found = charts.trend(self.actor, chosen=chosen)
        if tables.wanted(request):
            return tables.respond("severity-trend", *shape.severity_table(found, chosen.severities))
        return Response(shape.severities(found, chosen.severities))


class RiskTrends(ChartView):
    """Risk over time."""

    def chart(self, request: Request, target: str = "") -> HttpResponseBase:
        """As JSON or a table."""
        found = risks.trend(self.actor, chosen=self.targets(request, target))
        if tables.wanted(request):
            return tables.respond("risk-trend", shape.RISK_COLUMNS, shape.risk_table(found))
        return Response(shape.risk(found))


class Commonest(ChartView):
    """What was found most."""

    def chart(self, request: Request, target: str = "") -> Response:
        """The ten with most open findings."""
        return Response(shape.commonest(commonest.commonest(self.actor, chosen=self.findings(request, target))))


class Pies(ChartView):
    """Targets by risk."""

    def chart(self, request: Request) -> Response:
        """How many have which risk."""
        return Response(shape.pie(risks.split(self.actor, chosen=self.targets(request))))


class Worsts(ChartView):
    """The targets that need attention most."""

    def chart(self, request: Request) -> HttpResponseBase:
        """The ten worst, as JSON or a table."""
        rows = [shape.worst(row) for row in risks.worst(self.actor, chosen=self.targets(request))]
        if tables.wanted(request):
            lines = ([row[name] for name in shape.WORST_COLUMNS] for row in rows)
            return tables.respond("needs-attention-top", shape.WORST_COLUMNS, lines)
        return Response(rows)


class DashboardTotalRisk(ChartView):
    """The risks of all targets added up, over time."""

    @extend_schema(parameters=[*CHART_FILTERS], responses=schemas.RiskTrendSchema)
    def get(self, request: Request) -> Response:
        """One number for each of the last 90 days."""
        return Response(shape.total_risk(risks.trend(self.actor, chosen=self.targets(request))))


class DashboardFixes(ChartView):
    """What was fixed, beside what was not."""

    @extend_schema(parameters=[*CHART_FILTERS], responses=schemas.FixedTrendSchema)
    def get(self, request: Request) -> Response:
        """Two numbers for each of the last 90 days."""
        return Response(shape.fixes(charts.fixes(self.actor, chosen=self.findings(request))))


class DashboardFixTime(FixTimes):
    """Mean time to fix of the account."""

    @extend_schema(parameters=[*CHART_FILTERS, FORMAT], responses={200: schemas.FixTimeSchema, **_TABLE})
    def get(self, request: Request) -> HttpResponseBase:
        """Days from first seen to shown fixed, of what was fixed in the last 90 days."""
        return self.chart(request)


class AllTargetsFixTime(FixTimes):
    """Mean time to fix, under its older name."""

    @extend_schema(parameters=[*CHART_FILTERS, FORMAT], responses={200: schemas.FixTimeSchema, **_TABLE})
    def get(self, request: Request) -> HttpResponseBase:
        """Days from first seen to shown fixed, of what was fixed in the last 90 days."""
        return self.chart(request)


class TargetFixTime(FixTimes):
    """Mean time to fix of one target."""

    @extend_schema(parameters=[*CHART_OF_TARGET_FILTERS, FORMAT], responses={200: schemas.FixTimeSchema, **_TABLE})
    def get(self, request: Request, target: str) -> HttpResponseBase:
        """Days from first seen to shown fixed, of what was fixed in the last 90 days."""
        return self.chart(request, target)


class DashboardSeverityTrend(SeverityTrends):
    """Open findings over time of the account."""

    @extend_schema(parameters=[*CHART_FILTERS, FORMAT], responses={200: schemas.SeverityTrendSchema, **_TABLE})
    def get(self, request: Request) -> HttpResponseBase:
        """One number for each severity and each of the last 90 days."""
        return self.chart(request)


class AllTargetsSeverityTrend(SeverityTrends):
    """Open findings over time, under its older name."""

    @extend_schema(parameters=[*CHART_FILTERS, FORMAT], responses={200: schemas.SeverityTrendSchema, **_TABLE})
    def get(self, request: Request) -> HttpResponseBase:
        """One number for each severity and each of the last 90 days."""
        return self.chart(request)


class TargetSeverityTrend(SeverityTrends):
    """Open findings over time of one target."""

    @extend_schema(
        parameters=[*CHART_OF_TARGET_FILTERS, FORMAT], responses={200: schemas.SeverityTrendSchema, **_TABLE}
    )
    def get(self, request: Request, target: str) -> HttpResponseBase:
        """One number for each severity and each of the last 90 days."""
        return self.chart(request, target)


class DashboardRiskTrend(RiskTrends):
    """Risk over time of the account."""

    @extend_schema(parameters=[*CHART_FILTERS, FORMAT], responses={200: schemas.RiskTrendSchema, **_TABLE})
    def get(self, request: Request) -> HttpResponseBase:
        """One number for each of the last 90 days."""
        return self.chart(request)


class AllTargetsRiskTrend(RiskTrends):
    """Risk over time, under its older name."""

    @extend_schema(parameters=[*CHART_FILTERS, FORMAT], responses={200: schemas.RiskTrendSchema, **_TABLE})
    def get(self, request: Request) -> HttpResponseBase:
        """One number for each of the last 90 days."""
        return self.chart(request)


class TargetRiskTrend(RiskTrends):
    """Risk over time of one target."""

    @extend_schema(parameters=[*CHART_OF_TARGET_FILTERS, FORMAT], responses={200: schemas.RiskTrendSchema, **_TABLE})
    def get(self, request: Request, target: str) -> HttpResponseBase:
        """One number for each of the last 90 days."""
        return self.chart(request, target)


class DashboardCommonest(Commonest):
    """What was found most of the account."""

    @extend_schema(parameters=[*CHART_FILTERS], responses=schemas.CommonestSchema)
    def get(self, request: Request) -> Response:
        """The ten vulnerabilities with most open findings."""
        return self.chart(request)


class AllTargetsCommonest(Commonest):
    """What was found most, under its older name."""

    @extend_schema(parameters=[*CHART_FILTERS], responses=schemas.CommonestSchema)
    def get(self, request: Request) -> Response:
        """The ten vulnerabilities with most open findings."""
        return self.chart(request)


class TargetCommonest(Commonest):
    """What was found most of one target."""

    @extend_schema(parameters=[*CHART_OF_TARGET_FILTERS], responses=schemas.CommonestSchema)
    def get(self, request: Request, target: str) -> Response:
        """The ten vulnerabilities with most open findings."""
        return self.chart(request, target)


class DashboardPie(Pies):
    """Targets by risk of the account."""

    @extend_schema(parameters=[*CHART_FILTERS], responses=schemas.PieSchema)
    def get(self, request: Request) -> Response:
        """How many targets have which risk."""
        return self.chart(request)


class AllTargetsPie(Pies):
    """Targets by risk, under its older name."""

    @extend_schema(parameters=[*CHART_FILTERS], responses=schemas.PieSchema)
    def get(self, request: Request) -> Response:
        """How many targets have which risk."""
        return self.chart(request)


class DashboardWorst(Worsts):
    """The targets that need attention most of the account."""

    @extend_schema(parameters=[*CHART_FILTERS, FORMAT], responses={200: schemas.WorstTargetSchema(many=True), **_TABLE})
    def get(self, request: Request) -> HttpResponseBase:
        """The ten with most open findings of the worst severity."""
        return self.chart(request)


class AllTargetsWorst(Worsts):
    """The targets that need attention most, under its older name."""

    @extend_schema(parameters=[*CHART_FILTERS, FORMAT], responses={200: schemas.WorstTargetSchema(many=True), **_TABLE})
    def get(self, request: Request) -> HttpResponseBase:
        """The ten with most open findings of the worst severity."""
        return self.chart(request)
