"""The operator's word, once Django is up."""

import pytest

from tests.server import factories
from vedette.server.commands import attesting
from vedette.server.kernel.errors import Invalid
from vedette.server.targets.models import Attestation

pytestmark = pytest.mark.django_db(transaction=True)


def give(organisation, **given):
    fields = {"method": "back_office", "hostname": "shop.example.org", "author": "Olga", "reason": "Called."}
    return attesting.give(organisation=organisation, **({"agreement": ""} | fields | given))


def test_the_organisation_is_found_by_name_or_id(place):
    home = factories.organisation("Acme")
    first = give("acme")
    second = give(home.public_id, hostname="bank.example.org")
    third = give("", method="whitelist")
    assert [row["id"] for row in attesting.rows()] == [first, second, third]
    assert [row.organisation for row in Attestation.objects.order_by("id")] == [home, home, None]
    assert attesting.withdraw(public_id=first, author="Olga", reason="Moved.") == "shop.example.org"
    assert [row["name"] for row in attesting.rows()] == ["bank.example.org", "shop.example.org"]


@pytest.mark.parametrize("text", ["Nobody", "%"])
def test_one_that_is_not_there_is_named(place, text):
    with pytest.raises(Invalid) as refused:
        give(text)
    assert list(refused.value.fields) == ["organisation"]
