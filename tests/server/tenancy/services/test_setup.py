"""From nothing to a first owner."""

from datetime import timedelta

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.kernel.models import InstanceValue
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.models import AccessSession, Organisation, Role, User
from vedette.server.tenancy.services import lockout, people, setup

pytestmark = pytest.mark.django_db
PERSON = {"email": "Ann@Shop.test", "name": "Ann", "password": "correct horse 42", "organisation_name": "Shop"}


def test_built_in_roles_are_made_once_and_brought_up_to_date():
    setup.ensure_builtin_roles()
    first = list(Role.objects.order_by("pk").values_list("pk", "key"))
    assert [key for _, key in first] == list(rules.BUILTIN_ROLES)
    Role.objects.filter(key="scanner").update(permissions=["organisation.own"], name="Odd")
    setup.ensure_builtin_roles()
    assert list(Role.objects.order_by("pk").values_list("pk", "key")) == first
    scanner = queries.builtin_role("scanner")
    assert scanner.name == "Scanner"
    assert frozenset(scanner.permissions) == rules.BUILTIN_ROLES["scanner"]


def test_an_up_to_date_table_is_not_written(django_assert_num_queries):
    setup.ensure_builtin_roles()
    with django_assert_num_queries(1):
        setup.ensure_builtin_roles()


def test_organisations_have_keys_of_their_own(organisation, other):
    assert bytes(organisation.data_key) != bytes(other.data_key)
    assert queries.data_key(organisation).id != queries.data_key(other).id


@pytest.mark.parametrize("name", ["", "  ", "x" * 256, "a\x00b"])
def test_an_organisation_needs_a_proper_name(name):
    with pytest.raises(Invalid) as caught:
        setup.create_organisation(name)
    assert "name" in caught.value.fields


def test_only_operators_make_organisations(organisation, person, owner):
    with pytest.raises(NotAllowed):
        setup.create_organisation("Second", actor=owner)
    operator = person(organisation, "scanner")
    operator.is_operator = True
    operator.save()
    made = setup.create_organisation("Second", actor=queries.actor_for_user(operator, organisation, ""))
    assert made.name == "Second"


def test_the_link_makes_the_first_owner():
    token = setup.setup_link()
    assert setup.setup_open(token)
    user = setup.redeem_setup(token=token, address="127.0.0.1", **PERSON)
    assert (user.email, user.is_operator, user.check_password(PERSON["password"])) == ("ann@shop.test", True, True)
    organisation = queries.current_organisation(user)
    assert organisation.name == "Shop"
    actor = queries.actor_for_user(user, organisation, "127.0.0.1")
    assert actor.held() == rules.ALL
    kinds = list(DomainEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["organisation.created", "person.added", "role.granted"]


def test_the_link_works_once():
    token = setup.setup_link()
    setup.redeem_setup(token=token, **PERSON)
    assert not setup.setup_open(token)
    with pytest.raises(NotAllowed) as caught:
        setup.redeem_setup(token=token, **{**PERSON, "email": "eve@shop.test"})
    assert caught.value.code == "setup_closed"
    with pytest.raises(Conflict):
        setup.setup_link()
    assert User.objects.count() == 1


def test_the_link_works_for_an_hour(moment):
    token = setup.setup_link()
    moment.advance(3599)
    assert setup.setup_open(token)
    moment.advance(1)
    assert not setup.setup_open(token)


def test_a_new_link_replaces_the_old_one():
    old = setup.setup_link()
    new = setup.setup_link()
    assert not setup.setup_open(old)
    assert setup.setup_open(new)
    assert not setup.setup_open("")


def test_the_token_is_not_stored():
    token = setup.setup_link()
    assert token not in str(InstanceValue.objects.get(name="setup").value)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"organisation_name": " "}, "organisation_name"),
        ({"name": "x" * 61}, "name"),
    ],
)
def test_bad_input_leaves_the_link_open(wrong, field):
    token = setup.setup_link()
    with pytest.raises(Invalid) as caught:
        setup.redeem_setup(token=token, **{**PERSON, **wrong})
    assert list(caught.value.fields) == [field]
    assert setup.setup_open(token)
    assert not Organisation.objects.exists()


