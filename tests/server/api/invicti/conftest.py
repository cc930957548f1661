"""A client that speaks as the vendor's do."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel import ids, ratelimit
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import Organisation, User
from vedette.server.tenancy.services import keys


@dataclass(frozen=True, slots=True)
class Person:
    """A member with a token of their own."""

    user: User
    token: str

    @property
    def hex(self) -> str:
        """The user id as the vendor shows it: 32 hexadecimal digits."""
        return ids.as_uuid("user", self.user.public_id).replace("-", "")


def basic(name: str, token: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{token}".encode()).decode()}


class Api:
    """Asks with a person's credentials."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._client, self._headers = Client(), headers

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(path, query_params=query or None, headers=self._headers)

    def post(self, path: str) -> Any:
        return self._client.post(path, headers=self._headers)


def person_of(home: Organisation, role: str = "owner") -> Person:
    actor = factories.actor(home, role)
    _, token = keys.create_key(actor=actor, name="API", kind="invicti")
    assert actor.user is not None
    return Person(actor.user, token)


@pytest.fixture(autouse=True)
def plain_site(settings: Settings) -> None:
    """This dialect's addresses alone, as it needs nothing else."""
    settings.ROOT_URLCONF = "tests.server.api.invicti.site"
    settings.MIDDLEWARE = ["vedette.server.api.paths.PathMiddleware"]
    ratelimit.reset()


@shared
def home() -> Organisation:
    return factories.organisation("Home")


@shared
def person(home: Organisation) -> Person:
    return person_of(home)


@pytest.fixture
def api(person: Person) -> Api:
    return Api(basic(person.hex, person.token))


@pytest.fixture
def actor(person: Person, home: Organisation) -> Any:
    return queries.actor_for_user(person.user, home, "")
