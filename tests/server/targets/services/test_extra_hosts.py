"""Other hosts of a target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vedette.contract.events import EndpointFound, ScanFinished
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.targets.models import Domain, ExtraHost, Target
from vedette.server.targets.services import extra_hosts, targets
from vedette.server.tenancy.actor import Actor, Grant

Make = Callable[..., Target]


@pytest.fixture
def target(make: Make) -> Target:
    return make()


@pytest.fixture
def host(owner: Actor, target: Target) -> ExtraHost:
    return extra_hosts.add(owner, target, host="api.example", skip_reachability_check=True)


def test_a_host_has_a_domain_of_its_own(owner: Actor, target: Target) -> None:
    row = extra_hosts.add(
        owner,
        target,
        host="API.example:443",
        name="Api",
        desc="d",
        include=False,
        headers=[],
        skip_reachability_check=True,
    )
    row = ExtraHost.objects.get(pk=row.pk)
    assert (row.host, row.name, row.desc, row.include, row.changed_by) == (
        "api.example:443",
        "Api",
        "d",
        False,
        owner.user,
    )
    assert row.domain is not None
    assert (row.domain.hostname, row.domain.verified) == ("api.example", False)


def test_a_host_below_a_verified_domain_inherits(owner: Actor, target: Target) -> None:
    Domain.objects.update(verified=True, method="file")
    row = extra_hosts.add(owner, target, host="api.shop.example", skip_reachability_check=True)
    assert row.domain is not None
    assert row.domain.method == "existing_domain"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"host": "*.example"}, "host"),
        ({"host": "https://api.example/"}, "host"),
        ({"host": None}, "host"),
        ({"host": "shop.example"}, "host"),
        ({"host": "shop.example:443"}, "host"),
        ({"host": "a.example", "name": "x" * 256}, "name"),
        ({"host": "a.example", "desc": 7}, "desc"),
        ({"host": "a.example", "include": "TRUE"}, "include"),
        ({"host": "a.example", "headers": [{"name": "X"}]}, "headers"),
        ({"host": "a.example", "cookies": [{"name": "X"}]}, "cookies"),
    ],
)
def test_what_cannot_be_is_refused(owner: Actor, target: Target, fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        extra_hosts.add(owner, target, **fields, skip_reachability_check=True)
    assert list(refused.value.fields) == [wrong]
    assert not ExtraHost.objects.exists()


def test_a_host_stands_once_per_target(owner: Actor, target: Target, host: ExtraHost, make: Make) -> None:
    with pytest.raises(Invalid):
        extra_hosts.add(owner, target, host="API.example", skip_reachability_check=True)
    other = extra_hosts.add(owner, make("https://b.example/"), host="api.example", skip_reachability_check=True)
    assert other.domain == host.domain


def test_hosts_are_bounded(owner: Actor, target: Target, monkeypatch: pytest.MonkeyPatch, host: ExtraHost) -> None:
    monkeypatch.setattr(extra_hosts, "MAX_HOSTS", 1)
    with pytest.raises(Invalid):
        extra_hosts.add(owner, target, host="b.example", skip_reachability_check=True)
    assert extra_hosts.change(owner, host, host="c.example").host == "c.example"


def test_a_host_that_cannot_be_reached_is_refused(owner: Actor, make: Make, worker: Any) -> None:
    target = make("http://shop.example/")
    worker.events = [ScanFinished(verdict="failed", reasons=("Nothing answers.",))]
    with pytest.raises(Invalid) as refused:
        extra_hosts.add(owner, target, host="api.example:8080")
    assert refused.value.fields == {"host": ["Nothing answers."]}
    assert worker.jobs[0].start_urls == ("http://api.example:8080/",)
    worker.events = [EndpointFound(method="GET", url="x", status=301, source="start")]
    assert extra_hosts.add(owner, target, host="api.example:443").pk
    assert worker.jobs[1].start_urls == ("https://api.example/",)
    worker.events = None
    assert extra_hosts.add(owner, target, host="late.example").pk


def test_fields_change_one_by_one(owner: Actor, host: ExtraHost) -> None:
    extra_hosts.change(owner, host, include=False)
    extra_hosts.change(owner, host, name="Api", cookies=[])
    row = ExtraHost.objects.get()
    assert (row.host, row.name, row.include) == ("api.example", "Api", False)
    payloads = [
        event.payload["after"] for event in DomainEvent.objects.filter(kind="extra_host.changed").order_by("id")
    ]
    assert payloads == [{"include": False}, {"name": "Api"}]
    extra_hosts.change(owner, host, name="Api", include=False, host="api.example")
    assert DomainEvent.objects.filter(kind="extra_host.changed").count() == 2


def test_another_host_is_another_domain(owner: Actor, host: ExtraHost) -> None:
    Domain.objects.filter(hostname="api.example").update(verified=True, method="file")
    changed = extra_hosts.change(owner, host, host="evil.example")
    assert changed.domain is not None
    assert (changed.domain.hostname, changed.domain.verified) == ("evil.example", False)


def test_a_removed_host_is_gone_and_its_domain_stays(owner: Actor, host: ExtraHost) -> None:
    extra_hosts.remove(owner, host)
    assert not ExtraHost.objects.exists()
    assert Domain.objects.filter(hostname="api.example").exists()
    event = DomainEvent.objects.get(kind="extra_host.deleted")
    assert event.target_id == host.target.public_id
    with pytest.raises(NotFound):
        extra_hosts.remove(owner, host)
    with pytest.raises(NotFound):
        extra_hosts.change(owner, host, name="x")


def test_only_those_who_change_the_target_may(
    owner: Actor, reader: Actor, stranger: Actor, person: Callable[..., Actor], host: ExtraHost, worker: Any
) -> None:
    target = host.target
    elsewhere = person(Grant(frozenset({"targets.change", "targets.view"}), "target", target_id=target.pk + 1))
    for actor, error in ((reader, NotAllowed), (stranger, NotFound), (elsewhere, NotFound)):
        with pytest.raises(error):
            extra_hosts.add(actor, target, host="b.example")
        with pytest.raises(error):
            extra_hosts.change(actor, host, name="x")
        with pytest.raises(error):
            extra_hosts.remove(actor, host)
    assert worker.jobs == []
    assert ExtraHost.objects.get().name == ""
    targets.delete(owner, target)
    with pytest.raises(NotFound):
        extra_hosts.add(owner, target, host="b.example", skip_reachability_check=True)


def test_a_misspelt_field_is_a_fault_of_the_caller(owner: Actor, target: Target) -> None:
    with pytest.raises(TypeError, match="hots"):
        extra_hosts.add(owner, target, host="b.example", hots="x")
