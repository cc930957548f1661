"""One stage for all exercises of a worker: each plays on it, and what it did is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

pytest.register_assert_rewrite("tests.contract.probely.exercises", "tests.contract.probely.stage")

from tests.contract.probely.stage import Stage, World, set_up
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.kernel import clock

SITE = {
    "ROOT_URLCONF": "vedette.server.api.probely.urls",
    "MIDDLEWARE": ["vedette.server.api.paths.PathMiddleware"],
}


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock(), override_settings(**SITE), transaction.atomic():
        yield set_up()
        transaction.set_rollback(True)


@pytest.fixture
def world(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., World]]:
    """Makes the world for one exercise. No worker is there to wait for; the one that has the running scan keeps it,
    however long the whole play lasts."""
    monkeypatch.setattr(agents, "wait", lambda run, **_: None)
    with transaction.atomic():
        Run.objects.filter(pk=stage.things.running.run_id).update(lease_until=clock.now() + timedelta(minutes=5))
        yield lambda row, mutation="": World(stage, row, mutation)
        transaction.set_rollback(True)
