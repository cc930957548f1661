"""Domains with their discovery."""

import pytest

from vedette.server.discovery import queries
from vedette.server.discovery.services import domains
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed
from vedette.server.targets.models import Domain


def test_one_is_added_with_its_discovery(owner):
    row = domains.add(owner, hostname="shop.example.org", discovery_enabled=True)
    assert queries.is_enabled(row)
    assert not queries.is_enabled(domains.change(owner, row, discovery_enabled=False))
    assert not queries.is_enabled(domains.add(owner, hostname="b.example.org"))


def test_it_is_added_whole_or_not_at_all(owner):
    with pytest.raises(Conflict):
        domains.add(owner, hostname="192.0.2.7", discovery_enabled=True)
    assert not Domain.objects.exists()


def test_a_change_that_is_refused_switches_nothing(owner):
    row = domains.add(owner, hostname="shop.example.org")
    with pytest.raises(Invalid):
        domains.change(owner, row, hostname="bank.example.org", discovery_enabled=True)
    assert not queries.is_enabled(Domain.objects.get(pk=row.pk))


def test_readers_switch_nothing(owner, reader):
    row = domains.add(owner, hostname="shop.example.org")
    with pytest.raises(NotAllowed):
        domains.change(reader, row, discovery_enabled=True)
