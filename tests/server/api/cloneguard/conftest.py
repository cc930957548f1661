"""A client with an application's key, and people who sign in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from pytest_django import Settings

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel import clock, ratelimit
from vedette.server.tenancy import queries
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import Organisation, User
from vedette.server.tenancy.services import keys

SIGN_IN = "/auth/sign_in"
USER = "/v2/user"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass(frozen=True, slots=True)
class Api:
    """Asks as an application; `token` with its scheme is who asks."""

    key: str = ""
    token: str = ""

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"x-api-key": self.key} if self.key else {}
        if self.token:
            sent["Authorization"] = self.token
        text = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
        content_type = headers.pop("content_type", "application/json")
        return Client().generic(method, path, text, content_type=content_type, headers={**sent, **headers})

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, "", **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, body, **headers)

    def delete(self, path: str) -> Any:
        return self("DELETE", path, "")

    def as_session(self, token: str) -> Api:
        return Api(self.key, f"Bearer {token}")

    def as_access(self, token: str) -> Api:
        return Api(self.key, f"Basic {token}")

    def sign_in(self, user: User, path: str = SIGN_IN, **more: Any) -> Any:
        return self.post(path, {"username": user.email, "password": factories.PASSWORD, **more})


def application(home: Organisation) -> Api:
    _, secret = keys.create_key(actor=system_actor(home), name="Portal", kind="cloneguard_app")
    return Api(secret)


def access_token(user: User, home: Organisation) -> str:
    actor = queries.actor_for_user(user, home, "")
    assert actor is not None
    return keys.create_key(actor=actor, name="Access", kind="cloneguard_access")[1]


def enrol(user: User) -> list[str]:
    """An authenticator app with SECRET, and recovery codes."""
    TOTP.activate(user, SECRET)
    return list(RecoveryCodes.activate(user).get_unused_codes())


def code() -> str:
    return pyotp.TOTP(SECRET).at(clock.now())


@pytest.fixture(autouse=True)
def plain_site(settings: Settings) -> None:
    """This dialect's addresses alone, as it needs nothing else."""
    settings.ROOT_URLCONF = "tests.server.api.cloneguard.site"
    settings.MIDDLEWARE = ["vedette.server.api.paths.PathMiddleware"]
    ratelimit.reset()


@shared
def home() -> Organisation:
    return factories.organisation("Home")


@shared
def api(home: Organisation) -> Api:
    return application(home)


@shared
def user(home: Organisation) -> User:
    return factories.person(home, "analyst", password=factories.PASSWORD)


@pytest.fixture
def enrolled(user: User) -> list[str]:
    """The recovery codes of the user, who has a second factor now."""
    codes = enrol(user)
    assert Authenticator.objects.filter(user=user).count() == 2
    return codes


def refused(answer: Any, status: int, error_code: str) -> dict[str, Any]:
    """The body of an error, after a look at what every error has."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, error_code), body
    assert body["status_text"] and body["request_id"] == answer["X-Request-Id"]
    wanted = "Bearer" if status == 401 and error_code != "invalid_api_key" else None
    assert answer.get("WWW-Authenticate") == wanted
    return body
