"""People: invited, joined, changed, switched off, removed."""

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.models import ApiKey, Invitation, Label, Membership, RoleGrant, User
from vedette.server.tenancy.services import keys, people, roles, signin

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 42"


def scanner():
    return queries.builtin_role("scanner")


def member_of(user, organisation):
    return Membership.objects.get(user=user, organisation=organisation)


# Invitations


def test_an_invitation_makes_a_member(admin, organisation, kinds):
    invitation, token = people.invite(actor=admin, email=" New@Shop.test ", name="New", role=scanner())
    assert (invitation.email, invitation.created_by) == ("new@shop.test", admin.user)
    user = people.accept_invitation(token=token, password=PASSWORD, address="127.0.0.1")
    assert (user.name, user.check_password(PASSWORD)) == ("New", True)
    actor = queries.actor_for_user(user, queries.current_organisation(user), "")
    assert (actor.organisation, actor.held()) == (organisation, rules.BUILTIN_ROLES["scanner"])
    assert kinds()[-2:] == ["person.invited", "person.joined"]
    joined = DomainEvent.objects.get(kind="person.joined")
    assert (joined.actor_id, joined.address) == (user.public_id, "127.0.0.1")


def test_the_token_is_stored_nowhere(admin):
    _, token = people.invite(actor=admin, email="new@shop.test", role=scanner())
    assert token not in str(list(Invitation.objects.values())) + str(list(DomainEvent.objects.values()))


def test_an_invitation_works_once(admin):
    _, token = people.invite(actor=admin, email="new@shop.test", role=scanner())
    people.accept_invitation(token=token, password=PASSWORD)
    with pytest.raises(Conflict) as caught:
        people.accept_invitation(token=token, password="another horse 43")
    assert caught.value.code == "already_processed"
    assert User.objects.get(email="new@shop.test").check_password(PASSWORD)


def test_of_two_at_the_same_time_one_wins(admin, monkeypatch):
    invitation, token = people.invite(actor=admin, email="new@shop.test", role=scanner())
    Invitation.objects.filter(pk=invitation.pk).update(used_at=invitation.created_at)
    monkeypatch.setattr(queries, "open_invitation", lambda token: invitation)  # read just before the other wrote
    with pytest.raises(Conflict) as caught:
        people.accept_invitation(token=token, password=PASSWORD)
    assert caught.value.code == "already_processed"
    assert not User.objects.filter(email="new@shop.test").exists()


def test_an_invitation_ends_after_a_week_and_by_a_second_one(admin, moment):
    _, first = people.invite(actor=admin, email="new@shop.test", role=scanner())
    _, second = people.invite(actor=admin, email="NEW@shop.test", role=scanner())
    with pytest.raises(Conflict) as caught:
        people.accept_invitation(token=first, password=PASSWORD)
    assert caught.value.code == "expired"
    moment.advance(7 * 86400)
    with pytest.raises(Conflict):
        people.accept_invitation(token=second, password=PASSWORD)


def test_a_weak_password_leaves_the_invitation_open(admin):
    _, token = people.invite(actor=admin, email="new@shop.test", role=scanner())
    with pytest.raises(Invalid):
        people.accept_invitation(token=token, password="weak")
    people.accept_invitation(token=token, password=PASSWORD)


def test_nobody_invites_above_their_rank(admin, actor, organisation):
    with pytest.raises(NotAllowed) as caught:
        people.invite(actor=admin, email="new@shop.test", role=queries.builtin_role("owner"))
    assert caught.value.code == "above_own_rank"
    with pytest.raises(NotAllowed):
        people.invite(actor=actor(organisation, "analyst"), email="new@shop.test", role=scanner())
    assert not Invitation.objects.exists()


def test_members_are_not_invited_again(admin, person, organisation):
    user = person(organisation)
    with pytest.raises(Conflict) as caught:
        people.invite(actor=admin, email=user.email.upper(), role=scanner())
    assert caught.value.code == "already_member"


def test_whoever_has_an_account_accepts_signed_in(admin, person, other, organisation):
    user = person(other, "scanner")
    _, token = people.invite(actor=admin, email=user.email, role=scanner())
    for given, code in ((None, "sign_in_first"), (person(other), "other_account")):
        with pytest.raises(Conflict) as caught:
            people.accept_invitation(token=token, password="mallory's horse", user=given)
        assert caught.value.code == code
    people.accept_invitation(token=token, user=user)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert set(queries.organisations_of(user)) == {organisation, other}


