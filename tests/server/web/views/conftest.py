"""An organisation with a verified shop, browsers of its people, and another organisation that they must not see."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.server import factories
from tests.server.layers import shared
from vedette.server.scans.models import Scan
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Organisation, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@shared
def home() -> Organisation:
    return factories.organisation()


@shared
def actor(home: Organisation) -> Actor:
    return factories.actor(home)


@shared
def session(actor: Actor) -> str:
    """The cookie of the owner's session."""
    browser = Client()
    browser.force_login(actor.user, backend=BACKEND)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


@shared
def shop(home: Organisation) -> Target:
    return factories.target(home, "http://shop.example.org/", name="Web shop")


@shared
def rival() -> tuple[Target, Scan]:
    """A target and a scan of somebody else."""
    other = factories.target(factories.organisation("Rival"), name="Rival shop")
    return other, factories.run_scan(other, factories.flaw("rival"))


@pytest.fixture
def enter(home: Organisation) -> Callable[..., Client]:
    """A browser in which a person with this role, or this person, has signed in."""

    def make(role: str = "owner", *, user: User | None = None) -> Client:
        browser = Client()
        browser.force_login(user or factories.person(home, role), backend=BACKEND)
        return browser

    return make


@pytest.fixture
def client(session: str) -> Client:
    """The browser of the owner, who is `actor`."""
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session
    return browser


@pytest.fixture
def words() -> Callable[[HttpResponse], str]:
    """What a page says, without its markup."""

    def read(answer: HttpResponse) -> str:
        text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())

    return read
