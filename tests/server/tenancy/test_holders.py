from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from vedette.server.kernel.errors import NotFound
from vedette.server.tenancy import holders, queries
from vedette.server.tenancy.holders import HolderFilter
from vedette.server.tenancy.models import Membership, Organisation, RoleGrant
from vedette.server.tenancy.services import keys, labels, people, teams

MISSING = "2" * 12


def emails(owner, **wanted):
    return [row.user.email for row in holders.people(owner, HolderFilter(**wanted))]


@pytest.fixture
def ann(person, organisation):
    return person(organisation, "analyst")


class TestPeople:
    def test_are_narrowed_by_what_they_hold(self, owner, ann, organisation):
        mine = owner.user
        analyst = queries.builtin_role("analyst").public_id
        assert emails(owner) == [mine.email, ann.email]
        assert emails(owner, roles=(analyst,)) == [ann.email]
        assert emails(owner, ids=(ann.public_id, "x")) == [ann.email] == emails(owner, exclude=(mine.public_id,))
        RoleGrant.objects.filter(user=ann).delete()
        assert emails(owner, no_access=True) == [ann.email] == emails(owner, account_wide=False)
        assert emails(owner, no_access=False) == [mine.email] == emails(owner, account_wide=True)
        assert emails(owner, search="\0") == []

    def test_teams_and_their_exclusion(self, owner, ann, organisation):
        team = teams.create(actor=owner, name="Shop")
        RoleGrant.objects.filter(user=ann).update(tier="team", team=team)
        assert emails(owner, teams=(team.public_id,)) == [ann.email]
        assert emails(owner, exclude_teams=(team.public_id,)) == [owner.user.email]

    def test_labels_any_or_every(self, owner, ann):
        night, paged = (labels.create(actor=owner, kind="user", name=name) for name in ("night", "paged"))
        member = queries.get_member(owner, ann.public_id)
        people.change_member(actor=owner, member=member, labels=[night])
        both = (night.public_id, paged.public_id)
        assert emails(owner, labels=both) == [ann.email]
        assert emails(owner, labels=both, every_label=True) == []

    def test_a_second_factor_shows(self, owner, ann):
        assert not holders.has_second_factor(holders.member(owner, ann.public_id))
        Authenticator.objects.create(user=ann, type=Authenticator.Type.TOTP, data={"secret": "x"})
        assert holders.has_second_factor(holders.member(owner, ann.public_id))
        assert emails(owner, mfa_enabled=True) == [ann.email]
        assert emails(owner, mfa_enabled=False) == [owner.user.email]

    def test_one_read_elsewhere_does_not_pretend_to_know(self, owner):
        with pytest.raises(KeyError):
            holders.has_second_factor(Membership.objects.first())

    def test_grants_of_another_organisation_do_not_show(self, owner, person, other, ann):
        Membership.objects.create(organisation=other, user=ann)
        RoleGrant.objects.create(organisation=other, user=ann, role=queries.builtin_role("owner"))
        row = holders.member(owner, ann.public_id)
        assert [one.role.key for one in row.user.grants.all()] == ["analyst"]

    def test_of_others_are_missing(self, owner, actor, other, ann):
        stranger = actor(other, "owner")
        member = queries.get_member(owner, ann.public_id)
        with pytest.raises(NotFound):
            holders.member(stranger, ann.public_id)
        with pytest.raises(NotFound):
            holders.member_again(stranger, member)
        with pytest.raises(NotFound) as caught:
            holders.members(stranger, [ann.public_id])
        assert caught.value.data == {"invalid_ids": [ann.public_id]}
        assert holders.members(owner, [ann.public_id]) == [member]
        assert holders.member_again(owner, member) == member


class TestKeys:
    def test_only_those_of_scripts(self, owner, organisation):
        mine, _ = keys.create_key(actor=owner, name="CI", role=queries.builtin_role("scanner"))
        app, _ = keys.create_key(actor=owner, name="App", kind="cloneguard_app")
        assert list(holders.keys(owner, HolderFilter())) == [mine]
        assert list(holders.keys(owner, HolderFilter(creators=(owner.id,), search=mine.prefix))) == [mine]
        assert not holders.keys(owner, HolderFilter(creators=(MISSING,))).exists()
        assert not holders.keys(owner, HolderFilter(search="\0")).exists()
        assert holders.key(owner, mine.public_id) == mine == holders.key_again(owner, mine)
        assert holders.several_keys(owner, [mine.public_id]) == [mine]
        for find in (holders.key, lambda asker, public_id: holders.several_keys(asker, [public_id])):
            with pytest.raises(NotFound):
                find(owner, app.public_id)

    def test_a_personal_one_is_found_while_it_is_good(self, owner):
        assert holders.personal_key(owner, "invicti") is None
        mine, _ = keys.create_key(actor=owner, name="API", kind="invicti")
        assert holders.personal_key(owner, "invicti") == mine
        keys.revoke(actor=owner, key=mine)
        assert holders.personal_key(owner, "invicti") is None


class TestAsHolder:
    def test_sees_what_they_would(self, owner, ann, organisation):
        member = queries.get_member(owner, ann.public_id)
        as_ann = holders.as_holder(owner, member)
        assert as_ann.may("scans.start") and not as_ann.may("people.change")
        assert as_ann.organisation == organisation
        member.refresh_from_db()
        assert member.last_seen_at is None

    def test_somebody_shut_out_sees_nothing(self, owner, ann):
        member = people.deactivate(actor=owner, member=queries.get_member(owner, ann.public_id))
        assert not holders.as_holder(owner, member).anywhere("targets.view")
        key, _ = keys.create_key(actor=owner, name="CI", role=queries.builtin_role("scanner"))
        assert holders.as_holder(owner, key).may("scans.start")
        assert not holders.as_holder(owner, keys.revoke(actor=owner, key=key)).anywhere("scans.start")


def test_own_grants(owner, system, organisation):
    assert [row.role.key for row in holders.own_grants(owner)] == ["owner"]
    assert holders.own_grants(system) == []


def test_dependents(organisation, other):
    assert not holders.has_dependents(organisation)
    Organisation.objects.filter(pk=other.pk).update(partner=organisation)
    assert holders.has_dependents(organisation)
