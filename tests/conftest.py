"""What holds for the whole suite."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

# The suite starts hundreds of Python processes: each would compile the whole house anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


JOURNEYS = Path(__file__).parent / "journeys"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of journeys, which wait for browsers and other processes, stand evenly among the others, which do not:
    each process of a run has its share of both, and none is left with the long ones at the end."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    journeys = [found for path, found in files.items() if path.parent == JOURNEYS]
    others = [found for path, found in files.items() if path.parent != JOURNEYS]
    between = sum(map(len, others)) / max(1, len(journeys))
    ordered: list[pytest.Item] = []
    passed = taken = 0
    for found in others:
        while passed >= between * taken and journeys[taken:]:
            ordered += journeys[taken]
            taken += 1
        ordered += found
        passed += len(found)
    items[:] = [*ordered, *(item for found in journeys[taken:] for item in found)]


def pytest_collection_finish() -> None:
    """Thousands of collected tests live to the end: the collector need not walk them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def tables_from_models(django_test_environment: None) -> Callable[[], None]:
    """From now on databases are made without migrations, until what it gives is called."""
    from django.test import override_settings

    from tests.server.tables import NoMigrations

    without = override_settings(MIGRATION_MODULES=NoMigrations())
    without.enable()
    return without.disable


@pytest.fixture(scope="session")
def django_db_setup(
    tables_from_models: Callable[[], None], django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The database as all migrations leave it, without the six seconds that they take:
    `tests/server/kernel/test_schema.py` holds them against the models."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    from vedette.server.findings import search

    tables_from_models()
    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        applied = MigrationLoader(connection).disk_migrations
        recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in applied)
        with connection.schema_editor() as editor:
            search.install(editor)