def test_a_first_owner_without_a_link():
    token = setup.setup_link()
    user = setup.first_owner(email="ann@shop.test", name="", password=None)
    assert user.is_operator
    assert not user.has_usable_password()
    assert not setup.setup_open(token)
    with pytest.raises(Conflict):
        setup.first_owner(email="bob@shop.test", name="", password=None)


def test_the_command_line_adds_people_and_keys():
    ann, secret = setup.add_user(email="ann@shop.test", role="owner", with_key=True)
    assert ann.is_operator
    actor = queries.authenticate_key(secret, kinds=("probely",), address="127.0.0.1")
    assert actor.kind == "key"
    assert actor.held() == rules.ALL
    bob, nothing = setup.add_user(email="bob@shop.test", role="scanner", password="correct horse 42")
    assert nothing is None
    assert not bob.is_operator
    assert queries.current_organisation(bob) == queries.current_organisation(ann)
    assert queries.held_by(bob, actor.organisation) == rules.BUILTIN_ROLES["scanner"]


def test_the_command_line_refuses_what_is_unclear(organisation):
    with pytest.raises(Invalid) as caught:
        setup.add_user(email="ann@shop.test", role="boss")
    assert "role" in caught.value.fields
    setup.add_user(email="ann@shop.test", role="owner")
    with pytest.raises(Conflict) as again:
        setup.add_user(email="ANN@shop.test", role="owner")
    assert again.value.code == "already_member"
    rival = setup.create_organisation("Rival")
    with pytest.raises(Invalid) as several:
        setup.add_user(email="bob@shop.test", role="owner")
    assert "organisation" in several.value.fields
    ann, _ = setup.add_user(email="ann@shop.test", role="auditor", organisation=rival)
    assert list(queries.organisations_of(ann)) == [organisation, rival]


def test_the_first_owner_joins_the_one_organisation_that_waits_for_people():
    demo = setup.create_organisation("Demo")
    user = setup.redeem_setup(token=setup.setup_link(), **PERSON)
    assert list(Organisation.objects.all()) == [demo]
    actor = queries.actor_for_user(user, demo, "")
    assert actor.held() == rules.ALL
    assert user.is_operator


def test_with_several_organisations_the_first_owner_gets_one_of_their_own():
    setup.create_organisation("One")
    setup.create_organisation("Two")
    user = setup.redeem_setup(token=setup.setup_link(), **PERSON)
    assert queries.current_organisation(user).name == "Shop"
    assert Organisation.objects.count() == 3


def test_a_person_without_a_password_gets_a_link():
    link = setup.setup_link()
    token = setup.invite_user(email="ann@shop.test", role="owner", name="Ann")
    assert not setup.setup_open(link)
    user = User.objects.get()
    assert (user.is_operator, user.has_usable_password()) == (True, False)
    people.accept_invitation(token=token, name="Ann", password=PERSON["password"])
    assert queries.actor_for_user(user, Organisation.objects.get(), "").held() == rules.ALL
    setup.invite_user(email="bob@shop.test", role="auditor")
    assert not User.objects.get(email="bob@shop.test").is_operator
    with pytest.raises(Invalid):
        setup.invite_user(email="eve@shop.test", role="king")
    with pytest.raises(Conflict):
        setup.invite_user(email="bob@shop.test", role="owner")


def test_a_new_password_ends_sessions_and_locks(organisation, person):
    user = person(organisation, "analyst")
    lockout.failed(user, user.email)
    later = clock.now() + timedelta(hours=1)
    AccessSession.objects.create(token_hash="t", user=user, organisation=organisation, expires_at=later)
    User.objects.filter(pk=user.pk).update(locked_until=later)
    setup.set_password(email=user.email.upper(), password="another horse 42")
    user.refresh_from_db()
    assert user.check_password("another horse 42")
    assert user.locked_until is None
    assert not AccessSession.objects.exists()
    assert DomainEvent.objects.filter(kind="person.password_changed", object_id=user.public_id).count() == 1
    with pytest.raises(Invalid):
        setup.set_password(email=user.email, password="short")
    with pytest.raises(NotFound):
        setup.set_password(email="nobody@shop.test", password="another horse 42")
