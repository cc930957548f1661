"""What the database's schema is compared with the code's."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from vedette.server.kernel import schema

pytestmark = pytest.mark.django_db


def test_an_up_to_date_database_has_no_fault():
    found = schema.look()
    assert (found.pending, found.unknown, found.empty, found.fault) == ((), (), False, "")


def test_what_is_missing_is_named():
    recorder = MigrationRecorder(connection)
    last = max(name for app, name in recorder.applied_migrations() if app == "server")
    recorder.record_unapplied("server", last)
    found = schema.look()
    assert found.pending == (f"server.{last}",)
    assert "not up to date" in found.fault


def test_a_newer_version_is_recognised_by_what_it_applied():
    MigrationRecorder(connection).record_applied("server", "9999_from_the_future")
    found = schema.look()
    assert found.unknown == ("server.9999_from_the_future",)
    assert "newer version" in found.fault


def test_migrations_of_others_that_are_gone_do_not_matter():
    MigrationRecorder(connection).record_applied("allauth_of_old", "0001_initial")
    assert schema.look().fault == ""


def test_a_database_that_cannot_be_used_says_so(monkeypatch):
    def broken(*_):
        raise DatabaseError("gone")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", broken)
    with pytest.raises(DatabaseError):
        schema.look()


def test_migrations_make_what_the_models_say():
    """The database of the tests is made from the models."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
