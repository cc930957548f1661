"""Signing in over an API."""

import pyotp
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import hashers

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, LimitReached, NotAllowed
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.models import AccessSession, Membership, Organisation, User
from vedette.server.tenancy.services import keys, setup, signin

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 42"


@pytest.fixture
def user(person, organisation):
    made = person(organisation, "scanner")
    made.username = "Dana"
    made.save()
    return made


@pytest.fixture
def app(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return pyotp.TOTP(secret)


def sign_in(username="dana", password=PASSWORD, **extra):
    return signin.sign_in(**{"username": username, "password": password, "address": "127.0.0.1", **extra})


def refusal(error, **given):
    with pytest.raises(error) as caught:
        sign_in(**given)
    return caught.value


@pytest.mark.parametrize("name", ["dana", "DANA", " Dana ", "p1@shop.test", "P1@SHOP.TEST"])
def test_by_name_or_address_whatever_the_case(user, organisation, name):
    done = sign_in(name)
    actor = queries.authenticate_session(done.token, address="::1")
    assert (actor.user, actor.organisation, actor.kind) == (user, organisation, "person")
    assert actor.held() == rules.BUILTIN_ROLES["scanner"]


def test_the_token_is_long_random_and_not_stored(user):
    first, second = sign_in(), sign_in()
    assert first.token != second.token
    assert len(first.token) >= 43
    row = AccessSession.objects.values().get(pk=first.session.pk)
    assert row["token_hash"] == rules.hash_of(first.token)
    assert first.token not in str(row) + str(list(DomainEvent.objects.values()))
    assert (row["expires_at"] - row["created_at"]).total_seconds() == 86400
    assert row["address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "password"),
    [("dana", "wrong"), ("nobody", PASSWORD), ("", PASSWORD), ("dana", ""), ("dana\x00", PASSWORD), ("x" * 1000, "y")],
)
def test_all_wrong_credentials_read_the_same(user, name, password):
    error = refusal(NotAllowed, username=name, password=password)
    assert (error.code, error.message, error.data) == ("invalid_credentials", "Wrong name or password.", {})


def test_as_many_hashes_are_made_for_unknown_people(user, monkeypatch):
    calls = []

    class Counting(hashers.MD5PasswordHasher):
        def encode(self, password, salt, *args, **kwargs):
            calls.append(password)
            return super().encode(password, salt, *args, **kwargs)

    counting = Counting()
    monkeypatch.setattr(hashers, "get_hashers", lambda: [counting])
    monkeypatch.setattr(hashers, "get_hasher", lambda algorithm="default": counting)
    monkeypatch.setattr(hashers, "get_hashers_by_algorithm", lambda: {"md5": counting})
    counts = []
    for name in ("dana", "nobody"):
        calls.clear()
        refusal(NotAllowed, username=name, password="wrong")
        counts.append(len(calls))
    assert counts[0] == counts[1] > 0


def test_people_switched_off_read_as_unknown(user, organisation):
    Membership.objects.filter(user=user).update(active=False)
    assert refusal(NotAllowed).code == "invalid_credentials"
    Membership.objects.filter(user=user).update(active=True)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert refusal(NotAllowed).code == "invalid_credentials"


def test_a_person_without_a_password_cannot_sign_in(person, organisation):
    nobody = person(organisation, password=None)
    for password in ("", "!", nobody.password):
        assert refusal(NotAllowed, username=nobody.email, password=password).code == "invalid_credentials"


def test_a_suspended_organisation_says_so_after_the_password(user, organisation):
    organisation.suspended = True
    organisation.save()
    assert refusal(NotAllowed, password="wrong").code == "invalid_credentials"
    assert refusal(NotAllowed).code == "organisation_suspended"


def test_the_session_is_for_the_current_organisation(user, organisation, other):
    Membership.objects.create(user=user, organisation=other)
    assert sign_in().session.organisation == organisation
    User.objects.filter(pk=user.pk).update(current_organisation=other)
    assert sign_in().session.organisation == other
    Organisation.objects.filter(pk=other.pk).update(suspended=True)
    assert sign_in().session.organisation == organisation


def test_an_application_key_bounds_who_signs_in(user, admin, actor, organisation, other, system):
    ours, _ = keys.create_key(actor=admin, name="a", kind="cloneguard_app")
    theirs, _ = keys.create_key(actor=actor(other), name="a", kind="cloneguard_app")
    everyone, _ = keys.create_key(actor=system, name="a", kind="cloneguard_app", instance_wide=True)
    assert sign_in(app_key=ours).session.organisation == organisation
    assert sign_in(app_key=everyone).session.organisation == organisation
    assert refusal(NotAllowed, app_key=theirs).code == "invalid_credentials"
    Organisation.objects.filter(pk=organisation.pk).update(partner=other)
    assert sign_in(app_key=theirs).session.organisation == organisation


# Second step


def test_a_second_factor_is_asked_for_after_the_password(user, app):
    error = refusal(NotAllowed)
    assert error.code == "two_factor_required"
    assert error.data == {"methods": ["app"], "default_method": "app", "phone_hint": None}
    assert refusal(NotAllowed, password="wrong", otp=app.at(clock.now())).code == "invalid_credentials"
    assert sign_in(otp=app.at(clock.now())).session.user == user


def test_a_code_opens_one_session(user, app, moment):
    code = app.at(clock.now())
    sign_in(otp=code)
    assert refusal(NotAllowed, otp=code).code == "invalid_otp"
    assert refusal(NotAllowed, otp="000000").code == "invalid_otp"


def test_a_recovery_code_opens_one_session(user, app):
    codes = RecoveryCodes.activate(user).generate_codes()
    sign_in(recovery=codes[0])
    assert refusal(NotAllowed, recovery=codes[0]).code == "invalid_recovery_code"


def test_a_recovery_code_without_a_second_factor_is_refused(user):
    assert refusal(Conflict, recovery="12345678").code == "invalid_state"


def test_an_organisation_may_demand_a_second_factor(user, organisation):
    organisation.require_second_factor = True
    organisation.save()
    error = refusal(NotAllowed)
    assert (error.code, error.data["methods"]) == ("two_factor_required", [])
    assert not AccessSession.objects.exists()


def test_what_a_sign_in_needs_can_be_asked(user, organisation):
    ask = {"username": "dana", "password": PASSWORD, "address": "127.0.0.1"}
    assert signin.check_second_step(**ask) == signin.SecondStep([], required=False)
    organisation.require_second_factor = True
    organisation.save()
    assert signin.check_second_step(**ask) == signin.SecondStep([], required=True)
    TOTP.activate(user, generate_totp_secret())
    assert signin.check_second_step(**ask) == signin.SecondStep(["app"], required=True)
    with pytest.raises(NotAllowed):
        signin.check_second_step(**{**ask, "password": "wrong"})


# Guessing


@pytest.mark.parametrize("name", ["dana", "nobody"])
def test_ten_failures_lock_even_for_the_right_password(user, name, moment):
    for _ in range(10):
        assert refusal(NotAllowed, username=name, password="wrong").code == "invalid_credentials"
        moment.advance(10)
    error = refusal(LimitReached, username=name)
    assert (error.code, error.retry_after) == ("account_locked", 890)


def test_the_lock_ends(user, moment):
    for _ in range(10):
        refusal(NotAllowed, password="wrong")
    moment.advance(900)
    assert sign_in().session.user == user


def test_wrong_codes_lock_too(user, app, moment):
    for _ in range(10):
        refusal(NotAllowed, otp="000000")
        moment.advance(30)
    assert refusal(LimitReached, otp=app.at(clock.now())).code == "account_locked"


def test_asking_for_the_second_step_does_not_forget_failures(user, app, moment):
    for number in range(10):
        refusal(NotAllowed, otp="000000", address=str(number))
        if number < 9:
            assert refusal(NotAllowed, address=str(number)).code == "two_factor_required"
    assert refusal(LimitReached).code == "account_locked"


def test_a_success_starts_the_count_anew(user, moment):
    for _ in range(2):
        for _ in range(9):
            refusal(NotAllowed, password="wrong")
            moment.advance(10)
        sign_in()
        moment.advance(60)


def test_too_many_from_one_address_have_to_wait(user, moment):
    for _ in range(10):
        sign_in()
    error = refusal(LimitReached)
    assert error.code == "rate_limited"
    assert 0 < error.retry_after <= 60
    assert sign_in(address="::2").session.user == user
    moment.advance(error.retry_after)
    sign_in()


def test_one_address_cannot_try_many_names(user):
    for number in range(60):
        refusal(NotAllowed, username=f"name{number}")
    assert refusal(LimitReached, username="another").code == "rate_limited"


# The log


def test_sign_ins_are_recorded(user, organisation):
    done = sign_in()
    refusal(NotAllowed, password="wrong")
    refusal(NotAllowed, username="correct horse 42", password="dana")
    assert signin.sign_out(token=done.token, address="127.0.0.1")
    assert not signin.sign_out(token=done.token)
    assert queries.authenticate_session(done.token, address="") is None
    events = list(DomainEvent.objects.filter(kind__startswith="session.").order_by("id"))
    assert [event.kind for event in events] == [
        "session.signed_in",
        "session.failed",
        "session.failed",
        "session.signed_out",
    ]
    assert events[0].actor_id == events[1].object_id == user.public_id
    assert events[0].organisation == organisation
    assert events[2].object_name == "an unknown name"
    assert "horse" not in str([event.__dict__ for event in events])


def test_old_sessions_are_swept_at_the_next_sign_in(user, moment):
    sign_in()
    moment.advance(86400)
    sign_in()
    assert AccessSession.objects.count() == 1


def test_it_works_for_the_first_owner_too():
    setup.first_owner(email="ann@shop.test", name="Ann", password=PASSWORD)
    assert sign_in("ann@shop.test").session.user.is_operator
