"""What the doctor says about an instance."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.server import factories
from vedette.server.agents import services as agents
from vedette.server.commands import archive, instance
from vedette.server.findings import search
from vedette.server.kernel import clock
from vedette.server.kernel.models import QueuedJob
from vedette.server.kernel.queue import enqueue

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def seen():
    return {one.name: one for one in instance.diagnoses()}


def test_an_instance_at_work(tmp_path):
    factories.organisation()
    agents.heard_of(factories.WORKER, slots=1, version="1")
    archive.write(file=tmp_path / "b", passphrase=None)
    found = seen()
    assert [name for name, one in found.items() if not one.fine] == []
    assert "test:1" in found["workers"].found
    assert found["backup"].found.startswith("0 days old")


def test_a_schema_of_another_version_ends_the_look():
    recorder = MigrationRecorder(connection)
    recorder.record_applied("server", "9999_newer")
    try:
        found = seen()
    finally:
        recorder.record_unapplied("server", "9999_newer")
    assert list(found) == ["database", "schema"]
    assert not found["schema"].fine


def test_a_lost_ring(settings, place):
    factories.organisation()
    settings.VEDETTE = settings.VEDETTE.__class__(data_dir=place, master_keys=place / "keys.json")
    one = seen()["keys"]
    assert (one.fine, one.needed) == (False, True)
    assert "missing" in one.found


def test_what_would_only_be_nice(monkeypatch):
    monkeypatch.setattr(search, "faults", lambda: ["Free text search is slow."])
    found = seen()
    without = {name for name, one in found.items() if not one.fine}
    assert without == {"workers", "backup", "free text search"} | ({"keys"} & without)
    assert not any(found[name].needed for name in ("workers", "backup", "free text search"))


def test_a_backup_grows_old(tmp_path):
    factories.organisation()
    with clock.frozen(NOW) as frozen:
        archive.write(file=tmp_path / "b", passphrase=None)
        frozen.advance(timedelta(days=7).total_seconds())
        assert seen()["backup"].fine
        frozen.advance(1)
        assert not seen()["backup"].fine


def test_jobs_that_nobody_does_or_that_failed():
    enqueue("note", run_at=clock.now() - timedelta(seconds=400))
    assert not seen()["queued jobs"].fine
    QueuedJob.objects.update(state="failed")
    one = seen()["queued jobs"]
    assert not one.fine
    assert one.found.endswith("1 have failed")
