"""What holds for the whole suite."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest
from pytest_django import DjangoDbBlocker


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
