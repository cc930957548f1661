"""`/targets/{t}/logout/` and `/targets/{t}/reduced-scopes/`: log-out detectors, and addresses that narrow a scan."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, lookup, paging, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST, REDUCED_SCOPE_FILTERS
from vedette.server.api.probely.schemas.site_parts import DetectorSchema, ReducedScopeSchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import site_parts as shape
from vedette.server.targets import queries as targets
from vedette.server.targets.models import LogoutDetector, ReducedScope
from vedette.server.targets.services import detectors, reduced_scopes

DETECTOR_ORDERINGS = {"type": "kind", "value": "value"}
SCOPE_ORDERINGS = {"url": "url", "enabled": "enabled"}
"""Names to order by, each also with `-`, and their columns."""


class DetectorList(ProbelyView):
    """The log-out detectors of a target."""

    @extend_schema(parameters=LIST, responses=page_of(DetectorSchema))
    def get(self, request: Request, target: str) -> Response:
        """Detectors, in the order added."""
        lookup.target(self.actor, target)
        rows = targets.belongings(self.actor, LogoutDetector).filter(target__public_id=target)
        search = query.text(request, "search")
        rows = rows.filter(value__icontains=search) if search else rows
        return paging.respond(request, criteria.ordered(request, rows, DETECTOR_ORDERINGS, ("id",)), shape.detector)

    @extend_schema(request=DetectorSchema, responses=DetectorSchema)
    def post(self, request: Request, target: str) -> Response:
        """Adds a detector."""
        row = lookup.target(self.actor, target)
        given = shape.detector_changes(self.read(DetectorSchema))
        return Response(shape.detector(detectors.add(self.actor, row, **given)))


class DetectorDetail(ProbelyView):
    """One log-out detector."""

    def row(self, target: str, detector: str) -> LogoutDetector:
        """The detector of this target."""
        return targets.belonging(self.actor, LogoutDetector, target, detector)

    @extend_schema(responses=DetectorSchema)
    def get(self, request: Request, target: str, detector: str) -> Response:
        """The detector."""
        return Response(shape.detector(self.row(target, detector)))

    @extend_schema(request=DetectorSchema, responses=DetectorSchema)
    def put(self, request: Request, target: str, detector: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target, detector)

    @extend_schema(request=DetectorSchema, responses=DetectorSchema)
    def patch(self, request: Request, target: str, detector: str) -> Response:
        """Changes what is given."""
        row = self.row(target, detector)
        given = shape.detector_changes(self.read(DetectorSchema, partial=True))
        return Response(shape.detector(detectors.change(self.actor, row, **given)))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, target: str, detector: str) -> Response:
        """Removes the detector."""
        detectors.remove(self.actor, self.row(target, detector))
        return Response(status=204)


class ReducedScopeList(ProbelyView):
    """The addresses to which scans of a part of a target are narrowed."""

    @extend_schema(parameters=[*LIST, *REDUCED_SCOPE_FILTERS], responses=page_of(ReducedScopeSchema))
    def get(self, request: Request, target: str) -> Response:
        """Addresses, in the order added."""
        lookup.target(self.actor, target)
        rows = targets.belongings(self.actor, ReducedScope).filter(target__public_id=target)
        enabled = query.flag(request, "enabled")
        rows = rows if enabled is None else rows.filter(enabled=enabled)
        search = query.text(request, "search")
        rows = rows.filter(url__icontains=search) if search else rows
        return paging.respond(request, criteria.ordered(request, rows, SCOPE_ORDERINGS, ("id",)), shape.reduced_scope)

    @extend_schema(request=ReducedScopeSchema, responses={201: ReducedScopeSchema})
    def post(self, request: Request, target: str) -> Response:
        """Adds an address."""
        row = lookup.target(self.actor, target)
        made = reduced_scopes.add(self.actor, row, **self.read(ReducedScopeSchema))
        return Response(shape.reduced_scope(made), status=201)


class ReducedScopeDetail(ProbelyView):
    """One of these addresses."""

    def row(self, target: str, scope: str) -> ReducedScope:
        """The address of this target."""
        return targets.belonging(self.actor, ReducedScope, target, scope)

    @extend_schema(responses=ReducedScopeSchema)
    def get(self, request: Request, target: str, scope: str) -> Response:
        """The address."""
        return Response(shape.reduced_scope(self.row(target, scope)))

    @extend_schema(request=ReducedScopeSchema, responses=ReducedScopeSchema)
    def put(self, request: Request, target: str, scope: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target, scope)

    @extend_schema(request=ReducedScopeSchema, responses=ReducedScopeSchema)
    def patch(self, request: Request, target: str, scope: str) -> Response:
        """Changes what is given."""
        row = self.row(target, scope)
        changed = reduced_scopes.change(self.actor, row, **self.read(ReducedScopeSchema, partial=True))
        return Response(shape.reduced_scope(changed))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, target: str, scope: str) -> Response:
        """Removes the address."""
        reduced_scopes.remove(self.actor, self.row(target, scope))
        return Response(status=204)
