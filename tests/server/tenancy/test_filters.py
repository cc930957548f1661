from __future__ import annotations

import pytest

from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.tenancy import filters, queries
from vedette.server.tenancy.filters import GrantFilter
from vedette.server.tenancy.models import Label, RoleGrant, Team
from vedette.server.tenancy.services import keys, labels, roles, teams

MISSING = "2" * 12


def names(rows):
    return [row.name for row in rows]


class TestOrdered:
    def test_by_a_name_either_way_and_by_age_without_one(self, owner):
        for name in ("b", "a", "c"):
            teams.create(actor=owner, name=name)
        assert names(filters.teams(owner)) == ["b", "a", "c"]
        assert names(filters.teams(owner, ordering="name")) == ["a", "b", "c"]
        assert names(filters.teams(owner, ordering="-name")) == ["c", "b", "a"]

    @pytest.mark.parametrize("ordering", ["quota", "--name", "name,created", "\0"])
    def test_by_nothing_else(self, owner, ordering):
        with pytest.raises(Invalid):
            filters.teams(owner, ordering=ordering)


class TestGrants:
    def test_people_and_keys_are_apart(self, owner, person, organisation):
        scanner = queries.builtin_role("scanner")
        key, _ = keys.create_key(actor=owner, name="CI", role=scanner)
        keys.create_key(actor=owner, name="App", kind="cloneguard_app")
        assert [row.user for row in filters.grants(owner, "user")] == [owner.user]
        assert [row.key for row in filters.grants(owner, "key")] == [key]
        assert [row.key for row in filters.grants(owner, "key", GrantFilter(roles=(scanner.public_id,)))] == [key]
        assert not filters.grants(owner, "key", GrantFilter(holders=(MISSING,))).exists()
        assert not filters.grants(owner, "user", GrantFilter(account_wide=False)).exists()
        assert not filters.grants(owner, "user", GrantFilter(search="\0")).exists()

    def test_one_is_found_for_its_own_holder_alone(self, owner, actor, other):
        mine = filters.grants(owner, "user").get()
        assert filters.grant(owner, "user", mine.public_id) == mine
        for asker, holder, public_id in (
            (owner, "key", mine.public_id),
            (owner, "user", MISSING),
            (owner, "user", "not an id\0"),
            (actor(other, "owner"), "user", mine.public_id),
        ):
            with pytest.raises(NotFound):
                filters.grant(asker, holder, public_id)

    def test_several_are_all_there_or_named(self, owner):
        mine = filters.grants(owner, "user").get()
        assert filters.several_grants(owner, "user", [mine.public_id] * 2) == [mine]
        with pytest.raises(NotFound) as caught:
            filters.several_grants(owner, "user", [mine.public_id, MISSING, "x"])
        assert caught.value.data == {"invalid_ids": [MISSING, "x"]}


class TestTeams:
    def test_come_with_their_numbers(self, owner, person, organisation):
        team = teams.create(actor=owner, name="Shop")
        teams.create(actor=owner, name="Empty")
        role = queries.builtin_role("analyst")
        ann = person(organisation, "analyst", tier="team", team=team)
        RoleGrant.objects.create(
            organisation=organisation, user=ann, role=queries.builtin_role("auditor"), tier="team", team=team
        )
        keys.create_key(actor=owner, name="CI", role=role, tier="team", team=team)
        shop, empty = filters.teams(owner)
        assert filters.team_numbers(shop) == {"people": 1, "keys": 1, "targets": 0}
        assert filters.team_numbers(empty) == {"people": 0, "keys": 0, "targets": 0}
        assert filters.team_numbers(filters.team(owner, team.public_id)) == filters.team_numbers(shop)
        assert filters.team_numbers(filters.team_again(owner, team))["people"] == 1
        assert names(filters.teams(owner, holders=[ann.public_id])) == ["Shop"]
        assert names(filters.teams(owner, search="emp")) == ["Empty"]

    def test_say_where_somebody_may_act(self, owner, actor, organisation):
        shop, bank = (teams.create(actor=owner, name=name) for name in ("Shop", "Bank"))
        of_shop = actor(organisation, "analyst", tier="team", team=shop)
        assert list(filters.teams(of_shop, may_create=True)) == [shop]
        assert list(filters.teams(of_shop, may_move=False)) == []
        assert list(filters.teams(owner, may_move=True)) == [shop, bank]
        assert list(filters.teams(owner, may_create=False)) == []

    def test_of_others_are_missing(self, owner, actor, other):
        team = teams.create(actor=owner, name="Shop")
        stranger = actor(other, "owner")
        for find in (filters.team, lambda asker, _: filters.team_again(asker, team)):
            with pytest.raises(NotFound):
                find(stranger, team.public_id)
        assert Team.objects.filter(pk=team.pk).exists()


class TestRoles:
    def test_are_narrowed(self, owner):
        mine = roles.create(actor=owner, name="Reader", permissions=["targets.view"])
        assert list(filters.roles(owner, custom=True)) == [mine]
        assert filters.roles(owner, custom=False).count() == 6
        assert "owner" not in [row.key for row in filters.roles(owner, tier="team")]
        assert filters.roles(owner, tier="account").count() == 7
        assert list(filters.roles(owner, search="read", ordering="-name")) == [mine]


class TestLabels:
    def test_are_of_their_kind(self, owner):
        first = labels.create(actor=owner, kind="target", name="one")
        labels.create(actor=owner, kind="user", name="two")
        assert list(filters.labels(owner, "target")) == [first]
        assert list(filters.labels(owner, "target", wanted=[first.public_id, MISSING])) == [first]
        assert list(filters.labels(owner, "target", assigned=True)) == []
        assert list(filters.labels(owner, "target", assigned=False, search="ONE", ordering="color")) == [first]
        assert filters.require_labels(owner, "target", [first.public_id]) == [first]
        with pytest.raises(NotFound):
            filters.require_labels(owner, "user", [first.public_id])
        assert Label.objects.count() == 2
