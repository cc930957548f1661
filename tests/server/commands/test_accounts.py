"""People from the command line."""

import dataclasses

import pytest
from django.urls import resolve

from tests.server import factories
from vedette.server.commands import accounts
from vedette.server.kernel.errors import Conflict, Invalid, NotFound
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import Organisation, User
from vedette.server.tenancy.services import people, setup

pytestmark = pytest.mark.django_db(transaction=True)


def add(email="ann@example.org", **given):
    fields = {"role": "owner", "name": "", "organisation": "", "password": None, "with_key": False}
    return accounts.add_person(email=email, **(fields | given))


def token_in(path):
    found = resolve(path)
    assert found.view_name == "web:join"
    return found.kwargs["token"]


def test_a_fresh_instance_gets_its_organisation_its_operator_and_a_key(place):
    added = add(with_key=True)
    user = User.objects.get()
    assert user.is_operator
    assert added.path == ""
    actor = queries.authenticate_key(added.key, kinds=("probely",), address="")
    assert actor.organisation == Organisation.objects.get()
    assert actor.may("people.change")


def test_without_key_and_password_there_is_a_link(place):
    added = add()
    assert added.key == ""
    assert User.objects.get().is_operator
    user = people.accept_invitation(token=token_in(added.path), name="Ann", password=factories.PASSWORD)
    assert user.check_password(factories.PASSWORD)
    actor = queries.actor_for_user(user, Organisation.objects.get(), "")
    assert actor.may("people.change")
    # The set-up link of the first start opens nothing any more.
    with pytest.raises(Conflict):
        setup.setup_link()


def test_with_a_password_nothing_is_left_to_say(place):
    assert add(password=factories.PASSWORD) == accounts.Added()
    assert User.objects.get().check_password(factories.PASSWORD)


def test_later_people_do_not_operate_the_instance(place):
    add(password=factories.PASSWORD)
    add("bob@example.org", role="auditor")
    add("eve@example.org", role="scanner", with_key=True)
    assert dict(User.objects.values_list("email", "is_operator")) == {
        "ann@example.org": True,
        "bob@example.org": False,
        "eve@example.org": False,
    }
    with pytest.raises(Conflict, match="already"):
        add("bob@example.org")


def test_among_several_organisations_one_must_be_named(place):
    first, second = factories.organisation("First"), factories.organisation("Second")
    with pytest.raises(Invalid, match="invalid"):
        add()
    for text in ("third", "%", ""):
        with pytest.raises(Invalid):
            add(organisation=text)
    add(organisation="second", password=factories.PASSWORD)
    assert queries.current_organisation(User.objects.get()) == second
    add("bob@example.org", organisation=first.public_id)
    assert User.objects.get(email="bob@example.org").memberships.get().organisation == first


@pytest.mark.parametrize("with_key", [True, False])
def test_what_is_wrong_is_named(place, with_key):
    for given in ({"role": "king"}, {"email": "nobody"}, {"password": "short"}):
        with pytest.raises(Invalid):
            add(**({"with_key": with_key} | given))
    assert not User.objects.exists()


def test_a_new_password_for_somebody_who_is_locked_out(place):
    add(password=factories.PASSWORD)
    accounts.set_password(email="Ann@example.org", password="another horse battery 8")
    assert User.objects.get().check_password("another horse battery 8")
    with pytest.raises(NotFound):
        accounts.set_password(email="nobody@example.org", password="another horse battery 8")
    with pytest.raises(Invalid):
        accounts.set_password(email="ann@example.org", password="short")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "http://127.0.0.1:8100/ui/x/"),
        ({"host": "0.0.0.0", "port": 80}, "http://127.0.0.1:80/ui/x/"),
        ({"host": "::1"}, "http://[::1]:8100/ui/x/"),
        ({"hosts": (".corp.example", "scan.example.org"), "https": True}, "https://scan.example.org/ui/x/"),
        ({"hosts": ("*",)}, "http://127.0.0.1:8100/ui/x/"),
    ],
)
def test_links_are_written_as_people_open_them(settings, given, expected):
    settings.VEDETTE = dataclasses.replace(settings.VEDETTE, **({"hosts": (), "port": 8100} | given))
    assert accounts.address("/ui/x/") == expected