def test_a_disabled_account_cannot_accept(admin, person, other):
    user = person(other)
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()
    _, token = people.invite(actor=admin, email=user.email, role=scanner())
    with pytest.raises(Conflict) as caught:
        people.accept_invitation(token=token, user=user)
    assert caught.value.code == "account_disabled"


def test_a_suspended_organisation_lets_nobody_in(admin, organisation):
    _, token = people.invite(actor=admin, email="new@shop.test", role=scanner())
    organisation.suspended = True
    organisation.save()
    with pytest.raises(Conflict):
        people.accept_invitation(token=token, password=PASSWORD)
    assert not User.objects.filter(email="new@shop.test").exists()


def test_an_unknown_token_is_not_found():
    with pytest.raises(NotFound):
        people.accept_invitation(token="made up", password=PASSWORD)


# Members made at once


def test_a_member_is_made_with_roles_and_chooses_a_password(admin, organisation):
    label = Label.objects.create(organisation=organisation, kind="user", name="new")
    member, token = people.create_member(
        actor=admin, email="new@shop.test", name="New", title="dev", labels=[label], grants=[roles.NewGrant(scanner())]
    )
    user = member.user
    assert (member.active, user.title, user.has_usable_password(), list(member.labels.all())) == (
        True,
        "dev",
        False,
        [label],
    )
    people.accept_invitation(token=token, password=PASSWORD)
    assert signin.sign_in(username="new@shop.test", password=PASSWORD).session.organisation == organisation
    assert queries.held_by(user, organisation) == rules.BUILTIN_ROLES["scanner"]


def test_a_member_of_higher_rank_is_not_made(admin):
    with pytest.raises(NotAllowed):
        people.create_member(actor=admin, email="new@shop.test", grants=[roles.NewGrant(queries.builtin_role("owner"))])
    assert not User.objects.filter(email="new@shop.test").exists()


def test_someone_with_an_account_waits_until_they_agree(admin, person, other, organisation):
    user = person(other, "scanner")
    member, token = people.create_member(
        actor=admin, email=user.email, name="Renamed", grants=[roles.NewGrant(scanner())]
    )
    user.refresh_from_db()
    assert user.name != "Renamed"
    assert not member.active
    assert queries.actor_for_user(user, organisation, "") is None
    with pytest.raises(Conflict) as caught:
        people.activate(actor=admin, member=member)
    assert caught.value.code == "invitation_pending"
    people.accept_invitation(token=token, user=user)
    assert queries.actor_for_user(user, organisation, "").held() == rules.BUILTIN_ROLES["scanner"]
    with pytest.raises(Conflict):
        people.create_member(actor=admin, email=user.email)


def test_the_token_of_one_organisation_does_not_open_another(admin, actor, other, organisation):
    """A rival who invites the same address, and reads the token, must not become the person elsewhere."""
    member, ours = people.create_member(actor=admin, email="new@shop.test", grants=[roles.NewGrant(scanner())])
    _, theirs = people.invite(actor=actor(other), email="new@shop.test", role=scanner())
    rival = people.accept_invitation(token=theirs, password=PASSWORD)
    assert list(queries.organisations_of(rival)) == [other]
    with pytest.raises(Conflict):
        people.activate(actor=admin, member=member)
    with pytest.raises(Conflict):
        people.accept_invitation(token=ours, password=PASSWORD)
    people.accept_invitation(token=ours, user=rival)  # who reads our mail and is signed in, is the person
    assert set(queries.organisations_of(rival)) == {other, organisation}


# Changes


def test_a_member_is_changed(admin, person, organisation, kinds):
    user = person(organisation, "scanner")
    label = Label.objects.create(organisation=organisation, kind="user", name="new")
    wanted = [roles.NewGrant(queries.builtin_role("auditor"))]
    member = people.change_member(
        actor=admin, member=member_of(user, organisation), name="Bob", title="cso", labels=[label], grants=wanted
    )
    user.refresh_from_db()
    assert (user.name, user.title, list(member.labels.all())) == ("Bob", "cso", [label])
    assert queries.held_by(user, organisation) == rules.BUILTIN_ROLES["auditor"]
    before = kinds()
    people.change_member(actor=admin, member=member, name="Bob", active=True)
    assert kinds() == before


def test_people_of_two_organisations_name_themselves(admin, person, organisation, other):
    user = person(organisation, "scanner")
    Membership.objects.create(user=user, organisation=other)
    with pytest.raises(NotAllowed) as caught:
        people.change_member(actor=admin, member=member_of(user, organisation), name="Fool")
    assert caught.value.code == "shared_account"
    me = queries.actor_for_user(user, organisation, "")
    people.change_member(actor=me, member=member_of(user, organisation), name="Ann")
    user.refresh_from_db()
    assert user.name == "Ann"


