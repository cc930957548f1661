"""`Authorization: JWT <key>`: the word is the vendor's, the key is one of ours and never parsed."""

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


def address_of(request: Request) -> str:
    """Where a request came from."""
    return str(request.META.get("REMOTE_ADDR") or "")


class KeyAuthentication(BaseAuthentication):
    """Finds the actor of a key. `request.user` is an `Actor`."""

    def authenticate(self, request: Request) -> tuple[Actor, str] | None:
        """The actor, or None without credentials. Raises AuthenticationFailed for wrong ones."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in ("jwt", "bearer"):
            return None
        actor = tenancy.authenticate_key(secret.strip(), kinds=KINDS, address=address_of(request))
        if actor is None:
            raise AuthenticationFailed("Invalid token.")
        return actor, secret

    def authenticate_header(self, request: Request) -> str:
        """Makes missing credentials a 401."""
        return 'JWT realm="api"'


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document tells of keys."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """A header with a word before the key."""
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`JWT <key>`"}


class Known(BasePermission):
    """Whoever has a valid key; what they may do is for the services to say."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether an actor was found."""
        return isinstance(request.user, Actor)
