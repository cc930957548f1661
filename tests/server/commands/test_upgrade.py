"""Migrations: once at a time, after a copy, and never on top of an upgrade that broke off."""

import fcntl
import os
import sqlite3
import stat
import threading
from contextlib import closing

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.server import factories
from tests.server.threads import let_go
from vedette.cli.problem import Problem
from vedette.server.commands import upgrade
from vedette.server.kernel.models import InstanceValue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def older(place):
    """A database that lacks the last migration of some app, as before an upgrade."""
    factories.organisation("Kept")
    recorder = MigrationRecorder(connection)
    last = max(name for app, name in recorder.applied_migrations() if app == "axes")
    recorder.record_unapplied("axes", last)
    yield last
    recorder.record_unapplied("axes", last)
    recorder.record_applied("axes", last)


@pytest.fixture
def migrating(monkeypatch, older):
    """Notes instead of migrating: what is missing is there already."""
    ran = []

    def migrate(*given, **options):
        ran.append(InstanceValue.objects.get(name=upgrade.MARK).value)
        MigrationRecorder(connection).record_applied("axes", older)

    monkeypatch.setattr(upgrade, "call_command", migrate)
    return ran


def test_an_up_to_date_database_is_left_alone(place, monkeypatch):
    monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: pytest.fail("migrated"))
    upgrade.migrate()
    assert not (place / "backups").exists()


def test_an_upgrade_is_marked_while_it_lasts(migrating):
    upgrade.migrate()
    assert len(migrating) == 1
    assert migrating[0]["first"].startswith("axes.")
    assert not InstanceValue.objects.filter(name=upgrade.MARK).exists()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of SQLite alone")
def test_the_database_is_copied_first(migrating, place):
    upgrade.migrate()
    (copy,) = (place / "backups").iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert str(copy) == migrating[0]["copy"]
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT name FROM server_organisation").fetchall() == [("Kept",)]
        # From before anything was touched: not even marked.
        assert database.execute("SELECT COUNT(*) FROM server_instancevalue WHERE name='upgrading'").fetchone() == (0,)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of SQLite alone")
def test_without_room_for_the_copy_nothing_is_migrated(migrating, place):
    (place / "backups").touch()
    with pytest.raises(Problem, match="could not be copied"):
        upgrade.migrate()
    assert migrating == []
    assert not InstanceValue.objects.filter(name=upgrade.MARK).exists()


def test_an_interrupted_upgrade_is_not_continued_silently(monkeypatch, older, place):
    def dies(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(upgrade, "call_command", dies)
    with pytest.raises(KeyboardInterrupt):
        upgrade.migrate()
    with pytest.raises(Problem, match="did not end") as caught:
        upgrade.migrate()
    assert "--retry-upgrade" in caught.value.hint
    copies = list((place / "backups").iterdir()) if connection.vendor == "sqlite" else []
    assert all(str(copy) in caught.value.hint for copy in copies)

    applied = lambda *_, **__: MigrationRecorder(connection).record_applied("axes", older)  # noqa: E731
    monkeypatch.setattr(upgrade, "call_command", applied)
    upgrade.migrate(again=True)
    # The copy from before the first attempt is the one that counts.
    assert list((place / "backups").iterdir() if copies else []) == copies
    upgrade.migrate()


def test_one_that_died_after_its_last_step_is_whole(place):
    InstanceValue.objects.create(name=upgrade.MARK, value={"to": "9"})
    upgrade.migrate()
    assert not InstanceValue.objects.filter(name=upgrade.MARK).exists()


def test_a_newer_database_is_refused(place, monkeypatch):
    recorder = MigrationRecorder(connection)
    recorder.record_applied("server", "9999_newer")
    monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: pytest.fail("migrated"))
    try:
        with pytest.raises(Problem, match="newer version"):
            upgrade.migrate()
    finally:
        recorder.record_unapplied("server", "9999_newer")


def test_one_at_a_time(place):
    handle = os.open(place / "upgrade.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    done = []

    def second():
        upgrade.migrate()
        done.append(True)
        let_go()

    thread = threading.Thread(target=second)
    thread.start()
    thread.join(0.3)
    assert not done
    os.close(handle)
    thread.join(60)
    assert done


def test_what_it_calls_is_the_migration_of_everything():
    assert upgrade.call_command is call_command
