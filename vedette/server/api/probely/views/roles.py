"""`/roles/` and `/permissions/`."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import paging, query
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.people_parameters import ROLES
from vedette.server.api.probely.schemas.people import PermissionSchema, RoleSchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import people as shape
from vedette.server.tenancy import filters, queries, rules
from vedette.server.tenancy.services import roles as services


class RoleList(ProbelyView):
    """The built-in roles and those of the organisation."""

    @extend_schema(parameters=[*LIST, *ROLES], responses=page_of(RoleSchema))
    def get(self, request: Request) -> Response:
        """Roles, oldest first."""
        tiers = query.choices(request, "assignable_to", rules.TIERS)
        rows = filters.roles(
            self.actor,
            custom=query.flag(request, "custom"),
            tier=tiers[0] if tiers else "",
            search=query.text(request, "search"),
            ordering=query.text(request, "ordering"),
        )
        return paging.respond(request, rows, shape.role)

    @extend_schema(request=RoleSchema, responses={201: RoleSchema})
    def post(self, request: Request) -> Response:
        """Makes a role."""
        given = self.read(RoleSchema)
        row = services.create(
            actor=self.actor,
            name=given["name"],
            permissions=given["permissions"],
            description=given.get("description") or "",
        )
        return Response(shape.role(row), status=201)


class RoleDetail(ProbelyView):
    """One role."""

    @extend_schema(responses=RoleSchema)
    def get(self, request: Request, role: str) -> Response:
        """The role with its permissions."""
        return Response(shape.role(queries.get_role(self.actor, role)))

    @extend_schema(request=RoleSchema, responses=RoleSchema)
    def put(self, request: Request, role: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, role)

    @extend_schema(request=RoleSchema, responses=RoleSchema)
    def patch(self, request: Request, role: str) -> Response:
        """Changes what is given, for everybody who holds the role."""
        row = queries.get_role(self.actor, role)
        given = self.read(RoleSchema, partial=True)
        changed = services.change(
            actor=self.actor,
            role=row,
            name=given.get("name"),
            description=given["description"] or "" if "description" in given else None,
            permissions=given.get("permissions"),
        )
        return Response(shape.role(changed))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, role: str) -> Response:
        """Deletes a role that nobody holds."""
        services.delete(actor=self.actor, role=queries.get_role(self.actor, role))
        return Response(status=204)


class PermissionList(ProbelyView):
    """What roles can let people do."""

    @extend_schema(parameters=[*LIST], responses=page_of(PermissionSchema))
    def get(self, request: Request) -> Response:
        """Every permission."""
        wanted = query.text(request, "search").lower()
        names = [name for name, about in rules.PERMISSIONS.items() if wanted in f"{name} {about}".lower()]
        return paging.listed(request, names, shape.permission)
