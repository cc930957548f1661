"""The second factor of API sign-ins."""

from datetime import timedelta

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from vedette.server.kernel import clock
from vedette.server.kernel.models import RateWindow
from vedette.server.tenancy.services import second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(person, organisation):
    return person(organisation)


@pytest.fixture
def app(user):
    """The person's authenticator app, as an independent implementation computes it."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return pyotp.TOTP(secret)


def code_at(app, steps):
    return app.at(clock.now() + timedelta(seconds=30 * steps))


def test_nothing_is_enrolled_at_first(user):
    assert second_factor.methods(user) == []
    assert not second_factor.use_code(user, "000000")
    assert not second_factor.use_recovery_code(user, "00000000")
    assert second_factor.recovery_codes_left(user) == 0


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_of_drift_is_allowed(user, app, steps, taken):
    assert second_factor.methods(user) == ["app"]
    assert second_factor.use_code(user, code_at(app, steps)) is taken


def test_a_code_works_once(user, app, moment):
    code = code_at(app, 0)
    assert second_factor.use_code(user, f" {code[:3]} {code[3:]} ")
    assert not second_factor.use_code(user, code)
    moment.advance(30)
    assert not second_factor.use_code(user, code)
    assert second_factor.use_code(user, code_at(app, 0))


def test_a_code_of_one_person_is_not_used_up_for_another(user, app, person, organisation):
    twin = person(organisation)
    TOTP.activate(twin, app.secret)
    assert second_factor.use_code(user, code_at(app, 0))
    assert second_factor.use_code(twin, code_at(app, 0))


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "\ud800", "1" * 1000])
def test_other_texts_are_no_codes(user, app, code):
    assert not second_factor.use_code(user, code)


def test_used_steps_are_forgotten_when_they_are_old(user, app, moment):
    for _ in range(20):
        assert second_factor.use_code(user, code_at(app, 0))
        moment.advance(30)
    assert RateWindow.objects.filter(key=f"totp:{user.pk}").count() <= 5


def test_recovery_codes_work_once_each(user):
    codes = RecoveryCodes.activate(user).generate_codes()
    assert second_factor.recovery_codes_left(user) == len(codes) == 10
    assert second_factor.use_recovery_code(user, codes[3])
    assert not second_factor.use_recovery_code(user, codes[3])
    assert not second_factor.use_recovery_code(user, "wrong")
    assert second_factor.use_recovery_code(user, codes[4])
    assert second_factor.recovery_codes_left(user) == 8


def test_seeds_are_not_stored_in_the_clear(user, app):
    assert app.secret not in str(Authenticator.objects.get(user=user).data)
