"""`/labels/targets/`, `/labels/findings/`, `/labels/users/`, and `/labels/` (of findings) for older clients."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, paging, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.people_parameters import TARGET_LABELS
from vedette.server.api.probely.schemas.people import NewLabelSchema
from vedette.server.api.probely.schemas.small import LabelSchema, page_of
from vedette.server.api.probely.shapes import small as shape
from vedette.server.tenancy import filters, queries
from vedette.server.tenancy.services import labels as services


class LabelView(ProbelyView):
    """The base of these views; `kind` is what the labels are for. Those of targets come first, the others follow."""

    kind = "target"


class TargetLabelList(LabelView):
    """The labels of a kind."""

    @extend_schema(parameters=[*LIST, *TARGET_LABELS], responses=page_of(LabelSchema))
    def get(self, request: Request) -> Response:
        """Labels, oldest first."""
        wanted = query.words(request, "id")
        if criteria.must_exist(request):
            filters.require_labels(self.actor, self.kind, wanted)
        rows = filters.labels(
            self.actor,
            self.kind,
            wanted=wanted,
            assigned=query.flag(request, "assigned"),
            teams=query.words(request, "team"),
            search=query.text(request, "search"),
            ordering=query.text(request, "ordering"),
        )
        return paging.respond(request, rows, shape.label)

    @extend_schema(request=NewLabelSchema, responses={201: LabelSchema})
    def post(self, request: Request) -> Response:
        """Makes a label."""
        row = services.create(actor=self.actor, kind=self.kind, **self.read(NewLabelSchema))
        return Response(shape.label(row), status=201)


class TargetLabelDetail(LabelView):
    """One label."""

    @extend_schema(responses=LabelSchema)
    def get(self, request: Request, label: str) -> Response:
        """The label."""
        return Response(shape.label(queries.get_label(self.actor, self.kind, label)))

    @extend_schema(request=NewLabelSchema, responses=LabelSchema)
    def put(self, request: Request, label: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, label)

    @extend_schema(request=NewLabelSchema, responses=LabelSchema)
    def patch(self, request: Request, label: str) -> Response:
        """Changes the label wherever it is used."""
        row = queries.get_label(self.actor, self.kind, label)
        changed = services.change(actor=self.actor, label=row, **self.read(NewLabelSchema, partial=True))
        return Response(shape.label(changed))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, label: str) -> Response:
        """Deletes the label and takes it off everything."""
        services.delete(actor=self.actor, label=queries.get_label(self.actor, self.kind, label))
        return Response(status=204)


class FindingLabelList(TargetLabelList):
    """The labels of findings."""

    kind = "finding"


class FindingLabelDetail(TargetLabelDetail):
    """One label of findings."""

    kind = "finding"


class UserLabelList(TargetLabelList):
    """The labels of people and keys."""

    kind = "user"


class UserLabelDetail(TargetLabelDetail):
    """One label of people and keys."""

    kind = "user"


class OlderLabelList(FindingLabelList):
    """The labels of findings for older clients."""


class OlderLabelDetail(FindingLabelDetail):
    """One of them."""
