"""Basic authentication with a user's id (32 hexadecimal digits) and token; plug-ins leave the id empty."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from vedette.server.api.invicti import errors
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor

KINDS = ("invicti",)


class TokenAuthentication(BaseAuthentication):
    """Finds the person of a token. `request.user` is an `Actor`."""

    def authenticate(self, request: Request) -> tuple[Actor, str] | None:
        """The actor, or None without credentials. Raises AuthenticationFailed for wrong ones."""
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        user_id, token = _pair(encoded)
        address = str(request.META.get("REMOTE_ADDR") or "")
        actor = tenancy.authenticate_key(token, kinds=KINDS, address=address, user_id=user_id)
        if actor is None:
            raise AuthenticationFailed(errors.UNAUTHORIZED)
        return actor, token

    def authenticate_header(self, request: Request) -> str:
        """Makes missing credentials a 401."""
        return 'Basic realm="api"'


def _pair(encoded: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise AuthenticationFailed(errors.UNAUTHORIZED) from None
    user_id, separator, token = text.partition(":")
    if not separator:
        raise AuthenticationFailed(errors.UNAUTHORIZED)
    return user_id, token


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document tells of it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Basic authentication."""
        return {"type": "http", "scheme": "basic", "description": "User id (or nothing) and API token."}


class Known(BasePermission):
    """Whoever has a valid token; what they may do is for the services to say."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether an actor was found."""
        return isinstance(request.user, Actor)
