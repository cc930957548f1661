"""How much room the database takes."""

from random import Random

import pytest

from vedette.server.kernel import storage
from vedette.server.kernel.models import InstanceValue


@pytest.mark.django_db
def test_it_is_a_size_that_grows():
    before = storage.database_bytes()
    # Not to be compressed: PostgreSQL would.
    texts = (Random(number).randbytes(10_000).hex() for number in range(100))
    InstanceValue.objects.bulk_create(InstanceValue(name=str(n), value={"text": text}) for n, text in enumerate(texts))
    assert before > 10_000
    assert storage.database_bytes() >= before + 500_000
