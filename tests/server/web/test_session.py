"""Who is looking at a page, and what they see instead when they may not."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.server import factories
from tests.server.layers import shared
from vedette.server.scans.models import Scan
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.services import account, people

pytestmark = pytest.mark.django_db


@shared
def home():
    return factories.organisation()


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_stranger_is_sent_to_sign_in():
    answer = Client().get("/ui/findings/?state=notfixed")
    assert answer.status_code == 302
    assert answer["Location"] == "/ui/account/login/?next=/ui/findings/%3Fstate%3Dnotfixed"


def test_a_member_sees_the_page(home):
    assert signed_in(factories.person(home)).get("/ui/findings/").status_code == 200


def test_whoever_belongs_nowhere_sees_nothing(home):
    user = factories.person(home, "developer")
    owner = factories.actor(home)
    people.deactivate(actor=owner, member=tenancy.get_member(owner, user.public_id))
    assert signed_in(user).get("/ui/findings/").status_code in (302, 403)


def test_a_suspended_organisation_is_closed(home):
    user = factories.person(home)
    home.suspended = True
    home.save()
    assert signed_in(user).get("/ui/").status_code == 403


def test_an_organisation_may_ask_for_a_second_factor(home):
    owner = factories.actor(home)
    account.change_settings(actor=owner, require_second_factor=True)
    answer = signed_in(owner.user).get("/ui/")
    assert (answer.status_code, answer["Location"]) == (302, "/ui/account/2fa/totp/activate/")


def test_a_foreign_object_and_one_that_is_not_there_read_the_same(home):
    client = signed_in(factories.person(home))
    theirs = factories.target(factories.organisation("Other"))
    there, nowhere = (client.get(f"/ui/targets/{key}/") for key in (theirs.public_id, "1" * 12))
    assert there.status_code == nowhere.status_code == 404


def test_times_are_those_of_whoever_reads(home):
    user = factories.person(home)
    user.timezone = "Asia/Tokyo"
    user.save()
    scan = factories.run_scan(factories.target(home))
    Scan.objects.filter(pk=scan.pk).update(created_at=datetime(2026, 1, 1, 20, tzinfo=UTC))
    assert b"2026-01-02 05:00" in signed_in(user).get(f"/ui/scans/{scan.public_id}/").content


def test_no_api_takes_the_session(home):
    client = signed_in(factories.person(home))
    assert client.get("/targets/").status_code == 401
    assert client.get("/api/1.0/account/me").status_code == 401
