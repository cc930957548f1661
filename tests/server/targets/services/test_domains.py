from __future__ import annotations

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.targets import domain_login
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
        domains.add(owner, hostname="", basic_auth_username="a:b")
    assert sorted(caught.value.fields) == ["basic_auth_username", "hostname"]


def test_a_port_stands_in_the_name_however_it_was_given(owner):
    assert domains.add(owner, hostname="Shop.example", port=8443).hostname == "shop.example:8443"
    assert domains.add(owner, hostname="api.example:8443", port=8443).hostname == "api.example:8443"
    assert domains.add(owner, hostname="[::1]", port=8080).hostname == "[::1]:8080"
    assert domains.add(owner, hostname="web.example", port=443).hostname == "web.example"
    with pytest.raises(Invalid) as caught:
        domains.add(owner, hostname="bank.example:8443", port=8444)
    assert list(caught.value.fields) == ["port"]


def test_the_same_name_and_port_are_taken_and_others_refused(owner):
    row = domains.add(owner, hostname="shop.example:8443")
    assert domains.change(owner, row, hostname="Shop.example:8443", port=8443) == row
    for settings in ({"hostname": "bank.example"}, {"port": 8080}):
        with pytest.raises(Invalid):
            domains.change(owner, row, **settings)
    assert not DomainEvent.objects.filter(kind="domain.changed").exists()


def test_a_log_in_is_changed_and_the_log_tells_no_password(owner, reader):
    row = domains.add(owner, hostname="shop.example", basic_auth_username="ann", basic_auth_password="c4nary")
    changed = domains.change(owner, row, basic_auth_password="n3w")
    assert (changed.basic_username, domain_login.password(changed)) == ("ann", "n3w")
    (event,) = DomainEvent.objects.filter(kind="domain.changed")
    assert event.payload["after"]["basic_auth_username"] == "ann" and "n3w" not in str(event.payload)
    with pytest.raises(NotAllowed):
        domains.change(reader, row, basic_auth_password="x")


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
