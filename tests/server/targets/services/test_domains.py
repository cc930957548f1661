from __future__ import annotations

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.targets.models import Domain, ExtraHost, Target
from vedette.server.targets.services import domains, extra_hosts, targets


def test_a_domain_is_added_once_in_its_stored_form(owner):
    row = domains.add(owner, hostname=" Shop.EXAMPLE:443 ")
    assert row.hostname == "shop.example"
    with pytest.raises(Invalid) as caught:
        domains.add(owner, hostname="shop.example")
    assert list(caught.value.fields) == ["hostname"]
    assert DomainEvent.objects.filter(kind="domain.created").count() == 1


@pytest.mark.parametrize("hostname", ["", None, 7, "http://shop.example", "*.example", "a b", "shop.example:99999"])
def test_what_is_no_host_is_refused(owner, hostname):
    with pytest.raises(Invalid) as caught:
        domains.add(owner, hostname=hostname)
    assert list(caught.value.fields) == ["hostname"]


def test_all_faults_are_told_at_once(owner):
    with pytest.raises(Invalid) as caught:
        domains.add(owner, hostname="", port=8443, basic_auth_username="")
    assert sorted(caught.value.fields) == ["hostname", "port"]


def test_the_same_values_are_taken_and_others_refused(owner):
    row = domains.add(owner, hostname="shop.example")
    assert domains.change(owner, row, hostname="Shop.example", port=None) == row
    for settings in ({"hostname": "bank.example"}, {"basic_auth_password": "x"}):
        with pytest.raises(Invalid):
            domains.change(owner, row, **settings)


def test_a_domain_in_use_stays_and_one_of_the_past_goes(owner, make):
    target = make("https://shop.example/")
    host = extra_hosts.add(owner, target, host="api.example", skip_reachability_check=True)
    for row in (target.domain, host.domain):
        with pytest.raises(Conflict, match="in_use"):
            domains.remove(owner, row)
    targets.delete(owner, target)
    for row in (target.domain, host.domain):
        domains.remove(owner, row)
    assert not Domain.objects.exists()
    assert Target.objects.get(pk=target.pk).domain is None and ExtraHost.objects.get(pk=host.pk).domain is None
    assert DomainEvent.objects.filter(kind="domain.deleted").count() == 2


def test_a_domain_removed_twice_is_missing(owner):
    row = domains.add(owner, hostname="shop.example")
    domains.remove(owner, row)
    with pytest.raises(NotFound):
        domains.remove(owner, row)


def test_readers_and_strangers_change_nothing(owner, reader, stranger):
    row = domains.add(owner, hostname="shop.example")
    with pytest.raises(NotAllowed):
        domains.add(reader, hostname="bank.example")
    with pytest.raises(NotAllowed):
        domains.change(reader, row)
    with pytest.raises(NotAllowed):
        domains.remove(reader, row)
    with pytest.raises(NotFound):
        domains.remove(stranger, row)
    assert Domain.objects.count() == 1
