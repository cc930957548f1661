"""`vedette keys rotate`."""

import pytest

from tests.server import factories
from vedette.server.tenancy.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_says_how_many_were_wrapped(place, typed):
    factories.organisation()
    before = bytes(Organisation.objects.get().data_key)
    code, out, _ = typed("keys", "rotate")
    assert (code, out) == (0, "The keys of 1 organisations are wrapped with a new key.\n")
    assert bytes(Organisation.objects.get().data_key) != before
