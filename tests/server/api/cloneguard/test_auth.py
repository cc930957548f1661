from __future__ import annotations

import base64

import pytest

from tests.server import factories
from tests.server.api.cloneguard.conftest import USER, Api, access_token, application, refused
from vedette.server.kernel import clock
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import Organisation
from vedette.server.tenancy.services import account, keys


class TestApplication:
    @pytest.mark.parametrize("key", ["", "x", "vdt_a" + "0" * 43])
    def test_without_a_known_key_nothing_is_answered(self, key, home):
        refused(Api(key).get(USER), 401, "invalid_api_key")
        refused(Api(key).post("/auth/sign_in", {}), 401, "invalid_api_key")

    def test_a_key_of_another_kind_is_none(self, home, user):
        refused(Api(factories.key(home)).get(USER), 401, "invalid_api_key")
        refused(Api(access_token(user, home)).get(USER), 401, "invalid_api_key")

    def test_a_revoked_one_is_none(self, home, api):
        from vedette.server.tenancy import queries

        keys.revoke(actor=system_actor(home), key=queries.application_key(api.key))
        refused(api.get(USER), 401, "invalid_api_key")


class TestPerson:
    def test_a_session_and_an_access_token_open(self, api, user, home):
        token = api.sign_in(user).json()["token"]
        assert api.as_session(token).get(USER).json()["user"]["email"] == user.email
        assert api.as_access(access_token(user, home)).get(USER).json()["user"]["email"] == user.email

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic x", "Basic", "JWT x", "Digest x"])
    def test_anything_else_does_not(self, api, user, header):
        refused(Api(api.key, header).get(USER), 401, "unauthorized")

    def test_a_token_opens_under_its_own_scheme_alone(self, api, user, home):
        session, access = api.sign_in(user).json()["token"], access_token(user, home)
        refused(api.as_access(session).get(USER), 401, "unauthorized")
        refused(api.as_session(access).get(USER), 401, "unauthorized")

    def test_name_and_password_are_not_tried(self, api, user):
        pair = base64.b64encode(f"{user.email}:{factories.PASSWORD}".encode()).decode()
        refused(api.as_access(pair).get(USER), 401, "unauthorized")

    def test_a_replaced_access_token_fails_at_once(self, api, user, home):
        old = access_token(user, home)
        new = access_token(user, home)
        refused(api.as_access(old).get(USER), 401, "unauthorized")
        assert api.as_access(new).get(USER).status_code == 200

    def test_a_session_ends_after_two_idle_hours_and_after_a_day(self, api, user):
        with clock.frozen(clock.now()) as time:
            session = api.as_session(api.sign_in(user).json()["token"])
            for _ in range(23):
                time.advance(3600)
                assert session.get(USER).status_code == 200
            time.advance(3600)
            refused(session.get(USER), 401, "token_expired")
            idle = api.as_session(api.sign_in(user).json()["token"])
            time.advance(2 * 3600)
            refused(idle.get(USER), 401, "token_expired")


class TestReach:
    def test_a_key_reaches_its_own_organisation_alone(self, api, home, user):
        foreign = factories.organisation("Foreign")
        stranger = factories.person(foreign, "analyst", password=factories.PASSWORD)
        refused(api.sign_in(stranger), 401, "invalid_credentials")
        refused(api.as_access(access_token(stranger, foreign)).get(USER), 401, "invalid_credentials")
        session = application(foreign).sign_in(stranger).json()["token"]
        refused(api.as_session(session).get(USER), 401, "invalid_credentials")

    def test_a_partners_key_reaches_dependents_but_not_the_other_way(self, api, home, user):
        customer = factories.organisation("Customer")
        Organisation.objects.filter(pk=customer.pk).update(partner=home)
        dependent = factories.person(customer, "analyst", password=factories.PASSWORD)
        assert api.sign_in(dependent).status_code == 200
        assert api.as_access(access_token(dependent, customer)).get(USER).status_code == 200
        refused(application(customer).as_access(access_token(user, home)).get(USER), 401, "invalid_credentials")

    def test_a_key_of_the_whole_instance_reaches_all(self, user, home):
        _, secret = keys.create_key(actor=system_actor(home), name="All", kind="cloneguard_app", instance_wide=True)
        assert Api(secret).sign_in(user).status_code == 200
        assert Api(secret).as_access(access_token(user, home)).get(USER).status_code == 200

    def test_a_suspended_organisation_is_closed(self, user, home):
        _, secret = keys.create_key(actor=system_actor(home), name="All", kind="cloneguard_app", instance_wide=True)
        everywhere = Api(secret)
        token = everywhere.sign_in(user).json()["token"]
        Organisation.objects.filter(pk=home.pk).update(suspended=True)
        refused(everywhere.as_session(token).get(USER), 403, "organization_suspended")
        refused(everywhere.sign_in(user), 403, "organization_suspended")
        account.restore(actor=system_actor(home))
        assert everywhere.as_session(token).get(USER).status_code == 200
