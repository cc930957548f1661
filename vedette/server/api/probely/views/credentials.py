"""`/credentials/`: secrets that several targets use."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import lookup, paging, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import CREDENTIAL_FILTERS, LIST
from vedette.server.api.probely.schemas.credential import CredentialSchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import credential as shape
from vedette.server.targets import credentials
from vedette.server.targets.credentials import CredentialFilter
from vedette.server.targets.services import credentials as services


class CredentialList(ProbelyView):
    """All credentials that one may see."""

    @extend_schema(parameters=[*LIST, *CREDENTIAL_FILTERS], responses=page_of(CredentialSchema))
    def get(self, request: Request) -> Response:
        """Credentials, oldest first."""
        wanted = CredentialFilter(
            sensitive=query.flag(request, "is_sensitive"),
            teams=query.words(request, "team"),
            search=query.text(request, "search"),
            ordering=query.text(request, "ordering"),
        )
        return paging.respond(request, credentials.listed(self.actor, wanted), shape.full)

    @extend_schema(request=CredentialSchema, responses={201: CredentialSchema})
    def post(self, request: Request) -> Response:
        """Stores a credential."""
        given = shape.changes(self.read(CredentialSchema))
        lookup.required(given, "value")
        return Response(shape.full(services.create(self.actor, **given)), status=201)


class CredentialDetail(ProbelyView):
    """One credential."""

    @extend_schema(responses=CredentialSchema)
    def get(self, request: Request, credential: str) -> Response:
        """The credential."""
        return Response(shape.full(credentials.get(self.actor, credential)))

    @extend_schema(request=CredentialSchema, responses=CredentialSchema)
    def put(self, request: Request, credential: str) -> Response:
        """As PATCH."""
        return self.patch(request, credential)

    @extend_schema(request=CredentialSchema, responses=CredentialSchema)
    def patch(self, request: Request, credential: str) -> Response:
        """Changes what is given; targets that use it do so from their next scan on."""
        row = credentials.get(self.actor, credential)
        given = shape.changes(self.read(CredentialSchema, partial=True))
        return Response(shape.full(services.change(self.actor, row, **given)))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, credential: str) -> Response:
        """Deletes a credential that no target uses."""
        services.delete(self.actor, credentials.get(self.actor, credential))
        return Response(status=204)
