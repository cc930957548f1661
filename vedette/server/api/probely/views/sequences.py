"""`/targets/{t}/sequences/` and `/targets/sequences/`: recorded sequences."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, lookup, paging, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import BY_ID, INCLUDE, LIST, SEQUENCE_FILTERS
from vedette.server.api.probely.schemas.site_parts import OrderSchema, SequenceSchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import site_parts as shape
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Sequence
from vedette.server.targets.services import sequences as services

ORDERINGS = {"index": "position", "name": "name", "type": "kind", "enabled": "enabled", "changed": "changed_at"}
"""Names to order by, each also with `-`, and their columns."""


class SequenceView(ProbelyView):
    """The base of views that show sequences."""

    def shaped(self, row: Sequence) -> dict[str, Any]:
        """A sequence with what the request wants to see of it."""
        wanted = query.words(self.request, "include")
        return shape.sequence(row, with_content="content" in wanted, with_target="target" in wanted)

    def row(self, target: str, sequence: str) -> Sequence:
        """One sequence of this target."""
        return targets.belonging(self.actor, Sequence, target, sequence)

    def page(self, wanted: tuple[str, ...]) -> Response:
        """A page of sequences, of these targets or of all."""
        rows = _narrowed(self.request, targets.belongings(self.actor, Sequence), wanted)
        if "target" in query.words(self.request, "include"):
            full = Prefetch("target", targets.for_page(targets.for_actor(self.actor)))
            rows = rows.select_related(None).prefetch_related(full)
        rows = criteria.ordered(self.request, rows, ORDERINGS, ("target_id", "position", "id"))
        return paging.respond(self.request, rows, self.shaped)


def _narrowed(request: Request, rows: QuerySet[Sequence], wanted: tuple[str, ...]) -> QuerySet[Sequence]:
    rows = rows.filter(target__public_id__in=wanted) if wanted else rows
    ids = query.words(request, "id")
    if ids:
        rows = rows.filter(public_id__in=ids)
        if criteria.must_exist(request):
            lookup.check_ids(ids, rows.values_list("public_id", flat=True))
    enabled = query.flag(request, "enabled")
    rows = rows if enabled is None else rows.filter(enabled=enabled)
    kinds = query.choices(request, "type", (services.LOGIN, services.NAVIGATION))
    rows = rows.filter(kind__in=kinds) if kinds else rows
    name = query.text(request, "name")
    rows = rows.filter(name=name) if name else rows
    search = query.text(request, "search")
    return rows.filter(name__icontains=search) if search else rows


class SequencesOfAccount(SequenceView):
    """The sequences of all targets."""

    @extend_schema(parameters=[*LIST, *BY_ID, *SEQUENCE_FILTERS], responses=page_of(SequenceSchema))
    def get(self, request: Request) -> Response:
        """Sequences, in the order in which they are replayed."""
        return self.page(query.words(request, "target"))


class SequenceList(SequenceView):
    """The sequences of a target."""

    @extend_schema(parameters=[*LIST, *BY_ID, *SEQUENCE_FILTERS], responses=page_of(SequenceSchema))
    def get(self, request: Request, target: str) -> Response:
        """Sequences, in the order in which they are replayed."""
        lookup.target(self.actor, target)
        return self.page((target,))

    @extend_schema(parameters=[INCLUDE], request=SequenceSchema, responses={201: SequenceSchema})
    def post(self, request: Request, target: str) -> Response:
        """Adds a sequence."""
        row = lookup.target(self.actor, target)
        given = self.read(SequenceSchema)
        lookup.required(given, "content")
        given = shape.sequence_changes(given)
        return Response(self.shaped(services.add(self.actor, row, **given)), status=201)


class SequenceDetail(SequenceView):
    """One sequence."""

    @extend_schema(parameters=[INCLUDE], responses=SequenceSchema)
    def get(self, request: Request, target: str, sequence: str) -> Response:
        """The sequence."""
        return Response(self.shaped(self.row(target, sequence)))

    @extend_schema(parameters=[INCLUDE], request=SequenceSchema, responses=SequenceSchema)
    def put(self, request: Request, target: str, sequence: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target, sequence)

    @extend_schema(parameters=[INCLUDE], request=SequenceSchema, responses=SequenceSchema)
    def patch(self, request: Request, target: str, sequence: str) -> Response:
        """Changes what is given."""
        row = self.row(target, sequence)
        given = shape.sequence_changes(self.read(SequenceSchema, partial=True))
        return Response(self.shaped(services.change(self.actor, row, **given)))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, target: str, sequence: str) -> Response:
        """Removes the sequence."""
        services.remove(self.actor, self.row(target, sequence))
        return Response(status=204)


class SequenceOrder(SequenceView):
    """The place of a sequence among those of its target."""

    @extend_schema(parameters=[INCLUDE], request=OrderSchema, responses=SequenceSchema)
    def post(self, request: Request, target: str, sequence: str) -> Response:
        """Moves the sequence there; the others make room."""
        row = self.row(target, sequence)
        return Response(self.shaped(services.change(self.actor, row, position=self.read(OrderSchema)["index"])))
