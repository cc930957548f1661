"""An instance that does not fit is refused before anything is changed."""

from dataclasses import replace

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.server import factories
from vedette.cli.problem import Problem
from vedette.server.commands import standing
from vedette.server.kernel import sealing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(settings, place):
    """Names a key ring that is not there yet."""
    path = place / "keys.json"
    settings.VEDETTE = replace(settings.VEDETTE, master_keys=path)
    return path


def test_an_instance_that_fits():
    factories.organisation()
    standing.usable()


def test_a_schema_of_another_version_is_refused():
    recorder = MigrationRecorder(connection)
    recorder.record_applied("server", "9999_newer")
    with pytest.raises(Problem, match="newer version") as caught:
        standing.usable()
    assert "restore a backup" in caught.value.hint
    recorder.record_unapplied("server", "9999_newer")
    recorder.record_unapplied("server", "0001_initial")
    with pytest.raises(Problem, match="not up to date"):
        standing.usable()


def test_a_fresh_instance_gets_a_ring_and_only_when_asked_to(ring):
    with pytest.raises(Problem, match="cannot be opened"):
        standing.open_keys(create=False)
    assert not ring.exists()
    standing.open_keys(create=True)
    assert ring.stat().st_mode & 0o777 == 0o600


def test_a_lost_ring_is_never_replaced(ring):
    factories.organisation()
    ring.unlink()
    sealing._ring_at.cache_clear()
    with pytest.raises(Problem, match="is missing") as caught:
        standing.open_keys(create=True)
    assert "No new one was made" in caught.value.hint
    assert not ring.exists()


def test_another_instances_ring_is_refused(ring):
    home = factories.organisation()
    ring.unlink()
    sealing.KeyRing(ring)
    sealing._ring_at.cache_clear()
    with pytest.raises(Problem, match=f"does not open the keys of organisation {home.public_id}"):
        standing.open_keys(create=True)


@pytest.mark.parametrize(("content", "mode"), [(b"{}", 0o600), (b"", 0o600), (None, 0o644)])
def test_a_damaged_ring_is_refused(ring, content, mode):
    sealing.KeyRing(ring)
    if content is not None:
        ring.write_bytes(content)
    ring.chmod(mode)
    with pytest.raises(Problem, match="cannot be used"):
        standing.open_keys(create=True)
    assert content is None or ring.read_bytes() == content
