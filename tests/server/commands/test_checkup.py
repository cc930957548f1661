"""What the doctor sees of an instance, without touching it."""

import pytest

from tests.server import factories
from vedette.server.commands import checkup
from vedette.server.kernel import sealing

pytestmark = pytest.mark.django_db(transaction=True)


def seen():
    return {diagnosis.name: diagnosis for look in checkup.looks() for diagnosis in look()}


@pytest.fixture
def begun(place, monkeypatch):
    """A data directory in which an instance was made."""
    (place / "secret_key").touch(mode=0o600)
    (place / "vedette.sqlite3").touch(mode=0o600)
    sealing.KeyRing(place / "keys.json")
    return place


def test_where_nothing_was_made_nothing_is_made(place):
    found = seen()
    assert set(found) == {"data directory"}
    assert "nothing there yet" in found["data directory"].found
    assert not found["data directory"].needed
    assert list(place.iterdir()) == []


def test_settings_that_cannot_be_used(place, monkeypatch):
    monkeypatch.setenv("VEDETTE_PORT", "http")
    found = seen()
    assert not found["settings"].fine
    assert "VEDETTE_PORT" in found["settings"].found


def test_a_healthy_instance(begun):
    factories.organisation()
    found = seen()
    assert {"data directory", "key ring", "secret key", "database", "schema", "keys", "backup"} <= set(found)
    assert [name for name, one in found.items() if one.needed and not one.fine] == []


@pytest.mark.parametrize(
    ("path", "mode", "name"),
    [("", 0o755, "data directory"), ("keys.json", 0o640, "key ring"), ("secret_key", 0o604, "secret key")],
)
def test_what_others_can_read_is_named_with_its_remedy(begun, path, mode, name):
    (begun / path).chmod(mode)
    one = seen()[name]
    assert not one.fine
    assert one.needed
    assert f"mode {mode:04o}" in one.found
    assert one.remedy.endswith(str(begun / path).rstrip("/"))


def test_a_problem_with_the_instance_is_a_diagnosis(begun, monkeypatch):
    def gone(place):
        raise checkup.Problem("The database cannot be used: gone.", "Start it.")

    monkeypatch.setattr(checkup, "in_process", gone)
    one = seen()["database"]
    assert (one.fine, one.found, one.remedy) == (False, "The database cannot be used: gone.", "Start it.")
