from __future__ import annotations

import pytest

from vedette.server.kernel.errors import Invalid
from vedette.server.targets import filters
from vedette.server.targets.filters import DomainFilter
from vedette.server.targets.models import Domain
from vedette.server.targets.services import domains
from vedette.server.tenancy.actor import Grant
from vedette.server.tenancy.rules import BUILTIN_ROLES


def names(actor, **wanted):
    return [row.hostname for row in filters.domains(actor, DomainFilter(**wanted))]


def test_domains_are_narrowed_and_ordered(owner, stranger):
    for name in ("b.example", "a.example"):
        domains.add(owner, hostname=name)
    Domain.objects.filter(hostname="a.example").update(verified=True)
    assert names(owner) == ["b.example", "a.example"]
    assert names(owner, ordering="hostname") == ["a.example", "b.example"]
    assert names(owner, ordering="-hostname") == ["b.example", "a.example"]
    assert names(owner, ordering="-changed") == names(owner, ordering="-created")
    assert names(owner, verified=True) == ["a.example"]
    assert names(owner, search="B.EX") == ["b.example"]
    assert names(owner, search="\0") == [] == names(owner, none=True) == names(stranger)
    with pytest.raises(Invalid):
        names(owner, ordering="token")


def test_what_two_people_both_see(owner, person, team, make, organisation):
    shop, bank = make("https://shop.example/", name="Shop"), make("https://bank.example/", name="Bank")
    shop.teams.add(team)
    of_team = person(Grant(BUILTIN_ROLES["analyst"], "team", team_id=team.pk))
    of_bank = person(Grant(BUILTIN_ROLES["analyst"], "target", target_id=bank.pk))
    assert list(filters.also_seen_by(owner, owner)) == [bank, shop]
    assert list(filters.also_seen_by(owner, of_team)) == [shop]
    assert list(filters.also_seen_by(of_team, of_bank)) == []


def test_targets_of_a_team(owner, person, team, make):
    shop = make("https://shop.example/")
    shop.teams.add(team)
    make("https://bank.example/")
    assert list(filters.of_team(owner, team.pk)) == [shop]
    assert list(filters.of_team(person(), team.pk)) == []
