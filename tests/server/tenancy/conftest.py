"""An organisation with its owner, and people, keys and actors on demand."""

from datetime import UTC, datetime
from itertools import count

import pytest

from vedette.server.kernel import clock, ratelimit
from vedette.server.tenancy import queries
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import Membership, RoleGrant, User
from vedette.server.tenancy.services import setup

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse 42"


@pytest.fixture(autouse=True)
def moment():
    """Time stands still; `moment.advance(seconds)` moves it."""
    ratelimit.reset()
    with clock.frozen(START) as frozen:
        yield frozen
    ratelimit.reset()


@pytest.fixture
def organisation(db):
    return setup.create_organisation("Shop")


@pytest.fixture
def other(db):
    return setup.create_organisation("Rival")


@pytest.fixture
def person(db):
    """Makes a person with a role: `person(organisation, "admin") -> User`. The role may be a Role, or None."""
    numbers = count(1)

    def make(organisation, role="admin", *, tier="account", password=PASSWORD, **scope):
        number = next(numbers)
        user = User.objects.create_user(f"p{number}@shop.test", password, name=f"Person {number}")
        Membership.objects.create(organisation=organisation, user=user)
        if role is not None:
            chosen = queries.builtin_role(role) if isinstance(role, str) else role
            RoleGrant.objects.create(organisation=organisation, user=user, role=chosen, tier=tier, **scope)
        return user

    return make


@pytest.fixture
def actor(person):
    """Makes a person and returns them as an actor."""

    def make(organisation, role="admin", **scope):
        return queries.actor_for_user(person(organisation, role, **scope), organisation, "127.0.0.1")

    return make


@pytest.fixture
def owner(actor, organisation):
    return actor(organisation, "owner")


@pytest.fixture
def admin(actor, organisation):
    return actor(organisation, "admin")


@pytest.fixture
def system(organisation):
    return system_actor(organisation)


@pytest.fixture
def kinds(db):
    """The kinds of facts recorded so far, in order."""
    from vedette.server.audit.models import DomainEvent

    return lambda: list(DomainEvent.objects.order_by("id").values_list("kind", flat=True))
