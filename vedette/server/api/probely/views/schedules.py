"""`/scheduledscans/` and `/targets/{t}/scheduledscans/`: when targets are scanned by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, lookup, paging
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.errors import renamed
from vedette.server.api.probely.parameters import BY_ID, LIST, SCHEDULE_FILTERS
from vedette.server.api.probely.schemas.schedule import SchedulesSchema
from vedette.server.api.probely.schemas.schedule_full import (
    BulkScheduleChangeSchema,
    BulkScheduleSchema,
    ScheduleSchema,
)
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import schedule_full as shape
from vedette.server.schedules import queries
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.services import editing
from vedette.server.targets import queries as targets

_NESTED = {str(name): f"scheduledscan.{name}" for name in ScheduleSchema().fields}
"""Where the fields of a schedule stand in the bodies of bulk actions."""


class ScheduleView(ProbelyView):
    """The base of views that show schedules."""

    def rows(self, target: str = "") -> QuerySet[Schedule]:
        """The schedules that a list asks for, of one target or of all. Those that are over are shown by their ids."""
        asked = criteria.schedules(self.request, target=target)
        if criteria.must_exist(self.request):
            queries.require(self.actor, asked.ids)
        full = Prefetch("target", targets.for_page(targets.for_actor(self.actor)))
        rows = queries.filtered(queries.for_actor(self.actor, over=bool(asked.ids)), asked)
        return rows.select_related("changed_by").prefetch_related(full)

    def one(self, target: str, schedule: str) -> Schedule:
        """One schedule of a target."""
        lookup.target(self.actor, target)
        return queries.get(self.actor, schedule, target=target)

    def shown(self, rows: Sequence[Schedule], status: int = 200) -> Response:
        """Several schedules, as they stand now."""
        found = queries.require(self.actor, [row.public_id for row in rows])
        return Response([shape.full(row) for row in found], status=status)

    def page(self, target: str = "") -> Response:
        """A page of schedules."""
        rows = queries.ordered(self.rows(target), criteria.ordering(self.request, "date_time"))
        return paging.respond(self.request, rows, shape.full)

    def expanded(self, target: str = "") -> Response:
        """A page of coming runs."""
        return paging.listed(self.request, queries.coming(self.rows(target)), shape.coming)


class ScheduleListOfAccount(ScheduleView):
    """The schedules of all targets."""

    @extend_schema(parameters=[*LIST, *BY_ID, *SCHEDULE_FILTERS], responses=page_of(ScheduleSchema))
    def get(self, request: Request) -> Response:
        """Schedules, the next to act first."""
        return self.page()


class ScheduleBulk(ScheduleView):
    """Several schedules at once: all of them or none."""

    @extend_schema(request=BulkScheduleSchema, responses={201: ScheduleSchema(many=True)})
    def post(self, request: Request) -> Response:
        """Schedules scans of several targets."""
        given = self.read(BulkScheduleSchema)
        rows = targets.require(self.actor, given["targets"])
        with renamed(_NESTED):
            return self.shown(editing.add(self.actor, rows, given["scheduledscan"]), 201)

    @extend_schema(request=BulkScheduleChangeSchema, responses=ScheduleSchema(many=True))
    def put(self, request: Request) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request)

    @extend_schema(request=BulkScheduleChangeSchema, responses=ScheduleSchema(many=True))
    def patch(self, request: Request) -> Response:
        """Changes what is given of several schedules."""
        given = self.read(BulkScheduleChangeSchema, partial=True)
        rows = queries.require(self.actor, lookup.required(given, "scheduledscans"))
        with renamed(_NESTED):
            return self.shown(editing.change(self.actor, rows, lookup.required(given, "scheduledscan")))

    @extend_schema(request=SchedulesSchema, responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request) -> Response:
        """Deletes several schedules."""
        given = self.read(SchedulesSchema)
        editing.remove(self.actor, queries.require(self.actor, given["scheduledscans"]))
        return Response(status=204)


class ScheduleList(ScheduleView):
    """The schedules of a target."""

    @extend_schema(parameters=[*LIST, *BY_ID], responses=page_of(ScheduleSchema))
    def get(self, request: Request, target: str) -> Response:
        """Schedules, the next to act first."""
        lookup.target(self.actor, target)
        return self.page(target)

    @extend_schema(request=ScheduleSchema, responses={201: ScheduleSchema})
    def post(self, request: Request, target: str) -> Response:
        """Schedules scans of the target."""
        row = lookup.target(self.actor, target)
        (made,) = editing.add(self.actor, [row], self.read(ScheduleSchema))
        return Response(shape.full(self.one(target, made.public_id)), status=201)


class ScheduleDetail(ScheduleView):
    """One schedule."""

    @extend_schema(responses=ScheduleSchema)
    def get(self, request: Request, target: str, schedule: str) -> Response:
        """The schedule."""
        return Response(shape.full(self.one(target, schedule)))

    @extend_schema(request=ScheduleSchema, responses=ScheduleSchema)
    def put(self, request: Request, target: str, schedule: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target, schedule)

    @extend_schema(request=ScheduleSchema, responses=ScheduleSchema)
    def patch(self, request: Request, target: str, schedule: str) -> Response:
        """Changes what is given. A new `date_time` switches on what has switched itself off."""
        row = self.one(target, schedule)
        editing.change(self.actor, [row], self.read(ScheduleSchema, partial=True))
        return Response(shape.full(self.one(target, schedule)))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, target: str, schedule: str) -> Response:
        """Deletes the schedule; scans that it started stay."""
        editing.remove(self.actor, [self.one(target, schedule)])
        return Response(status=204)


class ExpandedOfAccount(ScheduleView):
    """The coming runs of all targets."""

    @extend_schema(parameters=[*LIST[:2], *SCHEDULE_FILTERS], responses=page_of(ScheduleSchema))
    def get(self, request: Request) -> Response:
        """Runs within a year in order, recurrences unrolled; a thousand at most."""
        return self.expanded()


class ExpandedOfTarget(ScheduleView):
    """The coming runs of a target."""

    @extend_schema(parameters=LIST[:2], responses=page_of(ScheduleSchema))
    def get(self, request: Request, target: str) -> Response:
        """Runs within a year in order, recurrences unrolled; a thousand at most."""
        lookup.target(self.actor, target)
        return self.expanded(target)
