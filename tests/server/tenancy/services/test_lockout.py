"""Ten failures in a row lock an account, whether or not it exists."""

import pytest

from vedette.server.kernel.models import RateWindow
from vedette.server.tenancy.services import lockout

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["known", "unknown"])
def user(request, person, organisation):
    return person(organisation) if request.param == "known" else None


def left(user):
    if user is not None:
        user.refresh_from_db()
    return lockout.seconds_left(user, "someone")


def test_the_tenth_failure_locks_for_a_quarter_of_an_hour(user, moment):
    for _ in range(9):
        lockout.failed(user, "someone")
    assert left(user) == 0
    lockout.failed(user, " SomeOne ")
    assert left(user) == 900
    moment.advance(899.5)
    assert left(user) == 1
    moment.advance(0.5)
    assert left(user) == 0


def test_after_a_lock_it_takes_ten_again(user, moment):
    for _ in range(10):
        lockout.failed(user, "someone")
    moment.advance(900)
    for _ in range(9):
        lockout.failed(user, "someone")
    assert left(user) == 0
    lockout.failed(user, "someone")
    assert left(user) == 900


def test_names_are_counted_apart(person, organisation):
    for _ in range(10):
        lockout.failed(None, "someone")
    assert lockout.seconds_left(None, "someone else") == 0
    assert left(person(organisation)) == 0


def test_a_success_forgets_the_failures(person, organisation):
    user = person(organisation)
    for _ in range(9):
        lockout.failed(user, "x")
    lockout.clear(user)
    lockout.failed(user, "x")
    assert left(user) == 0
    for _ in range(9):
        lockout.failed(user, "x")
    assert left(user) == 900
    lockout.clear(user)
    assert left(user) == 0


def test_a_lock_is_recorded_once(person, organisation, kinds):
    user = person(organisation)
    for _ in range(12):
        lockout.failed(user, "x")
    assert kinds().count("person.locked") == 1


def test_what_was_typed_as_a_name_is_not_stored():
    lockout.failed(None, "correct horse 42")
    assert "horse" not in str(list(RateWindow.objects.values()))
