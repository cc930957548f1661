"""What is made once for many tests is as new for each of them, and not there for the others."""

from __future__ import annotations

import pytest

from tests.server.layers import shared
from vedette.server.tenancy.models import Organisation

TESTS = 4
made: list[str] = []


@shared
def town() -> Organisation:
    made.append("town")
    return Organisation.objects.create(name="Town")


@shared
def house(town: Organisation) -> tuple[str, Organisation]:
    return f"A house in {town}", town


@pytest.mark.parametrize("number", range(TESTS))
def test_each_finds_it_as_it_was_made(town, number):
    assert (town.name, list(Organisation.objects.values_list("name", flat=True))) == ("Town", ["Town"])
    town.name = "Village"
    town.save()
    Organisation.objects.create(name="City")
    assert len(made) < TESTS


def test_one_layer_has_the_same_copy_as_another(house, town):
    told, where = house
    assert told == f"A house in {town}"
    assert where is town


def test_whoever_does_not_ask_for_it_finds_nothing(db):
    assert not Organisation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_a_rollback_the_test_makes_its_own(town):
    assert Organisation.objects.get() == town


class TestOwn:
    """What a class has in the place of a shared fixture is not laid below its tests."""

    @pytest.fixture
    def town(self, db):
        return Organisation.objects.create(name="Own")

    def test_what_rests_on_it_is_its_own_too(self, house):
        assert house[0] == "A house in Own"
        assert Organisation.objects.count() == 1
