"""How much room the database takes."""

import pytest

from vedette.server.kernel import storage
from vedette.server.kernel.models import InstanceValue


@pytest.mark.django_db
def test_it_is_a_size_that_grows():
    before = storage.database_bytes()
    InstanceValue.objects.bulk_create(InstanceValue(name=str(n), value={"text": "x" * 20_000}) for n in range(50))
    assert before > 10_000
    assert storage.database_bytes() >= before + 500_000
