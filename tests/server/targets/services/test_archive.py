"""Archived targets are away and nothing of them is lost."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.audit.models import DomainEvent
from vedette.server.findings import queries as findings
from vedette.server.kernel.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from vedette.server.scans.services import lifecycle
from vedette.server.targets import queries
from vedette.server.targets.models import Target
from vedette.server.targets.services import archive, domains, extra_hosts, secrets, targets
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.services import teams


@shared
def home():
    return factories.organisation("Home")


@shared
def owner(home):
    return system_actor(home)


@pytest.fixture
def shop(home):
    target = factories.target(
        home, name="Shop", auth_enabled=True, has_basic_auth=True, basic_auth={"username": "ann", "password": "pw-1"}
    )
    factories.run_scan(target, factories.flaw("a"))
    return Target.objects.get(pk=target.pk)


def test_it_leaves_all_lists_and_comes_back_whole(owner, shop):
    assert archive.archive(owner, [shop.public_id]) == [shop.public_id]
    assert not queries.for_actor(owner).exists()
    assert findings.count(owner) == 0
    assert [row.pk for row in queries.archived(owner)] == [shop.pk]
    assert archive.activate(owner, [shop.public_id]) == [shop.public_id]
    assert findings.count(owner) == 1
    assert secrets.opened(queries.get(owner, shop.public_id), "basic_auth") == "pw-1"
    assert not queries.archived(owner).exists()
    told = DomainEvent.objects.filter(object_id=shop.public_id, kind__in=("target.archived", "target.restored"))
    assert list(told.order_by("id").values_list("kind", flat=True)) == ["target.archived", "target.restored"]


def test_it_cannot_be_scanned(owner, shop):
    archive.archive(owner, [shop.public_id])
    with pytest.raises((NotFound, Conflict, Invalid)):
        lifecycle.start(actor=owner, target=shop)


def test_not_while_a_scan_runs_and_then_none_at_all(home, owner, shop):
    busy = factories.target(home)
    factories.start(busy)
    with pytest.raises(Conflict) as refused:
        archive.archive(owner, [shop.public_id, busy.public_id])
    assert refused.value.data == {"running_ids": [busy.public_id]}
    assert queries.for_actor(owner).count() == 2


def test_it_makes_room_in_its_team_and_needs_room_to_come_back(home, owner):
    team = teams.create(actor=owner, name="Small", quota=1)
    first = factories.target(home, teams=[team.public_id])
    with pytest.raises(LimitReached):
        factories.target(home, teams=[team.public_id])
    archive.archive(owner, [first.public_id])
    second = factories.target(home, teams=[team.public_id])
    with pytest.raises(LimitReached):
        archive.activate(owner, [first.public_id])
    archive.archive(owner, [second.public_id])
    archive.activate(owner, [first.public_id])
    assert [row.pk for row in queries.for_actor(owner)] == [first.pk]


def test_domains_removed_meanwhile_are_made_again(owner, shop):
    extra_hosts.add(owner, shop, host="api.example.org", skip_reachability_check=True)
    archive.archive(owner, [shop.public_id])
    for domain in list(queries.domains_for_actor(owner)):
        domains.remove(owner, domain)
    archive.activate(owner, [shop.public_id])
    found = queries.get(owner, shop.public_id)
    assert found.domain is not None and not found.domain.verified
    assert [host.domain.hostname for host in found.extra_hosts.all()] == ["api.example.org"]


def test_deleted_targets_do_not_come_back(owner, shop):
    targets.delete(owner, shop)
    assert not queries.archived(owner).exists()
    with pytest.raises(NotFound) as refused:
        archive.activate(owner, [shop.public_id])
    assert refused.value.data == {"invalid_ids": [shop.public_id]}


def test_only_those_who_may_and_nobody_elses(home, owner, shop):
    with pytest.raises(NotAllowed):
        archive.archive(factories.actor(home, "analyst"), [shop.public_id])
    stranger = system_actor(factories.organisation("Foreign"))
    with pytest.raises(NotFound):
        archive.archive(stranger, [shop.public_id])
    archive.archive(owner, [shop.public_id])
    with pytest.raises(NotFound):
        archive.activate(stranger, [shop.public_id])
    assert not queries.archived(stranger).exists()
