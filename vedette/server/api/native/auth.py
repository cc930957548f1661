"""`Authorization: Bearer <key>`, with a key of the dialect at the root."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor

KINDS = ("probely",)


class BearerAuthentication(BaseAuthentication):
    """Finds the actor of a key. `request.user` is an `Actor`."""

    def authenticate(self, request: Request) -> tuple[Actor, str] | None:
        """The actor, or None without credentials. Raises AuthenticationFailed for wrong ones."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        address = str(request.META.get("REMOTE_ADDR") or "")
        actor = tenancy.authenticate_key(secret.strip(), kinds=KINDS, address=address)
        if actor is None:
            raise AuthenticationFailed("This key is not valid.")
        return actor, secret

    def authenticate_header(self, request: Request) -> str:
        """Makes missing credentials a 401."""
        return 'Bearer realm="api"'


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document tells of keys."""

    target_class = BearerAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer"}


class Known(BasePermission):
    """Whoever has a valid key; what they may do is for queries and services to say."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether an actor was found."""
        return isinstance(request.user, Actor)
