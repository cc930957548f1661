"""Roles, and that nobody gives, changes or takes more than they hold."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from vedette.server.kernel.errors import Conflict, DomainError, Invalid, NotAllowed
from vedette.server.targets.models import Target
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.models import Invitation, Membership, Role, RoleGrant
from vedette.server.tenancy.services import keys, people, roles, teams

pytestmark = pytest.mark.django_db


def role_named(key):
    return queries.builtin_role(key)


def held(user, organisation):
    return queries.actor_for_user(user, organisation, "").held()


def test_a_role_is_made_changed_and_deleted(admin, kinds):
    role = roles.create(actor=admin, name=" Tester ", permissions={"scans.start", "targets.view"}, description="x")
    assert (role.name, role.permissions) == ("Tester", ["scans.start", "targets.view"])
    roles.change(actor=admin, role=role, name="Probe", permissions=["targets.view"])
    role.refresh_from_db()
    assert (role.name, role.permissions, role.description) == ("Probe", ["targets.view"], "x")
    roles.change(actor=admin, role=role, name="Probe")
    roles.delete(actor=admin, role=role)
    assert [kind for kind in kinds() if kind.startswith("role")] == ["role.created", "role.changed", "role.deleted"]


def test_bad_roles_are_refused_by_field(admin, owner):
    roles.create(actor=admin, name="Tester", permissions=[])
    cases = (
        ({"name": "tESTER"}, "name"),
        ({"name": "Owner"}, "name"),
        ({"name": ""}, "name"),
        ({"permissions": ["cakes.bake"]}, "permissions"),
        ({"permissions": ["organisation.own"]}, "permissions"),
    )
    for wrong, field in cases:
        with pytest.raises(Invalid) as caught:
            roles.create(actor=owner, **{"name": "New", "permissions": [], **wrong})
        assert list(caught.value.fields) == [field]


def test_built_in_and_foreign_roles_are_not_changed(owner, actor, other):
    foreign = roles.create(actor=actor(other, "owner"), name="Theirs", permissions=[])
    for act in (roles.change, roles.delete):
        with pytest.raises(Conflict):
            act(actor=owner, role=role_named("scanner"))
        with pytest.raises(NotAllowed):
            act(actor=owner, role=foreign)


def test_a_role_in_use_stays(admin, person, organisation):
    role = roles.create(actor=admin, name="Tester", permissions=[])
    person(organisation, role)
    with pytest.raises(Conflict) as caught:
        roles.delete(actor=admin, role=role)
    assert caught.value.code == "in_use"


def test_a_role_cannot_hold_more_than_its_maker(admin, person, organisation):
    keeper = roles.create(actor=admin, name="Keeper", permissions=["roles.change", "targets.view"])
    mighty = roles.create(actor=admin, name="Mighty", permissions=["people.change"])
    me = queries.actor_for_user(person(organisation, keeper), organisation, "")
    with pytest.raises(NotAllowed):
        roles.create(actor=me, name="New", permissions=["targets.change"])
    with pytest.raises(NotAllowed):
        roles.change(actor=me, role=keeper, permissions=["roles.change", "people.change"])
    with pytest.raises(NotAllowed):
        roles.change(actor=me, role=mighty, permissions=["targets.view"])
    with pytest.raises(NotAllowed):
        roles.delete(actor=me, role=mighty)
    assert roles.create(actor=me, name="New", permissions=["targets.view"]).permissions == ["targets.view"]


def test_admins_grant_all_but_ownership(admin, owner, person, organisation):
    user = person(organisation, None)
    for key in ("admin", "analyst", "developer", "auditor", "scanner"):
        roles.grant(actor=admin, holder=user, role=role_named(key))
    with pytest.raises(NotAllowed) as caught:
        roles.grant(actor=admin, holder=user, role=role_named("owner"))
    assert caught.value.code == "above_own_rank"
    roles.grant(actor=owner, holder=user, role=role_named("owner"))
    assert held(user, organisation) == rules.ALL


def test_the_same_grant_exists_once(admin, person, organisation, kinds):
    user = person(organisation, None)
    first = roles.grant(actor=admin, holder=user, role=role_named("scanner"))
    assert roles.grant(actor=admin, holder=user, role=role_named("scanner")) == first
    assert kinds().count("role.granted") == 1


def test_what_someone_holds_over_a_team_they_cannot_pass_on(person, organisation, admin):
    team = teams.create(actor=admin, name="Web")
    lead = queries.actor_for_user(person(organisation, "admin", tier="team", team=team), organisation, "")
    with pytest.raises(NotAllowed):
        roles.grant(actor=lead, holder=person(organisation, None), role=role_named("scanner"), tier="team", team=team)


def test_scopes_must_fit(admin, actor, person, organisation, other):
    user, scanner = person(organisation, None), role_named("scanner")
    ours = teams.create(actor=admin, name="Web")
    theirs = teams.create(actor=actor(other), name="Web")
    target = Target.objects.create(organisation=organisation, url="http://a.test/", host="a.test")
    foreign = Target.objects.create(organisation=other, url="http://a.test/", host="a.test")
    wrong = (
        {"tier": "galaxy"},
        {"tier": "team"},
        {"tier": "target"},
        {"tier": "account", "team": ours},
        {"tier": "team", "team": theirs},
        {"tier": "target", "target": foreign},
        {"tier": "target", "target": target, "team": ours},
    )
    for scope in wrong:
        with pytest.raises(Invalid):
            roles.grant(actor=admin, holder=user, role=scanner, **scope)
    roles.grant(actor=admin, holder=user, role=scanner, tier="team", team=ours)
    roles.grant(actor=admin, holder=user, role=scanner, tier="target", target=target)
    me = queries.actor_for_user(user, organisation, "")
    assert (me.teams("scans.start"), me.targets("scans.start")) == ({ours.pk}, {target.pk})
    assert not me.everywhere("scans.start")


def test_ownership_is_of_the_whole_account(owner, person, organisation):
    team = teams.create(actor=owner, name="Web")
    with pytest.raises(Invalid):
        roles.grant(actor=owner, holder=person(organisation), role=role_named("owner"), tier="team", team=team)


def test_holders_and_roles_must_belong(owner, actor, person, organisation, other):
    stranger = person(other)
    foreign_role = roles.create(actor=actor(other, "owner"), name="Theirs", permissions=[])
    personal, _ = keys.create_key(actor=owner, name="k", kind="invicti")
    foreign_key, _ = keys.create_key(actor=actor(other, "owner"), name="k")
    for holder, role in (
        (stranger, role_named("scanner")),
        (foreign_key, role_named("scanner")),
        (personal, role_named("scanner")),
        (person(organisation), foreign_role),
    ):
        with pytest.raises(Invalid):
            roles.grant(actor=owner, holder=holder, role=role)


def test_roles_are_taken_only_by_equals(admin, owner, person, organisation):
    bob = person(organisation, "owner")
    roles.grant(actor=owner, holder=bob, role=role_named("scanner"))
    for row in RoleGrant.objects.filter(user=bob):
        with pytest.raises(NotAllowed):
            roles.revoke(actor=admin, grant=row)
    roles.revoke(actor=owner, grant=RoleGrant.objects.get(user=bob, role__key="owner"))
    assert held(bob, organisation) == rules.BUILTIN_ROLES["scanner"]


def test_the_last_owner_stays(owner, person, organisation):
    mine = RoleGrant.objects.get(user=owner.user)
    with pytest.raises(Conflict) as caught:
        roles.revoke(actor=owner, grant=mine)
    assert caught.value.code == "last_owner"
    bob = person(organisation, "owner")
    Membership.objects.filter(user=bob).update(active=False)
    with pytest.raises(Conflict):
        roles.revoke(actor=owner, grant=mine)
    Membership.objects.filter(user=bob).update(active=True)
    roles.revoke(actor=owner, grant=mine)
    assert list(queries.active_owners(organisation)) == [bob]


def test_people_may_step_down_by_themselves(actor, organisation):
    me = actor(organisation, "scanner")
    roles.revoke(actor=me, grant=RoleGrant.objects.get(user=me.user))
    assert held(me.user, organisation) == frozenset()


def test_a_foreign_grant_is_out_of_reach(owner, actor, other):
    theirs = RoleGrant.objects.get(user=actor(other, "scanner").user)
    with pytest.raises(NotAllowed):
        roles.revoke(actor=owner, grant=theirs)


def test_invitations_end_with_the_rank_of_the_inviter(owner, admin):
    people.invite(actor=admin, email="new@shop.test", role=role_named("admin"))
    roles.revoke(actor=owner, grant=RoleGrant.objects.get(user=admin.user))
    assert not queries.invitations_for_actor(owner).exists()
    assert Invitation.objects.count() == 1


def test_the_set_of_roles_becomes_what_is_wanted(owner, person, organisation, kinds):
    user = person(organisation, "scanner")
    kept = RoleGrant.objects.get(user=user)
    before = len(kinds())
    wanted = [roles.NewGrant(role_named("scanner")), roles.NewGrant(role_named("auditor"))]
    assert kept in roles.set_grants(actor=owner, holder=user, wanted=wanted)
    roles.set_grants(actor=owner, holder=user, wanted=wanted[1:])
    assert held(user, organisation) == rules.BUILTIN_ROLES["auditor"]
    assert kinds()[before:] == ["role.granted", "role.withdrawn"]


def test_a_refused_set_changes_nothing(admin, person, organisation):
    user = person(organisation, "scanner")
    with pytest.raises(NotAllowed):
        roles.set_grants(
            actor=admin,
            holder=user,
            wanted=[roles.NewGrant(role_named("auditor")), roles.NewGrant(role_named("owner"))],
        )
    assert held(user, organisation) == rules.BUILTIN_ROLES["scanner"]


# Whatever people do to each other, in any order

ROLES = ("owner", "admin", "analyst", "scanner", "clerk")
STEP = st.tuples(
    st.integers(0, 4),
    st.integers(0, 4),
    st.sampled_from(("grant", "set", "revoke", "deactivate", "activate", "remove", "edit", "edit", "key")),
    st.sampled_from(ROLES),
    st.frozensets(st.sampled_from(sorted(rules.PERMISSIONS)), min_size=1, max_size=3),
)


def act(me, user, verb, role, permissions):
    """One attempt of one person upon another."""
    member = Membership.objects.filter(user=user, organisation=me.organisation).first()
    if verb == "grant":
        roles.grant(actor=me, holder=user, role=role)
    elif verb == "set":
        roles.set_grants(actor=me, holder=user, wanted=[roles.NewGrant(role)])
    elif verb == "revoke":
        for row in queries.grants_of(user, me.organisation)[:1]:
            roles.revoke(actor=me, grant=row)
    elif verb == "edit":
        clerk = Role.objects.get(organisation=me.organisation, name="Clerk")
        roles.change(actor=me, role=clerk, permissions=permissions)
    elif verb == "key":
        made, _ = keys.create_key(actor=me, name="k", role=role)
        assert queries.held_by(made, me.organisation) <= me.held()
    elif member is not None:
        verbs = {"deactivate": people.deactivate, "activate": people.activate, "remove": people.remove_member}
        verbs[verb](actor=me, member=member)


def rights(users, organisation):
    """What each of them may do at this moment, by user; nothing for those who are shut out."""
    found = {user.pk: frozenset() for user in users}
    at_work = Membership.objects.filter(organisation=organisation, active=True).values("user")
    for row in RoleGrant.objects.filter(organisation=organisation, user__in=at_work).select_related("role"):
        found[row.user_id] |= queries.permissions_of(row.role)
    return found


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # shrinking would run the database for minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEP, min_size=4, max_size=10))
def test_nobody_rises_above_who_raised_them_and_someone_owns(organisation, person, steps):
    with transaction.atomic():
        allowed = ["keys.change", "people.change", "roles.change", "scans.view"]
        clerk = Role.objects.create(organisation=organisation, name="Clerk", permissions=allowed)
        cast = ("owner", "owner", "admin", clerk, "scanner")
        users = [person(organisation, role, password=None) for role in cast]
        Membership.objects.filter(user=users[1]).update(active=False)
        for who, whom, verb, key, permissions in steps:
            me = queries.actor_for_user(users[who], organisation, "")
            if me is None:
                continue
            before = rights(users, organisation)
            role = clerk if key == "clerk" else role_named(key)
            try:
                act(me, users[whom], verb, role, permissions)
            except DomainError:
                assert rights(users, organisation) == before
            after = rights(users, organisation)
            for user in users:
                assert after[user.pk] - before[user.pk] <= me.held()
                lost = before[user.pk] - after[user.pk]
                assert lost <= me.held() or user == me.user
            assert queries.active_owners(organisation).exists()
        transaction.set_rollback(True)
