"""`/targets/{t}/keys/`: keys for one target and nothing else, as older clients know them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import lookup, paging, people_criteria, people_lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.schemas.people import OlderKeySchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import people as shape
from vedette.server.tenancy import holders
from vedette.server.tenancy.models import ApiKey
from vedette.server.tenancy.services import keys


class TargetKeyList(ProbelyView):
    """The keys whose every role is over this target alone."""

    @extend_schema(parameters=[*LIST], responses=page_of(OlderKeySchema))
    def get(self, request: Request, target: str) -> Response:
        """Keys, oldest first."""
        row = lookup.target(self.actor, target)
        rows = holders.keys(self.actor, people_criteria.holders(request), only_target=row.pk)
        return paging.respond(request, rows, shape.older_key)

    @extend_schema(request=OlderKeySchema, responses={201: OlderKeySchema})
    def post(self, request: Request, target: str) -> Response:
        """Makes a key that may do with the target what the caller may. Its secret is told here and never again."""
        row = lookup.target(self.actor, target)
        name = self.read(OlderKeySchema)["name"]
        grants = people_lookup.as_caller_over(self.actor, row)
        made, secret = keys.create_key(actor=self.actor, name=name, grants=grants)
        return Response(shape.older_key(holders.key_again(self.actor, made), secret), status=201)


class TargetKeyDetail(ProbelyView):
    """One of these keys."""

    def row(self, target: str, key: str) -> ApiKey:
        """The key of this target."""
        return holders.key(self.actor, key, only_target=lookup.target(self.actor, target).pk)

    @extend_schema(responses=OlderKeySchema)
    def get(self, request: Request, target: str, key: str) -> Response:
        """The key, without its secret."""
        return Response(shape.older_key(self.row(target, key)))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, target: str, key: str) -> Response:
        """Removes the key and its roles."""
        keys.delete(actor=self.actor, key=self.row(target, key))
        return Response(status=204)
