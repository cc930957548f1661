"""An organisation on a Monday morning, its owner and a verified target."""

from datetime import UTC, datetime

import pytest

from tests.server import factories
from vedette.server.kernel import clock

MONDAY = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def now(db):
    with clock.frozen(MONDAY) as stopped:
        yield stopped


@pytest.fixture
def home(now):
    return factories.organisation()


@pytest.fixture
def owner(home):
    return factories.actor(home)


@pytest.fixture
def target(home):
    return factories.target(home, name="Shop")
