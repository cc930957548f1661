"""`/teams/`, and moving targets between them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import lookup, paging, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.errors import renamed
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.people_parameters import TEAMS
from vedette.server.api.probely.schemas.people import BulkMoveSchema, MoveSchema, TeamFullSchema, TeamsSlotsSchema
from vedette.server.api.probely.schemas.small import IdsSchema, page_of
from vedette.server.api.probely.schemas.target import TargetSchema
from vedette.server.api.probely.shapes import people as shape
from vedette.server.api.probely.shapes import target as target_shape
from vedette.server.api.probely.shapes.small import Json
from vedette.server.api.probely.views.targets import TargetView
from vedette.server.targets import filters as targets
from vedette.server.targets.services import targets as target_services
from vedette.server.tenancy import filters
from vedette.server.tenancy.models import Team
from vedette.server.tenancy.services import teams as services


class TeamView(ProbelyView):
    """The base of views that show teams."""

    def shown(self, row: Team) -> Json:
        """A team with those of its targets that the caller may see."""
        return shape.team(row, targets.of_team(self.actor, row.pk))


class TeamList(TeamView):
    """The teams of the organisation."""

    @extend_schema(parameters=[*LIST, *TEAMS], responses=page_of(TeamFullSchema))
    def get(self, request: Request) -> Response:
        """Teams, oldest first."""
        rows = filters.teams(
            self.actor,
            holders=query.words(request, "user"),
            may_create=query.flag(request, "can_create_target"),
            may_move=query.flag(request, "can_move"),
            search=query.text(request, "search"),
            ordering=query.text(request, "ordering"),
        )
        return paging.respond(request, rows, self.shown)

    @extend_schema(request=TeamFullSchema, responses={201: TeamFullSchema})
    def post(self, request: Request) -> Response:
        """Makes a team."""
        row = services.create(actor=self.actor, **self.read(TeamFullSchema))
        return Response(self.shown(filters.team_again(self.actor, row)), status=201)


class TeamDetail(TeamView):
    """One team."""

    @extend_schema(responses=TeamFullSchema)
    def get(self, request: Request, team: str) -> Response:
        """The team with its numbers."""
        return Response(self.shown(filters.team(self.actor, team)))

    @extend_schema(request=TeamFullSchema, responses=TeamFullSchema)
    def put(self, request: Request, team: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, team)

    @extend_schema(request=TeamFullSchema, responses=TeamFullSchema)
    def patch(self, request: Request, team: str) -> Response:
        """Changes what is given."""
        row = filters.team(self.actor, team)
        changed = services.change(actor=self.actor, team=row, **self.read(TeamFullSchema, partial=True))
        return Response(self.shown(filters.team_again(self.actor, changed)))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, team: str) -> Response:
        """Deletes the team; its people and targets stay."""
        services.delete(actor=self.actor, team=filters.team(self.actor, team))
        return Response(status=204)


class TeamSlots(ProbelyView):
    """Room for more targets in teams."""

    @extend_schema(responses=TeamsSlotsSchema)
    def get(self, request: Request) -> Response:
        """How many more targets the teams may have."""
        return Response(shape.slots(filters.teams(self.actor)))


class MoveTeam(TargetView):
    """The team of a target."""

    @extend_schema(request=MoveSchema, responses=TargetSchema)
    def post(self, request: Request, target: str) -> Response:
        """Moves the target to this team and out of all others."""
        row = lookup.target(self.actor, target)
        team = self.read(MoveSchema)["team"]
        with renamed({"teams": "team"}):
            moved = target_services.change(self.actor, row, teams=[team] if team else [])
        return Response(target_shape.full(moved, self.profiles()))


class BulkMoveTeam(ProbelyView):
    """The team of several targets."""

    @extend_schema(request=BulkMoveSchema, responses=IdsSchema)
    def post(self, request: Request) -> Response:
        """Moves all of them or none."""
        given = self.read(BulkMoveSchema)
        team = given["team"]
        with renamed({"teams": "team"}):
            rows = target_services.change_many(self.actor, given["ids"], teams=[team] if team else [])
        return Response({"ids": [row.public_id for row in rows]})
