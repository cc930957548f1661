"""`/targets/{t}/assets/` and `/targets/assets/`: extra hosts."""

from __future__ import annotations

from functools import partial

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import lookup, paging, prefetch, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import HOST_CREATE, HOST_FILTERS, INCLUDE, LIST
from vedette.server.api.probely.schemas.extra_host import ExtraHostSchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import extra_host
from vedette.server.api.probely.shapes import target as shape
from vedette.server.targets.services import extra_hosts as services


class ExtraHostView(ProbelyView):
    """The base of views that show extra hosts."""

    @property
    def with_target(self) -> bool:
        """Whether the answer is to hold the target."""
        return "target" in query.words(self.request, "include")


class ExtraHostsOfAccount(ExtraHostView):
    """The extra hosts of all targets."""

    @extend_schema(parameters=[*LIST, *HOST_FILTERS], responses=page_of(ExtraHostSchema))
    def get(self, request: Request) -> Response:
        """Extra hosts, the last changed first."""
        rows = lookup.extra_hosts(self.actor, request, targets=query.words(request, "target"))
        shown = partial(shape.asset, with_target=self.with_target)
        return paging.respond(request, prefetch.extra_hosts(self.actor, rows), shown)


class ExtraHostList(ExtraHostView):
    """The extra hosts of a target."""

    @extend_schema(parameters=[*LIST, INCLUDE], responses=page_of(ExtraHostSchema))
    def get(self, request: Request, target: str) -> Response:
        """Extra hosts, the last changed first."""
        lookup.target(self.actor, target)
        rows = lookup.extra_hosts(self.actor, request, targets=(target,))
        shown = partial(shape.asset, with_target=self.with_target)
        return paging.respond(request, prefetch.extra_hosts(self.actor, rows), shown)

    @extend_schema(parameters=HOST_CREATE, request=ExtraHostSchema, responses={201: ExtraHostSchema})
    def post(self, request: Request, target: str) -> Response:
        """Adds an extra host."""
        row = lookup.target(self.actor, target)
        given = extra_host.changes(self.read(ExtraHostSchema))
        unseen = query.flag(request, "skip_reachability_check") or False
        made = services.add(self.actor, row, skip_reachability_check=unseen, **given)
        return Response(shape.asset(made, with_target=self.with_target), status=201)


class ExtraHostDetail(ExtraHostView):
    """One extra host."""

    @extend_schema(parameters=[INCLUDE], responses=ExtraHostSchema)
    def get(self, request: Request, target: str, host: str) -> Response:
        """The extra host."""
        row = lookup.extra_host(self.actor, target, host)
        return Response(shape.asset(row, with_target=self.with_target))

    @extend_schema(parameters=[INCLUDE], request=ExtraHostSchema, responses=ExtraHostSchema)
    def put(self, request: Request, target: str, host: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target, host)

    @extend_schema(parameters=[INCLUDE], request=ExtraHostSchema, responses=ExtraHostSchema)
    def patch(self, request: Request, target: str, host: str) -> Response:
        """Changes what is given."""
        row = lookup.extra_host(self.actor, target, host)
        given = extra_host.changes(self.read(ExtraHostSchema, partial=True))
        changed = services.change(self.actor, row, **given)
        return Response(shape.asset(changed, with_target=self.with_target))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, target: str, host: str) -> Response:
        """Removes the extra host."""
        services.remove(self.actor, lookup.extra_host(self.actor, target, host))
        return Response(status=204)
