"""The audit log of every organisation is walked."""

import pytest

from tests.server import factories
from vedette.server.audit.models import DomainEvent
from vedette.server.commands.chains import verify_all

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_organisation_has_a_line():
    factories.person(factories.organisation("First"))
    factories.organisation("Second")
    assert verify_all() == ["ok the instance", "ok First", "ok Second"]
    assert not DomainEvent.objects.filter(seq=None).exists()


def test_a_changed_row_is_named():
    home = factories.organisation("First")
    factories.person(home)
    factories.organisation("Second")
    verify_all()
    row = DomainEvent.objects.filter(organisation=home, kind="person.added")
    seq = row.get().seq
    row.update(object_name="somebody.else@example.org")
    assert verify_all() == [
        "ok the instance",
        f"BROKEN First: Number {seq} (person.added) was changed.",
        "ok Second",
    ]


def test_a_removed_tail_is_noticed():
    home = factories.organisation("First")
    factories.person(home)
    verify_all()
    DomainEvent.objects.filter(organisation=home).order_by("-seq").first().delete()
    assert any(line.startswith("BROKEN First") and "missing" in line for line in verify_all())
