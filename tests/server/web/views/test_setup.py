"""Doors that open once."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.server import factories
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import clock, ratelimit
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import Membership, Organisation, User
from vedette.server.tenancy.services import people, setup
from vedette.server.web.views import setup as views

PASSWORD = "correct horse battery 7"
FIRST = {
    "organisation_name": "Acme",
    "name": "Ada",
    "email": "ada@example.org",
    "password": PASSWORD,
    "again": PASSWORD,
}


@pytest.fixture(autouse=True)
def _nobody_knocked_yet():
    ratelimit.reset()


@pytest.fixture
def link(db):
    return f"/ui/setup/{setup.setup_link()}/"


def closed(answer):
    return answer.status_code == 404 and "This link does not open anything" in answer.content.decode()


def test_the_first_person_makes_the_organisation_and_is_in(link):
    browser = Client()
    shown = browser.get(link)
    assert shown.status_code == 200 and "no-store" in shown["Cache-Control"]
    answer = browser.post(link, FIRST)
    assert answer["Location"] == "/ui/"
    user = User.objects.get()
    assert (user.email, user.name, user.is_operator, Organisation.objects.get().name) == (
        "ada@example.org", "Ada", True, "Acme",
    )  # fmt: skip
    assert user.password.startswith("md5$") and PASSWORD not in user.password  # hashed by the suite's hasher
    assert browser.get("/ui/profile/").status_code == 200
    assert DomainEvent.objects.filter(kind="session.signed_in", object_id=user.public_id).exists()


def test_the_link_works_once(link):
    Client().post(link, FIRST)
    assert closed(Client().get(link))
    assert closed(Client().post(link, FIRST | {"email": "eve@example.org"}))
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"password": "short", "again": "short"}, {"again": "other"}, {"email": "x"}, {"organisation_name": ""}]
)
def test_what_is_wrong_is_told_and_the_link_stays(link, changes):
    assert Client().post(link, FIRST | changes).status_code == 422
    assert not User.objects.exists()
    assert Client().get(link).status_code == 200


def test_a_wrong_or_old_token_opens_nothing(link):
    assert closed(Client().get("/ui/setup/guess/"))
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert closed(Client().get(link))


def test_guessing_is_slow(link):
    browser = Client()
    statuses = [browser.get(f"/ui/setup/guess{n}/").status_code for n in range(views.TRIES.count + 1)]
    assert (set(statuses[:-1]), statuses[-1]) == ({404}, 429)
    assert browser.get("/ui/join/guess/").status_code == 429  # one count for all such doors


# Invitations


@pytest.fixture
def invited(actor):
    def make(email="new@example.org", role="developer"):
        _, token = people.invite(actor=actor, email=email, role=queries.builtin_role(role), name="New")
        return f"/ui/join/{token}/"

    return make


def test_a_new_person_chooses_a_password_and_is_in(invited, home, words):
    path, browser = invited(), Client()
    text = words(browser.get(path))
    assert "Join Acme" in text and "new@example.org" in text and "as Developer" in text
    assert browser.post(path, {"password": "x", "again": "x"}).status_code == 422
    assert browser.post(path, {"name": "New", "password": PASSWORD, "again": PASSWORD})["Location"] == "/ui/"
    assert browser.get("/ui/findings/").status_code == 200
    assert Membership.objects.filter(user__email="new@example.org", organisation=home, active=True).exists()
    assert closed(Client().get(path))


def test_whoever_has_an_account_signs_in_first(invited, rival, words):
    user = factories.person(rival[0].organisation, email="new@example.org", password=PASSWORD)
    path, browser = invited(), Client()
    answer = browser.post(path, {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 422 and "sign in to accept" in words(answer)
    assert not Membership.objects.filter(user=user, organisation__name="Acme").exists()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "You are signed in as new@example.org" in words(browser.get(path))
    assert browser.post(path)["Location"] == "/ui/"
    assert Membership.objects.filter(user=user, organisation__name="Acme").exists()


def test_an_invitation_for_somebody_else_is_not_taken(invited, enter, home):
    factories.person(factories.organisation("Other"), email="new@example.org", password=PASSWORD)
    path = invited()
    answer = enter("auditor").post(path)
    assert closed(answer) and "This invitation is for someone else" in answer.content.decode()
    assert not Membership.objects.filter(user__email="new@example.org", organisation=home).exists()


def test_somebody_who_is_signed_in_takes_no_invitation_of_a_new_person(invited, enter, home):
    answer = enter("auditor").post(invited())
    assert closed(answer) and "sign out, then open it again" in answer.content.decode()
    assert not Membership.objects.filter(user__email="new@example.org").exists()
