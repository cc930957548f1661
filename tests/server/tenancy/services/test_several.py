from __future__ import annotations

import pytest

from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import ApiKey, Membership, RoleGrant
from vedette.server.tenancy.services import keys, several, teams
from vedette.server.tenancy.services.roles import NewGrant
from vedette.server.tenancy.services.several import Holding


def role(key):
    return queries.builtin_role(key)


def grant_of(user):
    return RoleGrant.objects.get(user=user)


class TestMembers:
    def test_all_or_none(self, owner, admin, person, organisation):
        ann, bob = person(organisation, "analyst"), person(organisation, "analyst")
        both = [queries.get_member(owner, user.public_id) for user in (ann, bob)]
        several.change_members(actor=admin, members=both, active=False, title="dev")
        assert Membership.objects.filter(user__in=(ann, bob), active=False).count() == 2
        with_owner = [*both, queries.get_member(owner, owner.id)]
        with pytest.raises(NotAllowed):
            several.change_members(actor=admin, members=with_owner, active=True)
        assert Membership.objects.filter(user__in=(ann, bob), active=False).count() == 2

    def test_not_too_many(self, owner):
        member = queries.get_member(owner, owner.id)
        with pytest.raises(Invalid):
            several.change_members(actor=owner, members=[member] * (several.MAX + 1), title="dev")


class TestKeys:
    def test_all_or_none(self, owner, admin):
        mine, _ = keys.create_key(actor=owner, name="one", role=role("scanner"))
        above, _ = keys.create_key(actor=owner, name="two", role=role("owner"))
        several.change_keys(actor=admin, found=[mine], active=False)
        with pytest.raises(NotAllowed):
            several.change_keys(actor=admin, found=[mine, above], active=True)
        assert ApiKey.objects.filter(active=False).count() == 1


class TestChangeGrant:
    def test_keeps_its_id(self, owner, person, organisation, kinds):
        ann = person(organisation, "analyst")
        before = grant_of(ann)
        after = several.change_grant(actor=owner, grant=before, wish=NewGrant(role("auditor")))
        assert (after.public_id, after.role.key) == (before.public_id, "auditor")
        assert grant_of(ann) == after
        assert kinds()[-2:] == ["role.granted", "role.withdrawn"]

    def test_the_same_again_changes_nothing(self, owner, person, organisation, kinds):
        ann = person(organisation, "analyst")
        told = kinds()
        assert several.change_grant(actor=owner, grant=grant_of(ann), wish=NewGrant(role("analyst"))) == grant_of(ann)
        assert kinds() == told

    def test_two_grants_do_not_become_one(self, owner, person, organisation):
        ann = person(organisation, "analyst")
        RoleGrant.objects.create(organisation=organisation, user=ann, role=role("auditor"))
        first = RoleGrant.objects.filter(user=ann).first()
        with pytest.raises(Conflict, match="already_granted"):
            several.change_grant(actor=owner, grant=first, wish=NewGrant(role("auditor")))
        assert RoleGrant.objects.filter(user=ann).count() == 2

    def test_the_last_owner_stays(self, owner):
        with pytest.raises(Conflict, match="last_owner"):
            several.change_grant(actor=owner, grant=grant_of(owner.user), wish=NewGrant(role("admin")))
        assert grant_of(owner.user).role.key == "owner"

    def test_nobody_rises_above_their_rank_or_reaches_elsewhere(self, owner, admin, actor, other):
        with pytest.raises(NotAllowed):
            several.change_grant(actor=admin, grant=grant_of(admin.user), wish=NewGrant(role("owner")))
        with pytest.raises(NotAllowed):
            several.change_grant(actor=admin, grant=grant_of(owner.user), wish=NewGrant(role("auditor")))
        stranger = actor(other, "owner")
        with pytest.raises(NotAllowed):
            several.change_grant(actor=stranger, grant=grant_of(admin.user), wish=NewGrant(role("auditor")))

    def test_of_a_key_too(self, owner):
        key, _ = keys.create_key(actor=owner, name="CI", role=role("scanner"))
        team = teams.create(actor=owner, name="Shop")
        grant = RoleGrant.objects.get(key=key)
        changed = several.change_grant(actor=owner, grant=grant, wish=NewGrant(role("scanner"), "team", team))
        assert (changed.team, changed.public_id) == (team, grant.public_id)


class TestOperate:
    def test_gives_changes_and_takes_away(self, owner, person, organisation):
        ann, bob, eve = (person(organisation, "analyst") for _ in range(3))
        made, changed = several.operate(
            actor=owner,
            create=[Holding(ann, NewGrant(role("auditor")))],
            update=[(grant_of(bob), NewGrant(role("developer")))],
            delete=[grant_of(eve)],
        )
        assert [row.role.key for row in made + changed] == ["auditor", "developer"]
        assert not RoleGrant.objects.filter(user=eve).exists()

    def test_does_nothing_when_one_may_not_be(self, admin, owner, person, organisation):
        ann = person(organisation, "analyst")
        with pytest.raises(NotAllowed):
            several.operate(
                actor=admin,
                create=[Holding(ann, NewGrant(role("auditor")))],
                delete=[grant_of(owner.user)],
            )
        assert RoleGrant.objects.filter(user=ann).count() == 1

    def test_an_owner_may_be_replaced_in_one_go(self, owner, person, organisation):
        heir = person(organisation, "admin")
        several.operate(
            actor=owner,
            create=[Holding(heir, NewGrant(role("owner")))],
            delete=[grant_of(owner.user)],
        )
        assert list(queries.active_owners(organisation)) == [heir]
