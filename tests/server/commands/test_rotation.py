"""Keys are rotated while everybody works, and an interruption loses nothing."""

from dataclasses import replace

import pytest

from tests.server import factories
from vedette.cli.problem import Problem
from vedette.server.commands import rotation
from vedette.server.kernel import sealing
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = {"table": "t", "public_id": "p", "column": "c"}


@pytest.fixture
def homes(settings, place):
    settings.VEDETTE = replace(settings.VEDETTE, master_keys=place / "keys.json")
    return [factories.organisation(name) for name in "abc"]


def wrapped_with():
    keys = Organisation.objects.order_by("pk").values_list("data_key", flat=True)
    return [sealing.KeyRing.key_of(bytes(key)) for key in keys]


def test_what_was_sealed_opens_and_the_old_key_wraps_nothing(homes):
    sealed = [queries.seal(home, "secret", **PLACE) for home in homes]
    before = sealing.instance_ring().current
    assert rotation.rotate() == 3
    ring = sealing.instance_ring()
    assert ring.current != before
    assert wrapped_with() == [ring.current] * 3
    fresh = Organisation.objects.order_by("pk")
    assert [queries.unseal(home, value, **PLACE) for home, value in zip(fresh, sealed, strict=True)] == [b"secret"] * 3


def test_one_that_was_interrupted_is_brought_to_its_end(homes, monkeypatch):
    rewrap = sealing.KeyRing.rewrap

    def dies(ring, wrapped, aad):
        if aad == homes[1].public_id:
            raise KeyboardInterrupt
        return rewrap(ring, wrapped, aad)

    monkeypatch.setattr(sealing.KeyRing, "rewrap", dies)
    with pytest.raises(KeyboardInterrupt):
        rotation.rotate()
    new = sealing.instance_ring().current
    assert wrapped_with()[0] == new
    assert new not in wrapped_with()[1:]
    # In the meantime everything opens.
    for home in Organisation.objects.all():
        queries.data_key(home)

    monkeypatch.setattr(sealing.KeyRing, "rewrap", rewrap)
    assert rotation.rotate() == 2
    assert sealing.instance_ring().current == new
    assert wrapped_with() == [new] * 3


def test_another_process_goes_on_with_the_ring_that_it_has_read(homes, place):
    elsewhere = sealing.KeyRing(place / "keys.json")
    rotation.rotate()
    home = Organisation.objects.first()
    elsewhere.unwrap(bytes(home.data_key), home.public_id)
    made = elsewhere.wrap(sealing.new_data_key(), "new")
    assert sealing.KeyRing.key_of(made) == sealing.instance_ring().current


def test_without_the_ring_there_is_nothing_to_rotate(homes, place):
    (place / "keys.json").unlink()
    with pytest.raises(Problem, match="is missing"):
        rotation.rotate()
