"""Signing in and out, second factors, and what the log says of them."""

import pyotp
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.server import factories
from tests.server.layers import shared
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import ratelimit
from vedette.server.kernel.errors import LimitReached
from vedette.server.targets.models import Domain
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.models import AccessSession
from vedette.server.tenancy.services import lockout, people, profile, signin
from vedette.server.web import accounts

pytestmark = pytest.mark.django_db
PASSWORD = factories.PASSWORD
EMAIL = "ada@example.org"


@shared
def home():
    return factories.organisation()


@shared
def user(home):
    return factories.person(home, "analyst", email=EMAIL, password=PASSWORD)


@pytest.fixture(autouse=True)
def _nobody_tried_yet():
    cache.clear()
    ratelimit.reset()
    yield
    cache.clear()


def sign_in(password=PASSWORD, email=EMAIL, browser=None):
    browser = browser or Client()
    return browser, browser.post("/ui/account/login/", {"login": email, "password": password})


def facts(kind):
    return list(DomainEvent.objects.filter(kind=kind).order_by("id"))


def test_a_sign_in_is_a_fact_of_the_organisation(user, home):
    browser, answer = sign_in(email="ADA@example.org")
    assert answer["Location"] == "/ui/"
    (fact,) = facts("session.signed_in")
    assert (fact.organisation, fact.actor_id, fact.object_name) == (home, user.public_id, EMAIL)
    assert fact.address == "127.0.0.1"
    browser.post("/ui/account/logout/")
    assert [fact.actor_id for fact in facts("session.signed_out")] == [user.public_id]


def test_a_session_has_a_new_key_after_signing_in(user):
    browser = Client()
    browser.get("/ui/account/login/")
    session = browser.session
    session["mark"] = "planted"
    session.save()
    before = session.session_key
    sign_in(browser=browser)
    assert browser.session.session_key != before


def test_a_failure_is_a_fact_that_keeps_no_password(user, home):
    _, answer = sign_in(password="wrong horse 99")
    assert answer.status_code == 200
    (fact,) = facts("session.failed")
    assert (fact.organisation, fact.object_name, fact.actor_kind) == (home, EMAIL, "system")
    sign_in(email="hunter2", password="x")
    sign_in(email="nobody@example.org", password="x")
    assert {one.object_name for one in facts("session.failed")} == {EMAIL, "an unknown name"}
    assert not [one for one in DomainEvent.objects.all() if "hunter2" in str(vars(one)) or "horse" in str(vars(one))]


def test_failures_count_towards_the_lock_of_the_apis_and_back(user):
    for _ in range(lockout.FAILURES - 1):
        lockout.failed(user, EMAIL)
    sign_in(password="wrong horse 99")
    assert facts("person.locked")
    with pytest.raises(LimitReached):
        signin.sign_in(username=EMAIL, password=PASSWORD)
    _, answer = sign_in()
    assert answer.status_code == 200  # the right password does not help while it lasts
    assert not facts("session.signed_in")


def test_somebody_unlocks_and_success_forgets(user, home):
    for _ in range(lockout.FAILURES):
        lockout.failed(user, EMAIL)
    owner = factories.actor(home)
    people.unlock(actor=owner, member=tenancy.get_member(owner, user.public_id))
    lockout.failed(user, EMAIL)
    _, answer = sign_in()
    assert answer["Location"] == "/ui/"
    for _ in range(lockout.FAILURES - 1):
        lockout.failed(user, EMAIL)
    user.refresh_from_db()
    assert user.locked_until is None


def test_a_name_that_nobody_has_is_locked_alike(home):
    for _ in range(lockout.FAILURES):
        lockout.failed(None, "ghost@example.org")
    _, answer = sign_in(email="ghost@example.org")
    assert "Too many failed login attempts" in answer.content.decode()


def test_the_theme_comes_along(user, home):
    profile.change(actor=tenancy.actor_for_user(user, home, ""), theme="dark")
    _, answer = sign_in()
    assert answer.cookies["vedette_theme"].value == "dark"


