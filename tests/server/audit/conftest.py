"""Two organisations and a stand-in for an actor: this room knows no people."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from vedette.server.kernel import clock
from vedette.server.tenancy.models import Organisation


@dataclass(frozen=True)
class Someone:
    kind: str = "person"
    id: str = "abcdefghijkm"
    name: str = "Ann"
    address: str = "127.0.0.1"
    organisation: Organisation | None = None
    rights: frozenset[str] = frozenset()

    def everywhere(self, permission):
        return permission in self.rights


@pytest.fixture(autouse=True)
def moment():
    with clock.frozen(datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)) as frozen:
        yield frozen


@pytest.fixture
def shop(db):
    return Organisation.objects.create(name="Shop")


@pytest.fixture
def rival(db):
    return Organisation.objects.create(name="Rival")


@pytest.fixture
def someone():
    return Someone
