"""`/domains/`: hosts, and whether they were shown to belong to the organisation."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import paging, people_criteria, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.people_parameters import DOMAINS
from vedette.server.api.probely.schemas.account import DomainSchema, VerifySchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import owned_domain as shape
from vedette.server.discovery import queries as discovery
from vedette.server.discovery.services import domains as discovered
from vedette.server.targets import filters, ownership, queries
from vedette.server.targets.services import domains as services


class DomainList(ProbelyView):
    """The domains of the organisation."""

    @extend_schema(parameters=[*LIST, *DOMAINS], responses=page_of(DomainSchema))
    def get(self, request: Request) -> Response:
        """Domains, oldest first."""
        rows = filters.domains(self.actor, people_criteria.domains(request))
        rows = discovery.enabled(rows, query.flag(request, "discovery_enabled"))
        return paging.respond(request, rows, shape.full)

    @extend_schema(request=DomainSchema, responses={201: DomainSchema})
    def post(self, request: Request) -> Response:
        """Adds a domain."""
        return Response(shape.full(discovered.add(self.actor, **self.read(DomainSchema))), status=201)


class DomainDetail(ProbelyView):
    """One domain."""

    @extend_schema(responses=DomainSchema)
    def get(self, request: Request, domain: str) -> Response:
        """The domain."""
        return Response(shape.full(queries.get_domain(self.actor, domain)))

    @extend_schema(request=DomainSchema, responses=DomainSchema)
    def put(self, request: Request, domain: str) -> Response:
        """As PATCH."""
        return self.patch(request, domain)

    @extend_schema(request=DomainSchema, responses=DomainSchema)
    def patch(self, request: Request, domain: str) -> Response:
        """Changes what is sent to show the owner, and switches discovery on or off; name and port may be repeated."""
        row = queries.get_domain(self.actor, domain)
        return Response(shape.full(discovered.change(self.actor, row, **self.read(DomainSchema, partial=True))))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, domain: str) -> Response:
        """Removes a domain that no target uses."""
        services.remove(self.actor, queries.get_domain(self.actor, domain))
        return Response(status=204)


class DomainVerify(ProbelyView):
    """The proof that a domain belongs to the organisation."""

    @extend_schema(request=VerifySchema, responses=DomainSchema)
    def post(self, request: Request, domain: str) -> Response:
        """Looks for the proof now; the answer says how it went, or that it is still running."""
        row = queries.get_domain(self.actor, domain)
        return Response(shape.full(ownership.start_check(self.actor, row, self.read(VerifySchema)["type"])))