def confirmed(browser):
    browser.post("/ui/account/reauthenticate/", {"password": PASSWORD})


def test_second_factors_are_facts_and_lie_sealed(user, django_capture_on_commit_callbacks):
    browser, _ = sign_in()
    confirmed(browser)
    secret = browser.get("/ui/account/2fa/totp/activate/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/ui/account/2fa/totp/activate/", {"code": pyotp.TOTP(secret).now()})
    assert facts("person.factor_enabled")
    stored = Authenticator.objects.get(type="totp")
    assert secret not in str(stored.data)
    assert accounts.MfaAdapter().decrypt(stored.data["secret"]) == secret
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/ui/account/2fa/recovery-codes/generate/")
    assert facts("person.recovery_codes")
    browser.post("/ui/account/2fa/totp/deactivate/")
    (fact,) = facts("person.factor_disabled")
    assert (fact.actor_id, fact.object_id) == (user.public_id, user.public_id)


def test_a_second_factor_needs_no_confirmed_mailbox(user):
    """A platform without a mail server could confirm none, and who must have a second factor would be locked out."""
    browser, _ = sign_in()
    confirmed(browser)
    browser.get("/ui/account/email/")  # notes the mailbox as one that nobody has confirmed
    assert EmailAddress.objects.filter(user=user, verified=False).exists()
    secret = browser.get("/ui/account/2fa/totp/activate/").context["form"].secret
    browser.post("/ui/account/2fa/totp/activate/", {"code": pyotp.TOTP(secret).now()})
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_with_a_second_factor_the_password_alone_is_no_sign_in(user):
    browser, _ = sign_in()
    confirmed(browser)
    secret = browser.get("/ui/account/2fa/totp/activate/").context["form"].secret
    browser.post("/ui/account/2fa/totp/activate/", {"code": pyotp.TOTP(secret).now()})
    DomainEvent.objects.filter(kind="session.signed_in").delete()
    other, answer = sign_in()
    assert answer["Location"] == "/ui/account/2fa/authenticate/"
    assert not facts("session.signed_in")
    assert other.get("/ui/")["Location"].startswith("/ui/account/login/")


def test_a_new_password_is_a_fact_and_ends_other_sessions(user):
    browser, _ = sign_in()
    other, _ = sign_in()
    signin.sign_in(username=EMAIL, password=PASSWORD)
    fresh = "another long horse 9"
    browser.post("/ui/account/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    assert facts("person.password_changed")
    assert browser.get("/ui/").status_code == 200
    assert other.get("/ui/")["Location"].startswith("/ui/account/login/")
    assert not AccessSession.objects.filter(user=user).exists()


def test_a_mail_that_cannot_be_sent_tells_nobody(user, monkeypatch, caplog):
    def refuse(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    known = Client().post("/ui/account/password/reset/", {"email": EMAIL})
    unknown = Client().post("/ui/account/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "was not sent: ConnectionRefusedError" in caplog.text
    assert EMAIL not in caplog.text


def test_nobody_signs_up(home):
    answer = Client().get("/ui/account/signup/")
    assert answer.status_code in (200, 404)
    assert b"<form" not in answer.content


def test_whoever_is_locked_out_is_told():
    answer = accounts.locked_out(Client().get("/ui/account/login/").wsgi_request)
    assert answer.status_code == 429


def test_only_the_address_one_signs_in_with_counts_as_confirmed(user, home):
    domain = Domain.objects.create(organisation=home, hostname="other.example")
    second = EmailAddress.objects.create(user=user, email="ada@other.example", verified=True)
    request = Client().get("/ui/account/login/").wsgi_request
    accounts.mailbox_confirmed(request=request, email_address=second)
    domain.refresh_from_db()
    assert not domain.verified
    assert not facts("person.address_confirmed")
    user.email = second.email
    user.save()
    accounts.mailbox_confirmed(request=request, email_address=second)
    domain.refresh_from_db()
    assert domain.method == "email"
    assert [fact.actor_id for fact in facts("person.address_confirmed")] == [user.public_id]
