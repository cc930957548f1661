"""From credentials to an actor, what an actor may see, and the organisation's key for secrets."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vedette.server.kernel import clock, ids, sealing
from vedette.server.kernel.errors import Conflict, NotAllowed, NotFound
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.actor import Grant
from vedette.server.tenancy.models import ApiKey, Label, Membership, Role, RoleGrant, Team
from vedette.server.tenancy.services import account, keys, labels, people, roles, signin, teams

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 42"
ALL_KINDS = tuple(rules.KEY_LETTERS)


def opens(secret, kinds=ALL_KINDS, **extra):
    return queries.authenticate_key(secret, kinds=kinds, address="127.0.0.1", **extra)


@pytest.fixture
def key(owner):
    made, secret = keys.create_key(actor=owner, name="ci", role=queries.builtin_role("scanner"))
    made.secret = secret
    return made


def test_a_key_acts_by_its_own_grants(key, organisation):
    actor = opens(key.secret)
    assert (actor.kind, actor.id, actor.name, actor.user, actor.key) == ("key", key.public_id, "ci", None, key)
    assert (actor.organisation, actor.address) == (organisation, "127.0.0.1")
    assert actor.held() == rules.BUILTIN_ROLES["scanner"]


def test_wrong_secrets_open_nothing(key):
    other = rules.new_secret("probely")
    for secret in ("", "x", other, key.secret[:-1], key.secret + "x", key.key_hash, key.prefix, key.secret.upper()):
        assert opens(secret) is None


def test_a_text_that_cannot_be_a_secret_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert opens("\x00 or 1=1") is None


def test_the_kind_must_be_asked_for(key):
    assert opens(key.secret, kinds=("invicti", "cloneguard_access")) is None
    assert opens(key.secret, kinds=("probely",)) is not None


def test_a_key_ends(key, moment):
    moment.advance(90 * 86400 - 1)
    assert opens(key.secret) is not None
    moment.advance(1)
    assert opens(key.secret) is None


def test_a_revoked_key_and_a_suspended_organisation_refuse(key, owner, system):
    keys.revoke(actor=owner, key=key)
    assert opens(key.secret) is None
    keys.change(actor=owner, key=key, active=True)
    assert opens(key.secret) is not None
    account.suspend(actor=system)
    assert opens(key.secret) is None


def test_keys_of_someone_switched_off_follow_the_policy(owner, admin, organisation):
    _, secret = keys.create_key(actor=admin, name="k", role=queries.builtin_role("scanner"))
    people.deactivate(actor=owner, member=queries.get_member(owner, admin.id))
    assert opens(secret) is None
    account.change_settings(actor=owner, disable_keys_on_user_disabled=False)
    assert opens(secret) is not None


def test_use_is_stamped_once_a_minute(key, moment):
    opens(key.secret)
    moment.advance(30)
    opens(key.secret)
    key.refresh_from_db()
    assert (clock.now() - key.last_used_at).total_seconds() == 30
    moment.advance(30)
    opens(key.secret)
    key.refresh_from_db()
    assert key.last_used_at == clock.now()


def test_a_failed_use_is_not_stamped(key, system):
    account.suspend(actor=system)
    opens(key.secret)
    key.refresh_from_db()
    assert key.last_used_at is None


def test_a_key_costs_few_queries(key):
    opens(key.secret)
    with CaptureQueriesContext(connection) as captured:
        opens(key.secret)
    assert len(captured) <= 3


def test_a_personal_key_acts_as_its_person(admin, organisation):
    made, secret = keys.create_key(actor=admin, name="token", kind="invicti")
    actor = opens(secret, kinds=("invicti",))
    assert (actor.kind, actor.id, actor.user, actor.key) == ("person", admin.id, admin.user, made)
    assert actor.held() == rules.BUILTIN_ROLES["admin"]
    RoleGrant.objects.filter(user=admin.user).update(role=queries.builtin_role("scanner"))
    assert opens(secret, kinds=("invicti",)).held() == rules.BUILTIN_ROLES["scanner"]
    Membership.objects.filter(user=admin.user).update(active=False)
    assert opens(secret, kinds=("invicti",)) is None


def test_basic_authentication_may_name_the_person(admin, owner):
    _, secret = keys.create_key(actor=admin, name="token", kind="invicti")
    uuid = ids.as_uuid("user", admin.id)
    for user_id in ("", uuid, uuid.replace("-", ""), uuid.replace("-", "").upper()):
        assert opens(secret, user_id=user_id) is not None
    for user_id in (ids.as_uuid("user", owner.id), ids.as_uuid("scan", admin.id), admin.id, "0" * 32):
        assert opens(secret, user_id=user_id) is None


def test_a_user_id_fits_no_key_without_a_person(key, owner):
    assert opens(key.secret, user_id=ids.as_uuid("user", owner.id)) is None


def test_an_application_key_names_an_application_only(admin, system):
    _, secret = keys.create_key(actor=admin, name="portal", kind="cloneguard_app")
    assert queries.application_key(secret).name == "portal"
    actor = opens(secret)
    assert actor is not None
    assert actor.held() == frozenset()
    assert queries.application_key(rules.new_secret("cloneguard_app")) is None
    _, wide = keys.create_key(actor=system, name="portal", kind="cloneguard_app", instance_wide=True)
    assert queries.application_key(wide).organisation is None
    assert opens(wide) is None
    account.suspend(actor=system)
    assert queries.application_key(secret) is None
    assert queries.application_key(wide) is not None


def test_a_person_is_an_actor_only_where_they_belong(person, organisation, other):
    user = person(organisation, "analyst")
    assert queries.actor_for_user(user, organisation, "::1").held() == rules.BUILTIN_ROLES["analyst"]
    assert queries.actor_for_user(user, other, "::1") is None
    user.is_active = False
    assert queries.actor_for_user(user, organisation, "::1") is None


def test_roles_of_another_organisation_do_not_count(person, organisation, other):
    user = person(organisation, "scanner")
    Membership.objects.create(user=user, organisation=other)
    RoleGrant.objects.create(user=user, organisation=other, role=queries.builtin_role("owner"))
    assert queries.actor_for_user(user, organisation, "").held() == rules.BUILTIN_ROLES["scanner"]
    assert queries.actor_for_user(user, other, "").held() == rules.ALL


def test_permissions_come_from_the_code_and_unknown_ones_fall_away(organisation):
    owner = queries.builtin_role("owner")
    owner.permissions = []
    assert queries.permissions_of(owner) == rules.ALL
    assert queries.permissions_of(Role(organisation=None, key="gone", permissions=["targets.view"])) == frozenset()
    own = Role(organisation=organisation, permissions=["targets.view", "cakes.bake"])
    assert queries.permissions_of(own) == {"targets.view"}


def test_the_current_organisation_is_chosen_or_the_first(person, organisation, other):
    user = person(organisation)
    Membership.objects.create(user=user, organisation=other)
    assert queries.current_organisation(user) == organisation
    user.current_organisation = other
    assert queries.current_organisation(user) == other
    Membership.objects.filter(user=user, organisation=other).update(active=False)
    assert queries.current_organisation(user) == organisation
    Membership.objects.filter(user=user).delete()
    assert queries.current_organisation(user) is None


def test_sessions_end_by_age_and_by_idleness(person, organisation, moment):
    person(organisation)
    token = signin.sign_in(username="p1@shop.test", password=PASSWORD).token
    for _ in range(23):
        moment.advance(3600)
        assert queries.authenticate_session(token, address="::1").address == "::1"
    moment.advance(3600)
    with pytest.raises(NotAllowed) as caught:  # a day is over, though never idle
        queries.authenticate_session(token, address="")
    assert caught.value.code == "token_expired"
    idle = signin.sign_in(username="p1@shop.test", password=PASSWORD).token
    moment.advance(7199)
    assert queries.authenticate_session(idle, address="") is not None
    moment.advance(7200)
    with pytest.raises(NotAllowed) as caught:
        queries.authenticate_session(idle, address="")
    assert caught.value.code == "token_expired"
    assert queries.authenticate_session("made up", address="") is None


def test_a_session_ends_with_the_organisation_or_membership(person, organisation):
    user = person(organisation)
    token = signin.sign_in(username=user.email, password=PASSWORD).token
    Membership.objects.filter(user=user).update(active=False)
    assert queries.authenticate_session(token, address="") is None
    Membership.objects.filter(user=user).update(active=True)
    organisation.suspended = True
    organisation.save()
    with pytest.raises(NotAllowed) as caught:
        queries.authenticate_session(token, address="")
    assert caught.value.code == "organisation_suspended"


def test_invitations_open_once_and_for_a_while(owner, moment):
    invitation, token = people.invite(actor=owner, email="new@shop.test", role=queries.builtin_role("scanner"))
    assert queries.open_invitation(token) == invitation
    with pytest.raises(NotFound):
        queries.open_invitation("made up")
    moment.advance(7 * 86400)
    with pytest.raises(Conflict) as caught:
        queries.open_invitation(token)
    assert caught.value.code == "expired"


def test_owners_who_cannot_sign_in_do_not_count(person, organisation):
    ann, bob = person(organisation, "owner"), person(organisation, "owner")
    person(organisation, "admin")
    assert set(queries.active_owners(organisation)) == {ann, bob}
    Membership.objects.filter(user=ann).update(active=False)
    assert set(queries.active_owners(organisation)) == {bob}
    bob.is_active = False
    bob.save()
    assert not queries.active_owners(organisation).exists()


def test_owners_of_another_organisation_do_not_count(person, organisation, other):
    user = person(organisation, "admin")
    Membership.objects.create(user=user, organisation=other)
    RoleGrant.objects.create(user=user, organisation=other, role=queries.builtin_role("owner"))
    own = Role.objects.create(organisation=organisation, key="owner", name="Fake", permissions=[])
    RoleGrant.objects.create(user=user, organisation=organisation, role=own)
    assert not queries.active_owners(organisation).exists()


@pytest.fixture
def furnished(organisation, other, actor):
    """The same things in two organisations; returns the owners."""
    owners = actor(organisation, "owner"), actor(other, "owner")
    for boss in owners:
        teams.create(actor=boss, name="Web")
        labels.create(actor=boss, kind="target", name="prod")
        labels.create(actor=boss, kind="user", name="new")
        roles.create(actor=boss, name="Looker", permissions=["targets.view"])
        keys.create_key(actor=boss, name="k", role=queries.builtin_role("scanner"))
        people.invite(actor=boss, email="new@shop.test", role=queries.builtin_role("scanner"))
        signin.sign_in(username=boss.email, password=PASSWORD)
    return owners


LISTS = [
    queries.members_for_actor,
    queries.keys_for_actor,
    queries.teams_for_actor,
    queries.roles_for_actor,
    queries.grants_for_actor,
    queries.labels_for_actor,
    queries.invitations_for_actor,
    queries.sessions_for_actor,
]


@pytest.mark.parametrize("read", LISTS)
def test_nobody_sees_another_organisation(furnished, read):
    ours, theirs = (list(read(boss)) for boss in furnished)
    foreign = [row for row in theirs if row not in ours]
    assert foreign  # something foreign exists, so that this says something
    for boss, rows in zip(furnished, (ours, theirs), strict=True):
        homes = {getattr(row, "organisation", None) for row in rows} - {None}
        assert homes == {boss.organisation}


@pytest.mark.parametrize(
    ("get", "model"),
    [(queries.get_key, ApiKey), (queries.get_team, Team), (queries.get_role, Role), (queries.get_grant, RoleGrant)],
)
def test_foreign_ids_are_not_found(furnished, get, model):
    ours, theirs = furnished
    foreign = model.objects.filter(organisation=theirs.organisation).first()
    assert get(theirs, foreign.public_id) == foreign
    with pytest.raises(NotFound):
        get(ours, foreign.public_id)
    for text in ("nothing", "", "a\x00b", "1" * 12):
        with pytest.raises(NotFound):
            get(ours, text)


def test_foreign_people_and_labels_are_not_found(furnished):
    ours, theirs = furnished
    with pytest.raises(NotFound):
        queries.get_member(ours, theirs.id)
    foreign = Label.objects.get(organisation=theirs.organisation, kind="user")
    assert queries.get_label(theirs, "user", foreign.public_id) == foreign
    for boss, kind in ((ours, "user"), (theirs, "target")):
        with pytest.raises(NotFound):
            queries.get_label(boss, kind, foreign.public_id)


def test_without_rights_people_see_themselves(furnished, person, organisation):
    assert furnished
    team = Team.objects.get(organisation=organisation)
    role = Role.objects.get(organisation=organisation)
    user = person(organisation, role, tier="team", team=team)
    Team.objects.create(organisation=organisation, name="Hidden")
    me = queries.actor_for_user(user, organisation, "")
    keys.create_key(actor=me, name="mine", kind="invicti")
    assert [row.user for row in queries.members_for_actor(me)] == [user]
    assert [row.name for row in queries.keys_for_actor(me)] == ["mine"]
    assert list(queries.teams_for_actor(me)) == [team]
    assert list(queries.roles_for_actor(me)) == [role]
    assert [row.user for row in queries.grants_for_actor(me)] == [user]
    assert [row.name for row in queries.labels_for_actor(me, "user")] == ["new"]
    assert not queries.invitations_for_actor(me).exists()


def test_a_key_without_rights_sees_itself(furnished, organisation, key):
    actor = opens(key.secret)
    assert list(queries.keys_for_actor(actor)) == [key]
    assert [row.key for row in queries.grants_for_actor(actor)] == [key]
    assert not queries.members_for_actor(actor).exists()
    assert not queries.sessions_for_actor(actor).exists()


def test_a_role_over_a_team_does_not_show_the_organisation(furnished, person, organisation):
    team = Team.objects.get(organisation=organisation)
    user = person(organisation, "admin", tier="team", team=team)
    me = queries.actor_for_user(user, organisation, "")
    assert me.grants == (
        Grant(rules.BUILTIN_ROLES["admin"], "team", team.pk, None, queries.builtin_role("admin").public_id),
    )
    assert queries.members_for_actor(me).count() == 1


def test_secrets_open_only_in_their_place(organisation, other):
    place = {"table": "target", "public_id": "abc", "column": "password"}
    sealed = queries.seal(organisation, "hunter2", **place)
    assert b"hunter2" not in sealed
    assert queries.unseal(organisation, sealed, **place) == b"hunter2"
    with pytest.raises(sealing.SealError):
        queries.unseal(other, sealed, **place)
    for change in ({"table": "scan"}, {"public_id": "abd"}, {"column": "token"}):
        with pytest.raises(sealing.SealError):
            queries.unseal(organisation, sealed, **{**place, **change})


def test_a_shown_secret_is_the_same_for_the_same_value(organisation, other):
    shown = queries.obfuscated(organisation, "hunter2")
    assert shown == queries.obfuscated(organisation, "hunter2")
    assert sealing.is_obfuscated(shown)
    assert shown != queries.obfuscated(other, "hunter2")
    assert shown != queries.obfuscated(organisation, "hunter3")


def test_the_key_survives_a_rotation_of_the_ring(organisation):
    sealed = queries.seal(organisation, "x", table="t", public_id="p", column="c")
    ring = sealing.instance_ring()
    organisation.data_key = ring.rewrap(organisation.data_key, organisation.public_id)
    assert queries.unseal(organisation, sealed, table="t", public_id="p", column="c") == b"x"


def test_an_organisation_is_named_by_name_or_id(organisation, other):
    assert queries.organisation_named("sHOP") == organisation
    assert queries.organisation_named(other.public_id) == other
    assert queries.organisation_named("Nobody") is None
    other.name = "shop"
    other.save()
    assert queries.organisation_named("Shop") is None


def test_an_instance_is_fresh_until_there_is_a_person(person, organisation):
    assert queries.is_fresh_instance()
    person(organisation)
    assert not queries.is_fresh_instance()
