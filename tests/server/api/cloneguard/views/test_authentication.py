from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.server import factories
from tests.server.api.cloneguard.conftest import SIGN_IN, USER, code, refused
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import clock
from vedette.server.tenancy.models import AccessSession, Membership, Organisation, User

START = datetime(2026, 3, 1, tzinfo=UTC)
WRONG = "not the password"


class TestWithoutSecondFactor:
    @pytest.mark.parametrize("path", ["/auth/sign_in", "/v2/auth/sign_in"])
    def test_a_password_gives_a_token_for_a_day(self, api, user, path):
        with clock.frozen(START):
            data = api.sign_in(user, path).json()
            assert data["expires_at"] == "2026-03-02T00:00:00Z"
            assert data["user"]["email"] == user.email
            assert api.as_session(data["token"]).get(USER).status_code == 200
        # Neither the token nor the password is kept anywhere.
        session = AccessSession.objects.get()
        assert data["token"] not in str(vars(session))
        told = str(list(DomainEvent.objects.values()))
        assert data["token"] not in told and factories.PASSWORD not in told

    def test_the_name_may_be_either_whatever_its_case(self, api, user):
        User.objects.filter(pk=user.pk).update(username="dana")
        for name in (user.email.upper(), "DANA", " dana "):
            assert api.post(SIGN_IN, {"username": name, "password": factories.PASSWORD}).status_code == 200

    def test_a_wrapped_body_is_the_same(self, api, user):
        body = {"user": {"username": user.email, "password": factories.PASSWORD}}
        assert api.post(SIGN_IN, body).status_code == 200

    def test_nobody_learns_which_names_exist(self, api, home, user):
        gone = factories.person(home, "analyst", password=factories.PASSWORD)
        Membership.objects.filter(user=gone).update(active=False)
        answers = [
            refused(api.post(SIGN_IN, {"username": name, "password": password}), 401, "invalid_credentials")
            for name, password in ((user.email, WRONG), ("nobody@example.org", WRONG), (gone.email, factories.PASSWORD))
        ]
        assert len({answer["status_text"] for answer in answers}) == 1
        assert all(set(answer) == set(answers[0]) for answer in answers)

    @pytest.mark.parametrize("body", [{}, {"username": "a"}, {"username": "", "password": "x"}, {"username": ["a"]}])
    def test_missing_fields_are_named(self, api, body):
        data = refused(api.post(SIGN_IN, body), 422, "validation_failed")
        assert set(data["errors"]) == set(data["error_codes"]) <= {"username", "password"}

    def test_a_recovery_code_is_of_no_use(self, api, user):
        answer = api.sign_in(user, "/auth/sign_in_with_recovery_code", recovery_code="AAAAA-AAAAA")
        refused(answer, 409, "invalid_state")


class TestWithSecondFactor:
    def test_the_password_alone_asks_for_the_second_step(self, api, user, enrolled):
        data = refused(api.sign_in(user), 401, "two_factor_required")
        assert data["two_factor"] == {"methods": ["app"], "default_method": "app", "phone_hint": None}
        assert not AccessSession.objects.exists()

    def test_a_wrong_password_does_not_tell_that_there_is_one(self, api, user, enrolled):
        body = {"username": user.email, "password": WRONG, "otp_code": code()}
        assert "two_factor" not in refused(api.post(SIGN_IN, body), 401, "invalid_credentials")

    def test_a_code_signs_in_once(self, api, user, enrolled):
        with clock.frozen(START) as time:
            used = code()
            answer = api.sign_in(user, otp_code=used, otp_method="app")
            assert answer.status_code == 200 and answer.json()["user"]["two_factor"]["enabled"] is True
            refused(api.sign_in(user, otp_code=used), 401, "invalid_otp")
            time.advance(29)
            refused(api.sign_in(user, otp_code=used), 401, "invalid_otp")
            time.advance(1)
            assert api.sign_in(user, otp_code=code()).status_code == 200

    def test_a_clock_may_be_off_by_one_step_and_no_more(self, api, user, enrolled):
        with clock.frozen(START) as time:
            early = code()
            time.advance(30)
            assert api.sign_in(user, otp_code=early).status_code == 200
            old = code()
            time.advance(60)
            refused(api.sign_in(user, otp_code=old), 401, "invalid_otp")

    @pytest.mark.parametrize("wrong", ["000000", "abcdef", "1", "12345678901234567890"])
    def test_a_wrong_code_is_refused(self, api, user, enrolled, wrong):
        with clock.frozen(START):
            refused(api.sign_in(user, otp_code=wrong), 401, "invalid_otp")

    def test_no_code_by_text_message_is_right(self, api, user, enrolled):
        with clock.frozen(START):
            refused(api.sign_in(user, otp_code=code(), otp_method="sms"), 401, "two_factor_required")

    def test_a_recovery_code_signs_in_once(self, api, user, enrolled):
        path = "/v2/auth/sign_in_with_recovery_code"
        answer = api.sign_in(user, path, recovery_code=enrolled[0])
        assert answer.status_code == 200
        assert answer.json()["recovery_codes_left"] == len(enrolled) - 1
        assert api.as_session(answer.json()["token"]).get(USER).status_code == 200
        refused(api.sign_in(user, path, recovery_code=enrolled[0]), 401, "invalid_recovery_code")
        refused(api.sign_in(user, path, recovery_code="AAAAA-AAAAA"), 401, "invalid_recovery_code")
        assert api.sign_in(user, path, recovery_code=enrolled[1]).status_code == 200

    def test_a_recovery_code_is_no_code_of_the_app(self, api, user, enrolled):
        refused(api.sign_in(user, otp_code=enrolled[0]), 401, "invalid_otp")

    def test_an_organisation_may_demand_one_of_everybody(self, api, home, user):
        Organisation.objects.filter(pk=home.pk).update(require_second_factor=True)
        data = refused(api.sign_in(user), 401, "two_factor_required")
        assert data["two_factor"]["methods"] == []


