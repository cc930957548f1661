"""`/user-roles/` and `/api-user-roles/`: who holds which role over what."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from vedette.server.api.probely import paging, people_criteria, people_lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.people_parameters import GRANTS
from vedette.server.api.probely.schemas.people import (
    GrantChangeSchema,
    GrantChangesSchema,
    GrantIdsSchema,
    GrantOperationsSchema,
    GrantOutcomeSchema,
    GrantSchema,
    NewGrantSchema,
    NewGrantsSchema,
)
from vedette.server.api.probely.schemas.small import IdsSchema, page_of
from vedette.server.api.probely.shapes import people as shape
from vedette.server.tenancy import filters
from vedette.server.tenancy.services import roles, several


class GrantView(ProbelyView):
    """The base of these views; `holder` tells people from keys. Those of people come first, those of keys follow."""

    holder = "user"

    def several(self, schema: type[Serializer[Any]], name: str) -> list[Any]:
        """A list that may be the whole body, or stand in it under this name."""
        data = {name: self.request.data} if isinstance(self.request.data, list) else self.request.data
        given = schema(data=data or {})
        given.is_valid(raise_exception=True)
        return list(given.validated_data[name])


class UserGrantList(GrantView):
    """The roles that people hold."""

    @extend_schema(parameters=[*LIST, *GRANTS], responses=page_of(GrantSchema))
    def get(self, request: Request) -> Response:
        """Grants, oldest first."""
        rows = filters.grants(self.actor, self.holder, people_criteria.grants(request))
        return paging.respond(request, rows, shape.grant)

    @extend_schema(request=NewGrantSchema, responses={201: GrantSchema})
    def post(self, request: Request) -> Response:
        """Gives a role."""
        one = people_lookup.holding(self.actor, self.holder, self.read(NewGrantSchema))
        made, _ = several.operate(actor=self.actor, create=[one])
        return Response(shape.grant(made[0]), status=201)


class UserGrantDetail(GrantView):
    """One grant."""

    @extend_schema(responses=GrantSchema)
    def get(self, request: Request, grant: str) -> Response:
        """The grant."""
        return Response(shape.grant(filters.grant(self.actor, self.holder, grant)))

    @extend_schema(request=GrantChangeSchema, responses=GrantSchema)
    def put(self, request: Request, grant: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, grant)

    @extend_schema(request=GrantChangeSchema, responses=GrantSchema)
    def patch(self, request: Request, grant: str) -> Response:
        """Changes the role or its scope."""
        row = filters.grant(self.actor, self.holder, grant)
        wish = people_lookup.changed_grant(self.actor, row, self.read(GrantChangeSchema, partial=True))
        return Response(shape.grant(several.change_grant(actor=self.actor, grant=row, wish=wish)))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, grant: str) -> Response:
        """Takes the role away."""
        roles.revoke(actor=self.actor, grant=filters.grant(self.actor, self.holder, grant))
        return Response(status=204)


class UserGrantBulkCreate(GrantView):
    """Several roles to give."""

    @extend_schema(request=NewGrantsSchema, responses={201: GrantSchema(many=True)})
    def post(self, request: Request) -> Response:
        """Gives all of them or none."""
        given = self.several(NewGrantsSchema, "user_roles")
        wishes = [people_lookup.holding(self.actor, self.holder, one) for one in given]
        made, _ = several.operate(actor=self.actor, create=wishes)
        return Response([shape.grant(row) for row in made], status=201)


class UserGrantBulkUpdate(GrantView):
    """Several grants to change."""

    @extend_schema(request=GrantChangesSchema, responses={201: GrantSchema(many=True)})
    def post(self, request: Request) -> Response:
        """Changes all of them or none."""
        given = self.several(GrantChangesSchema, "user_roles")
        wishes = people_lookup.changed_grants(self.actor, self.holder, given)
        _, changed = several.operate(actor=self.actor, update=wishes)
        return Response([shape.grant(row) for row in changed], status=201)


class UserGrantBulkDelete(GrantView):
    """Several grants to take away."""

    @extend_schema(request=GrantIdsSchema, responses=IdsSchema)
    def post(self, request: Request) -> Response:
        """Takes all of them away or none."""
        ids = self.several(GrantIdsSchema, "ids")
        rows = filters.several_grants(self.actor, self.holder, ids)
        several.operate(actor=self.actor, delete=rows)
        return Response({"ids": list(dict.fromkeys(ids))})


class UserGrantBulkOperations(GrantView):
    """Grants to give, change and take away."""

    @extend_schema(request=GrantOperationsSchema, responses=GrantOutcomeSchema)
    def post(self, request: Request) -> Response:
        """Does all of it or nothing."""
        given = self.read(GrantOperationsSchema)
        gone = list(dict.fromkeys(given.get("delete", [])))
        made, changed = several.operate(
            actor=self.actor,
            create=[people_lookup.holding(self.actor, self.holder, one) for one in given.get("create", [])],
            update=people_lookup.changed_grants(self.actor, self.holder, given.get("update", [])),
            delete=filters.several_grants(self.actor, self.holder, gone),
        )
        created, updated = ([shape.grant(row) for row in rows] for rows in (made, changed))
        return Response({"created": created, "updated": updated, "deleted": gone})


class KeyGrantList(UserGrantList):
    """The roles that keys hold."""

    holder = "key"


class KeyGrantDetail(UserGrantDetail):
    """One grant of a key."""

    holder = "key"


class KeyGrantBulkCreate(UserGrantBulkCreate):
    """Several roles to give to keys."""

    holder = "key"


class KeyGrantBulkUpdate(UserGrantBulkUpdate):
    """Several grants of keys to change."""

    holder = "key"


class KeyGrantBulkDelete(UserGrantBulkDelete):
    """Several grants of keys to take away."""

    holder = "key"


class KeyGrantBulkOperations(UserGrantBulkOperations):
    """Grants of keys to give, change and take away."""

    holder = "key"
