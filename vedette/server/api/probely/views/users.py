"""`/users/`: people."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import paging, people_criteria, people_lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.people_parameters import HOLDERS
from vedette.server.api.probely.schemas.people import (
    BulkPersonSchema,
    InvitedSchema,
    NewPersonSchema,
    PersonChangeSchema,
    PersonSchema,
    TargetBriefSchema,
)
from vedette.server.api.probely.schemas.small import IdsSchema, page_of
from vedette.server.api.probely.shapes import people as shape
from vedette.server.targets import filters as targets
from vedette.server.tenancy import holders
from vedette.server.tenancy.services import people, several


class UserList(ProbelyView):
    """The people of the organisation."""

    @extend_schema(parameters=[*LIST, *HOLDERS], responses=page_of(PersonSchema))
    def get(self, request: Request) -> Response:
        """People, oldest membership first."""
        return paging.respond(request, holders.people(self.actor, people_criteria.holders(request)), shape.person)

    @extend_schema(request=NewPersonSchema, responses={201: InvitedSchema})
    def post(self, request: Request) -> Response:
        """Invites a person. The token lets them in, once; it is told here and never again."""
        given = self.read(NewPersonSchema)
        member, token = people.create_member(
            actor=self.actor,
            email=given["email"],
            name=given.get("name", ""),
            title=given.get("title", ""),
            labels=people_lookup.person_labels(self.actor, given.get("labels")) or (),
            grants=people_lookup.new_grants(self.actor, given.get("user_roles")) or (),
        )
        shown = shape.person(holders.member_again(self.actor, member))
        return Response({**shown, "invitation_token": token}, status=201)


class UserDetail(ProbelyView):
    """One person."""

    @extend_schema(responses=PersonSchema)
    def get(self, request: Request, user: str) -> Response:
        """The person."""
        return Response(shape.person(holders.member(self.actor, user)))

    @extend_schema(request=PersonChangeSchema, responses=PersonSchema)
    def put(self, request: Request, user: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, user)

    @extend_schema(request=PersonChangeSchema, responses=PersonSchema)
    def patch(self, request: Request, user: str) -> Response:
        """Changes what is given; `user_roles` replaces the roles as a whole."""
        row = holders.member(self.actor, user)
        given = self.read(PersonChangeSchema, partial=True)
        changed = people.change_member(
            actor=self.actor,
            member=row,
            name=given.get("name"),
            title=given.get("title"),
            active=given.get("active"),
            labels=people_lookup.person_labels(self.actor, given.get("labels")),
            grants=people_lookup.new_grants(self.actor, given.get("user_roles")),
        )
        return Response(shape.person(holders.member_again(self.actor, changed)))

    @extend_schema(responses={204: OpenApiResponse(description="Shut out.")})
    def delete(self, request: Request, user: str) -> Response:
        """Shuts the person out; what they did keeps their name, and `active` lets them in again."""
        people.deactivate(actor=self.actor, member=holders.member(self.actor, user))
        return Response(status=204)


class UserTargets(ProbelyView):
    """The targets of a person."""

    @extend_schema(parameters=[*LIST], responses=page_of(TargetBriefSchema))
    def get(self, request: Request, user: str) -> Response:
        """Those that the person can see, as far as the caller can see them too; by name."""
        other = holders.as_holder(self.actor, holders.member(self.actor, user))
        return paging.respond(request, targets.also_seen_by(self.actor, other), shape.target_brief)


class UserBulkUpdate(ProbelyView):
    """The same change to several people."""

    @extend_schema(request=BulkPersonSchema, responses=IdsSchema)
    def post(self, request: Request) -> Response:
        """Changes all of them or none."""
        given = self.read(BulkPersonSchema)
        rows = several.change_members(
            actor=self.actor,
            members=holders.members(self.actor, given["ids"]),
            title=given.get("title"),
            active=given.get("active"),
            labels=people_lookup.person_labels(self.actor, given.get("labels")),
            grants=people_lookup.new_grants(self.actor, given.get("user_roles")),
        )
        return Response({"ids": [row.user.public_id for row in rows]})
