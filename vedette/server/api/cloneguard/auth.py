"""Who calls: the application by `x-api-key`, the person by a session's Bearer token or their own access token, which
follows the word Basic as it is."""

from __future__ import annotations

from dataclasses import dataclass

from rest_framework.request import Request

from vedette.server.api.cloneguard.errors import Refused
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import ApiKey

ACCESS = "cloneguard_access"


@dataclass(frozen=True, slots=True)
class Caller:
    """A person who is known, the token that showed it, and whether it is a session's."""

    actor: Actor
    token: str
    session: bool


def address_of(request: Request) -> str:
    """Where a request came from."""
    return str(request.META.get("REMOTE_ADDR") or "")


def application(request: Request) -> ApiKey:
    """The application that calls. Raises Refused `invalid_api_key`."""
    key = tenancy.application_key(request.headers.get("x-api-key", "").strip())
    if key is None:
        raise Refused(401, "invalid_api_key")
    return key


def credential_of(request: Request) -> tuple[str, str]:
    """Scheme in lower case and token; both empty without any."""
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return scheme.lower(), token.strip()


def caller(request: Request, app_key: ApiKey) -> Caller:
    """The person who calls. Raises Refused `unauthorized`, `invalid_credentials` for somebody out of the application's
    reach, and what `tenancy.queries.authenticate_session` does."""
    scheme, token = credential_of(request)
    actor: Actor | None = None
    if scheme == "bearer" and token:
        actor = tenancy.authenticate_session(token, address=address_of(request))
    elif scheme == "basic" and token:
        actor = tenancy.authenticate_key(token, kinds=(ACCESS,), address=address_of(request))
    if actor is None:
        raise Refused(401, "unauthorized")
    if not _within(actor, app_key):
        raise Refused(401, "invalid_credentials")
    return Caller(actor, token, scheme == "bearer")


def _within(actor: Actor, app_key: ApiKey) -> bool:
    """An application without an organisation serves all; another its own organisation and those that depend on it."""
    home = app_key.organisation_id
    return home is None or home in (actor.organisation.pk, actor.organisation.partner_id)
