"""`/api/native/schedules/`: what a schedule will do."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.native import shapes
from vedette.server.api.native.base import NativeView
from vedette.server.api.native.schemas import ErrorSchema, PreviewSchema, ReaderSchema, RuleSchema
from vedette.server.schedules import queries
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import editing
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Target

_ERRORS = {400: ErrorSchema, 401: ErrorSchema, 404: ErrorSchema}


class PreviewView(NativeView):
    """The base of previews."""

    def shown(self, row: Schedule, target: Target | None, given: dict[str, Any]) -> Response:
        """The coming runs of a schedule, stored or not."""
        reader = given["reader_timezone"] or queries.reader_zone(self.actor)
        rule = queries.rule_of(row)
        runs = queries.preview(self.actor, rule, target=target, timezone=reader, count=given["count"])
        return Response(shapes.preview(runs, timezone=rule.timezone, reader=reader))


class RulePreview(PreviewView):
    """The runs of a rule that is not stored."""

    @extend_schema(operation_id="preview_rule", request=RuleSchema, responses={200: PreviewSchema, **_ERRORS})
    def post(self, request: Request) -> Response:
        """The next runs, with clock changes and blackout periods."""
        given = self.read(RuleSchema, request.data)
        named = given.pop("target")
        target = targets.get(self.actor, named) if named else None
        reader = {name: given.pop(name) for name in ("count", "reader_timezone")}
        return self.shown(editing.draft(self.actor, given), target, reader)


class SchedulePreview(PreviewView):
    """The runs of a stored schedule."""

    @extend_schema(
        operation_id="preview_schedule", parameters=[ReaderSchema], responses={200: PreviewSchema, **_ERRORS}
    )
    def get(self, request: Request, schedule: str) -> Response:
        """The next runs, with clock changes and blackout periods."""
        row = queries.get(self.actor, schedule)
        return self.shown(row, row.target, self.read(ReaderSchema, request.query_params))