class TestLockOut:
    def fail(self, api, user, times, time, **more):
        for _ in range(times):
            time.advance(60)  # past the limit of sign-ins in a minute
            body = {"username": user.email, "password": WRONG, **more}
            refused(api.post(SIGN_IN, body), 401, "invalid_credentials")

    def test_ten_failures_lock_for_a_quarter_of_an_hour(self, api, user):
        with clock.frozen(START) as time:
            self.fail(api, user, 10, time)
            answer = api.sign_in(user)
            refused(answer, 403, "account_locked")
            assert answer["Retry-After"] == "900"
            time.advance(600)
            assert api.sign_in(user)["Retry-After"] == "300"
            time.advance(300)
            assert api.sign_in(user).status_code == 200

    def test_a_success_in_between_starts_the_count_anew(self, api, user):
        with clock.frozen(START) as time:
            self.fail(api, user, 9, time)
            assert api.sign_in(user).status_code == 200
            self.fail(api, user, 9, time)
            time.advance(60)
            assert api.sign_in(user).status_code == 200

    def test_wrong_codes_count_too(self, api, user, enrolled):
        with clock.frozen(START) as time:
            for _ in range(10):
                time.advance(60)
                refused(api.sign_in(user, otp_code="000000"), 401, "invalid_otp")
            refused(api.sign_in(user, otp_code=code()), 403, "account_locked")
            body = {"username": user.email, "password": factories.PASSWORD, "recovery_code": enrolled[0]}
            refused(api.post("/auth/sign_in_with_recovery_code", body), 403, "account_locked")

    def test_a_name_that_nobody_has_locks_in_the_same_way(self, api, home):
        ghost = User(email="nobody@example.org")
        with clock.frozen(START) as time:
            self.fail(api, ghost, 10, time)
            assert api.sign_in(ghost)["Retry-After"] == "900"


class TestCheck:
    def test_says_whether_a_second_step_is_needed(self, api, user):
        path = "/v2/auth/check_2fa"
        step = api.sign_in(user, path).json()["two_factor"]
        assert step == {
            "enabled": False,
            "required": False,
            "methods": [],
            "default_method": None,
            "phone_hint": None,
        }
        from tests.server.api.cloneguard.conftest import enrol

        enrol(user)
        step = api.sign_in(user, path).json()["two_factor"]
        assert (step["enabled"], step["required"], step["methods"], step["default_method"]) == (
            True,
            True,
            ["app"],
            "app",
        )
        assert not AccessSession.objects.exists()

    def test_needs_the_right_password(self, api, user):
        body = {"username": user.email, "password": WRONG}
        refused(api.post("/auth/check_2fa", body), 401, "invalid_credentials")
        refused(api.post("/auth/check_2fa", {}), 422, "validation_failed")


class TestSignOut:
    def test_ends_the_session_that_calls_and_no_other(self, api, user):
        here, there = (api.as_session(api.sign_in(user).json()["token"]) for _ in range(2))
        answer = here.delete("/v2/auth/sign_out")
        assert (answer.status_code, answer.content) == (204, b"")
        refused(here.get(USER), 401, "unauthorized")
        assert there.get(USER).status_code == 200

    def test_needs_a_session(self, api):
        refused(api.delete("/auth/sign_out"), 401, "unauthorized")
