"""Keys for scripts."""

import re

import pytest

from tests.server import factories
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import ApiKey


@pytest.fixture
def sure(client, actor):
    """The owner has just shown again who they are."""
    actor.user.set_password(factories.PASSWORD)
    actor.user.save()
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/ui/account/reauthenticate/", {"password": factories.PASSWORD})
    assert answer.status_code == 302
    return client


def wanted(**given):
    role = queries.builtin_role("scanner").public_id
    return {"kind": "probely", "name": "Pipeline", "role": role, "scope": "account"} | given


def test_before_a_key_is_made_one_shows_again_who_one_is(client, actor):
    actor.user.set_password(factories.PASSWORD)
    actor.user.save()
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for method in (client.get, client.post):
        answer = method("/ui/settings/keys/new/", wanted())
        assert answer.status_code == 302
        assert answer["Location"].startswith("/ui/account/reauthenticate/?next=")
    assert not ApiKey.objects.exists()


def test_a_secret_is_shown_once_and_opens_what_its_role_permits(sure, home):
    answer = sure.post("/ui/settings/keys/new/", wanted(days_valid_for="7"))
    (secret,) = set(re.findall(r"vdt_p\w{43}", answer.content.decode()))
    assert answer["Cache-Control"] == "no-store"
    actor = queries.authenticate_key(secret, kinds=("probely",), address="")
    assert actor.everywhere("scans.start") and not actor.everywhere("findings.triage")
    listed = sure.get("/ui/settings/keys/").content.decode()
    assert secret not in listed and secret[:11] in listed


def test_a_personal_token_comes_with_its_user_id(sure, actor, words):
    text = words(sure.post("/ui/settings/keys/new/", {"kind": "invicti", "name": "Mine"}))
    assert re.search(r"vdt_i\w{43}", text) and re.search(r"User id ?[0-9a-f]{32}", text)


def test_what_the_organisation_does_not_allow_is_told(sure, words):
    answer = sure.post("/ui/settings/keys/new/", wanted(days_valid_for="3650"))
    assert answer.status_code == 422
    assert "at most 90 days" in words(answer)


def test_a_key_is_revoked_then_deleted(client, home, words):
    secret = factories.key(home)
    key = ApiKey.objects.get()
    client.post(f"/ui/settings/keys/{key.public_id}/do/revoke/")
    assert queries.authenticate_key(secret, kinds=("probely",), address="") is None
    assert "Revoked" in words(client.get("/ui/settings/keys/"))
    client.post(f"/ui/settings/keys/{key.public_id}/do/delete/")
    assert not ApiKey.objects.exists()


def test_keys_are_for_those_who_may_see_them(enter, home, rival, words):
    factories.key(home)
    theirs = factories.key(rival[0].organisation)
    assert "No keys" in words(enter("developer").get("/ui/settings/keys/"))
    admin = enter("admin")
    assert len(admin.get("/ui/settings/keys/").context["rows"]) == 1
    foreign = ApiKey.objects.get(organisation=rival[0].organisation)
    assert admin.post(f"/ui/settings/keys/{foreign.public_id}/do/revoke/").status_code == 404
    assert queries.authenticate_key(theirs, kinds=("probely",), address="") is not None
