"""`/targets/{t}/site/`: the older address of a target's site."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import errors, lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.schemas.target import SiteSchema
from vedette.server.api.probely.shapes import target as shape
from vedette.server.targets.services import targets as services


class SiteDetail(ProbelyView):
    """The site of a target."""

    @extend_schema(responses=SiteSchema)
    def get(self, request: Request, target: str) -> Response:
        """The site."""
        return Response(shape.site(lookup.whole_target(self.actor, target), base=self.base))

    @extend_schema(request=SiteSchema, responses=SiteSchema)
    def put(self, request: Request, target: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target)

    @extend_schema(request=SiteSchema, responses=SiteSchema)
    def patch(self, request: Request, target: str) -> Response:
        """Changes what is given."""
        row = lookup.target(self.actor, target)
        given = shape.changes({"site": self.read(SiteSchema, partial=True)})
        with errors.renamed({"site.": ""}):
            changed = services.change(self.actor, row, **given)
        return Response(shape.site(changed, base=self.base))
