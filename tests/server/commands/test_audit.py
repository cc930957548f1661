"""`vedette audit verify`: the exit code says whether the log holds."""

import pytest

from tests.server import factories
from vedette.server.audit.models import DomainEvent

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_holds_until_somebody_changes_a_row(place, typed):
    factories.person(factories.organisation("Acme"))
    assert typed("audit", "verify")[:2] == (0, "ok the instance\nok Acme\n")
    DomainEvent.objects.filter(kind="person.added").update(actor_name="Nobody")
    code, out, _ = typed("audit", "verify")
    assert code == 1
    assert "BROKEN Acme: Number" in out
