"""`/targets/`: one by one and in bulk."""

from __future__ import annotations

from dataclasses import fields
from functools import partial

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, lookup, paging, prefetch, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST, TARGET_CREATE, TARGET_FILTERS
from vedette.server.api.probely.schemas.small import IdsSchema, page_of
from vedette.server.api.probely.schemas.target import BulkTargetSchema, NewTargetSchema, TargetSchema
from vedette.server.api.probely.shapes import target as shape
from vedette.server.scans import queries as scans
from vedette.server.targets import queries as targets
from vedette.server.targets.services import descriptions
from vedette.server.targets.services import targets as services
from vedette.server.targets.services.targets import CreateChecks


class TargetView(ProbelyView):
    """The base of views that show targets."""

    def profiles(self) -> shape.Profiles:
        """The scan profiles, shown as this request wants them."""
        rows = scans.profiles(self.actor, archived=None)
        return shape.profiles(rows, named=query.flag(self.request, "scan_profile_name") is True, base=self.base)

    def changed(self, target: str) -> Response:
        """The target with the changes of the body."""
        row = lookup.target(self.actor, target)
        given = self.read(TargetSchema, partial=True)
        lookup.check_profile(self.actor, given, [row])
        return Response(shape.full(services.change(self.actor, row, **shape.changes(given)), self.profiles()))


class TargetList(TargetView):
    """All targets."""

    @extend_schema(parameters=[*LIST, *TARGET_FILTERS], responses=page_of(TargetSchema))
    def get(self, request: Request) -> Response:
        """Targets, the last changed first."""
        criterion = criteria.targets(request)
        if criteria.must_exist(request):
            targets.require(self.actor, criterion.ids)
        order = criteria.ordering(request, "-changed").replace("target__name", "name")
        rows = targets.listed(self.actor, criteria=criterion, order=order)
        return paging.respond(request, prefetch.targets(rows), partial(shape.full, known=self.profiles()))

    @extend_schema(parameters=TARGET_CREATE, request=NewTargetSchema, responses={201: TargetSchema})
    def post(self, request: Request) -> Response:
        """Adds a target."""
        checks = CreateChecks(**{one.name: query.flag(request, one.name) or False for one in fields(CreateChecks)})
        given = self.read(NewTargetSchema)
        lookup.check_profile(self.actor, given)
        described = shape.description(given)
        row = services.create(self.actor, checks=checks, **shape.changes(given))
        if described is not None:
            descriptions.store(self.actor, row, name=described[0], content=described[1])
            row = lookup.whole_target(self.actor, row.public_id)
        return Response(shape.full(row, self.profiles()), status=201)


class WizardTargets(TargetView):
    """Targets for whoever is being led through the first steps."""

    @extend_schema(parameters=[*LIST, *TARGET_FILTERS], responses=page_of(TargetSchema))
    def get(self, request: Request) -> Response:
        """Targets, the one added first in front."""
        rows = targets.narrowed(targets.for_actor(self.actor), criteria.targets(request))
        return paging.respond(
            request, prefetch.targets(rows.order_by("id")), partial(shape.full, known=self.profiles())
        )


class TargetSettings(TargetView):
    """The settings of a target, under the address that some clients use: the target itself."""

    @extend_schema(responses=TargetSchema)
    def get(self, request: Request, target: str) -> Response:
        """The target."""
        return Response(shape.full(lookup.whole_target(self.actor, target), self.profiles()))

    @extend_schema(request=TargetSchema, responses=TargetSchema)
    def patch(self, request: Request, target: str) -> Response:
        """Changes what is given."""
        return self.changed(target)


class TargetDetail(TargetView):
    """One target."""

    @extend_schema(responses=TargetSchema)
    def get(self, request: Request, target: str) -> Response:
        """The target."""
        return Response(shape.full(lookup.whole_target(self.actor, target), self.profiles()))

    @extend_schema(request=TargetSchema, responses=TargetSchema)
    def put(self, request: Request, target: str) -> Response:
        """Changes what is given, as PATCH does: scripts post back what they fetched."""
        return self.patch(request, target)

    @extend_schema(request=TargetSchema, responses=TargetSchema)
    def patch(self, request: Request, target: str) -> Response:
        """Changes what is given."""
        return self.changed(target)

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, target: str) -> Response:
        """Deletes the target."""
        services.delete(self.actor, lookup.target(self.actor, target))
        return Response(status=204)


class TargetBulkUpdate(ProbelyView):
    """The same change to several targets."""

    @extend_schema(request=BulkTargetSchema, responses=IdsSchema)
    def post(self, request: Request) -> Response:
        """Changes all of them or none."""
        given = self.read(BulkTargetSchema, partial=True)
        ids = lookup.required(given, "ids")
        lookup.check_profile(self.actor, given, list(targets.for_actor(self.actor).filter(public_id__in=ids)))
        rows = services.change_many(self.actor, ids, **shape.changes(given))
        return Response({"ids": [row.public_id for row in rows]})


class TargetBulkDelete(ProbelyView):
    """The end of several targets."""

    @extend_schema(request=IdsSchema, responses=IdsSchema)
    def post(self, request: Request) -> Response:
        """Deletes all of them or none."""
        return Response({"ids": services.delete_many(self.actor, self.read(IdsSchema)["ids"])})
