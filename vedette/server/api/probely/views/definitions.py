"""`/definitions/` and `/frameworks/`: what can be found and recognised. Nothing here belongs to anybody."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, paging
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import DEFINITION_FILTERS, LIST
from vedette.server.api.probely.schemas.finding import DefinitionSchema
from vedette.server.api.probely.schemas.small import FrameworkSchema, page_of
from vedette.server.api.probely.shapes import definition as shape
from vedette.server.definitions import queries as definitions
from vedette.server.definitions import technologies
from vedette.server.kernel.errors import NotFound


class DefinitionList(ProbelyView):
    """Everything that scans look for."""

    @extend_schema(parameters=[*LIST, *DEFINITION_FILTERS], responses=page_of(DefinitionSchema))
    def get(self, request: Request) -> Response:
        """Definitions, by name unless told otherwise."""
        rows = criteria.definitions(request, definitions.all_definitions())
        return paging.listed(request, rows, shape.full)


class DefinitionDetail(ProbelyView):
    """One of them."""

    @extend_schema(responses=DefinitionSchema)
    def get(self, request: Request, definition: str) -> Response:
        """The definition."""
        found = definitions.by_id(definition)
        if found is None:
            raise NotFound
        return Response(shape.full(found))


class OlderDefinitionList(DefinitionList):
    """The same at its older address."""


class OlderDefinitionDetail(DefinitionDetail):
    """The same at its older address."""


class FrameworkList(ProbelyView):
    """Every technology that scans recognise."""

    @extend_schema(parameters=LIST, responses=page_of(FrameworkSchema))
    def get(self, request: Request) -> Response:
        """Technologies, by name."""
        rows = criteria.technologies(request, technologies.all_technologies())
        return paging.listed(request, rows, shape.technology)


class FrameworkDetail(ProbelyView):
    """One of them."""

    @extend_schema(responses=FrameworkSchema)
    def get(self, request: Request, framework: str) -> Response:
        """The technology."""
        found = technologies.by_id(framework)
        if found is None:
            raise NotFound
        return Response(shape.technology(found))
