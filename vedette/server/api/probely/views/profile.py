"""`/profile/`: the caller."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import paging
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.schemas.account import OwnPermissionsSchema, PasswordSchema
from vedette.server.api.probely.schemas.people import GrantSchema, PersonSchema, TargetBriefSchema
from vedette.server.api.probely.schemas.small import ErrorSchema, page_of
from vedette.server.api.probely.shapes import people as shape
from vedette.server.kernel.errors import NotAllowed, NotFound
from vedette.server.targets import filters as targets
from vedette.server.tenancy import holders


class Profile(ProbelyView):
    """The caller, in the form of a person."""

    @extend_schema(responses=PersonSchema)
    def get(self, request: Request) -> Response:
        """The key that asks."""
        if self.actor.key is None:
            raise NotFound
        return Response(shape.caller(holders.key_again(self.actor, self.actor.key)))


class ProfilePermissions(ProbelyView):
    """What the caller may do."""

    @extend_schema(responses=OwnPermissionsSchema)
    def get(self, request: Request) -> Response:
        """Over the account, and over targets and teams by their ids."""
        return Response(shape.own_permissions(self.actor, holders.own_grants(self.actor)))


class ProfileRoles(ProbelyView):
    """The roles of the caller."""

    @extend_schema(parameters=[*LIST], responses=page_of(GrantSchema))
    def get(self, request: Request) -> Response:
        """Each with what it is over."""
        return paging.listed(request, holders.own_grants(self.actor), shape.grant)


class ProfileTargets(ProbelyView):
    """The targets of the caller."""

    @extend_schema(parameters=[*LIST], responses=page_of(TargetBriefSchema))
    def get(self, request: Request) -> Response:
        """Those that the caller can see, by name."""
        return paging.respond(request, targets.also_seen_by(self.actor, self.actor), shape.target_brief)


class ChangePassword(ProbelyView):
    """The password of a person."""

    @extend_schema(request=PasswordSchema, responses={403: ErrorSchema})
    def post(self, request: Request) -> Response:
        """Refused: whoever calls here is a key, and a key has no password."""
        raise NotAllowed("person_required", "A key has no password: people change theirs where they sign in.")