def test_people_of_higher_rank_are_not_touched(admin, owner, organisation):
    boss = member_of(owner.user, organisation)
    for act in (
        lambda: people.change_member(actor=admin, member=boss, name="Fool"),
        lambda: people.deactivate(actor=admin, member=boss),
        lambda: people.remove_member(actor=admin, member=boss),
        lambda: people.unlock(actor=admin, member=boss),
    ):
        with pytest.raises(NotAllowed) as caught:
            act()
        assert caught.value.code == "above_own_rank"


def test_without_the_right_people_change_only_their_own_name(actor, organisation, person):
    me = actor(organisation, "auditor")
    mine, theirs = member_of(me.user, organisation), member_of(person(organisation, None), organisation)
    people.change_member(actor=me, member=mine, name="Ann")
    for member, change in (
        (theirs, {"name": "Fool"}),
        (theirs, {"active": False}),
        (mine, {"active": False}),
        (mine, {"labels": []}),
        (mine, {"grants": []}),
    ):
        with pytest.raises(NotAllowed):
            people.change_member(actor=me, member=member, **change)
    with pytest.raises(NotAllowed):
        people.remove_member(actor=me, member=theirs)


def test_members_of_another_organisation_are_out_of_reach(owner, person, other):
    member = member_of(person(other, "scanner"), other)
    for act in (people.deactivate, people.activate, people.remove_member, people.unlock, people.change_member):
        with pytest.raises(NotAllowed):
            act(actor=owner, member=member)


# Leaving


def test_deactivation_shuts_out_at_once(owner, admin, organisation):
    token = signin.sign_in(username=admin.user.email, password=PASSWORD).token
    _, secret = keys.create_key(actor=admin, name="k", kind="invicti")
    people.invite(actor=admin, email="friend@shop.test", role=scanner())
    people.deactivate(actor=owner, member=member_of(admin.user, organisation))
    assert queries.authenticate_session(token, address="") is None
    assert queries.authenticate_key(secret, kinds=("invicti",), address="") is None
    assert queries.actor_for_user(admin.user, organisation, "") is None
    assert not queries.invitations_for_actor(owner).exists()
    people.activate(actor=owner, member=member_of(admin.user, organisation))
    assert queries.actor_for_user(admin.user, organisation, "").held() == rules.BUILTIN_ROLES["admin"]
    assert queries.authenticate_session(token, address="") is None


def test_an_open_invitation_does_not_undo_a_deactivation(admin):
    member, token = people.create_member(actor=admin, email="new@shop.test")
    people.deactivate(actor=admin, member=member)
    with pytest.raises(Conflict):
        people.accept_invitation(token=token, password=PASSWORD)


def test_the_last_owner_can_neither_leave_nor_be_switched_off(owner, organisation, actor):
    boss = member_of(owner.user, organisation)
    for act in (people.deactivate, people.remove_member):
        with pytest.raises(Conflict) as caught:
            act(actor=owner, member=boss)
        assert caught.value.code == "last_owner"
    assert queries.actor_for_user(owner.user, organisation, "").held() == rules.ALL
    second = actor(organisation, "owner")
    people.deactivate(actor=second, member=boss)
    with pytest.raises(Conflict):
        people.remove_member(actor=second, member=member_of(second.user, organisation))


def test_who_is_removed_keeps_nothing_here(owner, admin, organisation, other):
    Membership.objects.create(user=admin.user, organisation=other)
    admin.user.current_organisation = organisation
    admin.user.save()
    keys.create_key(actor=admin, name="mine", kind="invicti")
    shared, _ = keys.create_key(actor=admin, name="pipeline", role=scanner())
    people.remove_member(actor=owner, member=member_of(admin.user, organisation))
    assert list(ApiKey.objects.all()) == [shared]
    assert not RoleGrant.objects.filter(user=admin.user).exists()
    admin.user.refresh_from_db()
    assert list(queries.organisations_of(admin.user)) == [other]
    assert admin.user.current_organisation is None


def test_everybody_may_leave(actor, organisation, kinds):
    me = actor(organisation, "scanner")
    people.remove_member(actor=me, member=member_of(me.user, organisation))
    assert queries.actor_for_user(me.user, organisation, "") is None
    assert kinds()[-1] == "person.left"


def test_who_was_locked_out_is_let_in(admin, person, organisation, moment):
    user = person(organisation, "scanner")
    user.locked_until = moment.now().replace(year=2030)
    user.save()
    people.unlock(actor=admin, member=member_of(user, organisation))
    signin.sign_in(username=user.email, password=PASSWORD)
