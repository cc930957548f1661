"""`/api-users/`, and `/keys/` as older clients know it: keys for scripts."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import paging, people_criteria, people_lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.people_parameters import KEYS
from vedette.server.api.probely.schemas.account import KeyPolicySchema
from vedette.server.api.probely.schemas.people import (
    BulkKeySchema,
    KeyChangeSchema,
    KeySchema,
    NewKeySchema,
    OlderKeySchema,
    TargetBriefSchema,
)
from vedette.server.api.probely.schemas.small import IdsSchema, page_of
from vedette.server.api.probely.shapes import account as account_shape
from vedette.server.api.probely.shapes import people as shape
from vedette.server.targets import filters as targets
from vedette.server.tenancy import holders
from vedette.server.tenancy.services import account, keys, several


class ApiUserList(ProbelyView):
    """The keys of the organisation."""

    @extend_schema(parameters=[*LIST, *KEYS], responses=page_of(KeySchema))
    def get(self, request: Request) -> Response:
        """Keys, oldest first."""
        return paging.respond(request, holders.keys(self.actor, people_criteria.holders(request)), shape.key)

    @extend_schema(request=NewKeySchema, responses=KeySchema)
    def post(self, request: Request) -> Response:
        """Makes a key. Its secret is told here and never again."""
        given = self.read(NewKeySchema)
        row, secret = keys.create_key(
            actor=self.actor,
            name=given["name"],
            days_valid_for=given.get("days_valid_for"),
            labels=people_lookup.person_labels(self.actor, given.get("labels")) or (),
            grants=people_lookup.new_grants(self.actor, given.get("user_roles")) or (),
        )
        return Response(shape.key(holders.key_again(self.actor, row), secret))


class ApiUserDetail(ProbelyView):
    """One key."""

    @extend_schema(responses=KeySchema)
    def get(self, request: Request, key: str) -> Response:
        """The key, without its secret."""
        return Response(shape.key(holders.key(self.actor, key)))

    @extend_schema(request=KeyChangeSchema, responses=KeySchema)
    def put(self, request: Request, key: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, key)

    @extend_schema(request=KeyChangeSchema, responses=KeySchema)
    def patch(self, request: Request, key: str) -> Response:
        """Changes what is given; `user_roles` replaces the roles as a whole."""
        row = holders.key(self.actor, key)
        given = self.read(KeyChangeSchema, partial=True)
        changed = keys.change(
            actor=self.actor,
            key=row,
            name=given.get("name"),
            active=given.get("active"),
            labels=people_lookup.person_labels(self.actor, given.get("labels")),
            grants=people_lookup.new_grants(self.actor, given.get("user_roles")),
        )
        return Response(shape.key(holders.key_again(self.actor, changed)))

    @extend_schema(responses={200: KeySchema})
    def delete(self, request: Request, key: str) -> Response:
        """Switches the key off at once; the answer shows it."""
        row = keys.revoke(actor=self.actor, key=holders.key(self.actor, key))
        return Response(shape.key(holders.key_again(self.actor, row)))


class ApiUserTargets(ProbelyView):
    """The targets of a key."""

    @extend_schema(parameters=[*LIST], responses=page_of(TargetBriefSchema))
    def get(self, request: Request, key: str) -> Response:
        """Those that the key can see, as far as the caller can see them too; by name."""
        other = holders.as_holder(self.actor, holders.key(self.actor, key))
        return paging.respond(request, targets.also_seen_by(self.actor, other), shape.target_brief)


class ApiUserBulkUpdate(ProbelyView):
    """The same change to several keys."""

    @extend_schema(request=BulkKeySchema, responses=IdsSchema)
    def post(self, request: Request) -> Response:
        """Changes all of them or none."""
        given = self.read(BulkKeySchema)
        rows = several.change_keys(
            actor=self.actor,
            found=holders.several_keys(self.actor, given["ids"]),
            active=given.get("active"),
            labels=people_lookup.person_labels(self.actor, given.get("labels")),
            grants=people_lookup.new_grants(self.actor, given.get("user_roles")),
        )
        return Response({"ids": [row.public_id for row in rows]})


class ApiUserPolicy(ProbelyView):
    """How long keys may live."""

    @extend_schema(responses=KeyPolicySchema)
    def get(self, request: Request) -> Response:
        """The policy."""
        self.need("organisation.view")
        return Response(account_shape.key_policy(self.actor.organisation))

    @extend_schema(request=KeyPolicySchema, responses=KeyPolicySchema)
    def put(self, request: Request) -> Response:
        """Changes what is given. Keys that exist keep their end."""
        given = account_shape.policy_fields(self.read(KeyPolicySchema, partial=True))
        return Response(account_shape.key_policy(account.change_settings(actor=self.actor, **given)))


class OlderKeyList(ProbelyView):
    """The same keys for older clients."""

    @extend_schema(parameters=[*LIST], responses=page_of(OlderKeySchema))
    def get(self, request: Request) -> Response:
        """Keys, oldest first."""
        return paging.respond(request, holders.keys(self.actor, people_criteria.holders(request)), shape.older_key)

    @extend_schema(request=OlderKeySchema, responses={201: OlderKeySchema})
    def post(self, request: Request) -> Response:
        """Makes a key that may do what the caller may. Its secret is told here and never again."""
        name = self.read(OlderKeySchema)["name"]
        row, secret = keys.create_key(actor=self.actor, name=name, grants=people_lookup.as_caller(self.actor))
        return Response(shape.older_key(holders.key_again(self.actor, row), secret), status=201)


class OlderKeyDetail(ProbelyView):
    """One key for older clients."""

    @extend_schema(responses=OlderKeySchema)
    def get(self, request: Request, key: str) -> Response:
        """The key, without its secret."""
        return Response(shape.older_key(holders.key(self.actor, key)))

    @extend_schema(responses={204: OpenApiResponse(description="Gone.")})
    def delete(self, request: Request, key: str) -> Response:
        """Removes the key and its roles."""
        keys.delete(actor=self.actor, key=holders.key(self.actor, key))
        return Response(status=204)
