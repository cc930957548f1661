"""`/targets/archive/`, `/targets/activate/` and `/targets/archived/`: targets that are put away and taken back."""

from __future__ import annotations

from functools import partial

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, paging, prefetch
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST, TARGET_FILTERS
from vedette.server.api.probely.schemas.small import IdsSchema, PlainIdsSchema, page_of
from vedette.server.api.probely.schemas.target import TargetSchema
from vedette.server.api.probely.shapes import target as shape
from vedette.server.api.probely.views.targets import TargetView
from vedette.server.targets import queries as targets
from vedette.server.targets.services import archive


class TargetArchive(ProbelyView):
    """Targets put away."""

    @extend_schema(request=PlainIdsSchema, responses=IdsSchema)
    def post(self, request: Request) -> Response:
        """Archives all of them or none: they free their places, and keep their history."""
        return Response({"ids": archive.archive(self.actor, self.read(PlainIdsSchema)["ids"])})


class TargetActivate(ProbelyView):
    """Targets taken back."""

    @extend_schema(request=PlainIdsSchema, responses=IdsSchema)
    def post(self, request: Request) -> Response:
        """Takes all of them back or none."""
        return Response({"ids": archive.activate(self.actor, self.read(PlainIdsSchema)["ids"])})


class ArchivedTargets(TargetView):
    """The targets that are put away."""

    @extend_schema(parameters=[*LIST, *TARGET_FILTERS], responses=page_of(TargetSchema))
    def get(self, request: Request) -> Response:
        """Archived targets, the last one archived first unless told otherwise."""
        rows = targets.archived(self.actor)
        criterion = criteria.targets(request)
        order = criteria.ordering(request, "").replace("target__name", "name")
        rows = targets.ordered(targets.narrowed(rows, criterion), order) if order else targets.narrowed(rows, criterion)
        return paging.respond(request, prefetch.targets(rows), partial(shape.full, known=self.profiles()))
