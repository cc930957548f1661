"""`/targets/download/` and `/targets/upload/`: lists of targets as files."""

from __future__ import annotations

from functools import partial

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, errors, imports, lookup, tables
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import TARGET_FILTERS
from vedette.server.api.probely.schemas.site_parts import UploadSchema
from vedette.server.api.probely.schemas.target import ImportedSchema
from vedette.server.api.probely.shapes import target_table as shape
from vedette.server.targets import queries as targets
from vedette.server.targets.services import importing


class TargetDownload(ProbelyView):
    """Targets as a table."""

    content_negotiation_class = tables.AnyAccepted

    @extend_schema(parameters=[*TARGET_FILTERS], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """All that the list would show with the same filters, by name, as CSV."""
        rows = targets.whole(self.actor, criteria=criteria.targets(request))
        return tables.respond("targets", shape.COLUMNS, (shape.line(row) for row in rows))


class TargetUpload(ProbelyView):
    """Targets from a file."""

    @extend_schema(request={"multipart/form-data": UploadSchema}, responses={201: ImportedSchema})
    def post(self, request: Request) -> Response:
        """Adds a target for each row that is right, and says what is wrong with the others; 400 when none was added."""
        found = imports.bodies(self.read(UploadSchema)["file"].read())
        team_of = lookup.team_names(self.actor)
        check = partial(lookup.check_profile, self.actor)
        done = importing.add_all(self.actor, [partial(imports.values, body, team_of, check) for body in found])
        added = [{"row": row, "id": one.public_id, "name": one.name, "url": one.url} for row, one in done.added]
        faults = [{"row": fault.row, "errors": errors.body(fault.error)} for fault in done.faults]
        answer = {"count": len(added), "results": added, "errors": faults}
        return Response(answer, status=201 if added else 400)
