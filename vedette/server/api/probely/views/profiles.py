"""`/scan-profiles/`: how to scan."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import paging, people_criteria
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.people_parameters import PROFILES
from vedette.server.api.probely.schemas.account import ProfileInputSchema, ProfileSchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import scan_profile as shape
from vedette.server.scans import filters
from vedette.server.scans.services import profiles as services


class ScanProfileList(ProbelyView):
    """The built-in profiles and those of the organisation."""

    @extend_schema(parameters=[*LIST, *PROFILES], responses=page_of(ProfileSchema))
    def get(self, request: Request) -> Response:
        """Profiles, oldest first; archived ones too, unless `archived` says otherwise."""
        self.need("profiles.view")
        return paging.respond(request, filters.profiles(self.actor, people_criteria.profiles(request)), shape.full)

    @extend_schema(request=ProfileInputSchema, responses=ProfileSchema)
    def post(self, request: Request) -> Response:
        """Makes a profile. What is not given is as in the built-in normal one."""
        row = services.create(actor=self.actor, **shape.fields(self.read(ProfileInputSchema)))
        return Response(shape.full(row))


class ScanProfileDetail(ProbelyView):
    """One profile."""

    @extend_schema(responses=ProfileSchema)
    def get(self, request: Request, profile: str) -> Response:
        """The profile, archived or not."""
        self.need("profiles.view")
        return Response(shape.full(filters.profile(self.actor, profile)))

    @extend_schema(request=ProfileInputSchema, responses=ProfileSchema)
    def put(self, request: Request, profile: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, profile)

    @extend_schema(request=ProfileInputSchema, responses=ProfileSchema)
    def patch(self, request: Request, profile: str) -> Response:
        """Changes what is given, or archives. Scans that run keep what they were started with."""
        row = filters.profile(self.actor, profile)
        given = shape.fields(self.read(ProfileInputSchema, partial=True))
        return Response(shape.full(services.change(actor=self.actor, profile=row, **given)))
