"""Sessions: a copy of the database opens none, and nobody who uses them notices."""

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client

from tests.server import factories
from tests.server.layers import shared
from vedette.server.web import session_store

pytestmark = pytest.mark.django_db
PAGE = "/ui/account/sessions/"
COOKIE = settings.SESSION_COOKIE_NAME


@shared
def user():
    return factories.person(factories.organisation())


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(PAGE).status_code == 200
    return client


def stored():
    """What stands in both tables as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key FROM django_session")
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT session_key FROM usersessions_usersession")
        return found + [row[0] for row in cursor.fetchall()]


def test_what_is_stored_opens_no_session(user):
    cookie = signed_in(user).cookies[COOKIE].value
    names = stored()
    assert len(names) == 2 and set(names) == {cookie[:20]}
    for guess in (*names, names[0] + "0" * 20, cookie[:-1], cookie + "0", "", "ü" * 40):
        thief = Client()
        thief.cookies[COOKIE] = guess
        assert thief.get(PAGE).status_code == 302
    back = Client()
    back.cookies[COOKIE] = cookie
    assert back.get(PAGE).status_code == 200


def test_sessions_are_listed_and_the_others_ended(user):
    here, there = signed_in(user), signed_in(user)
    assert len(here.get(PAGE).context["sessions"]) == 2
    here.post(PAGE)
    assert here.get(PAGE).status_code == 200
    assert there.get(PAGE).status_code == 302
    assert Session.objects.count() == UserSession.objects.count() == 1


def test_signing_out_leaves_nothing(user):
    client = signed_in(user)
    client.post("/ui/account/logout/")
    assert not Session.objects.exists()
    client.get("/ui/account/login/")
    assert not UserSession.objects.purge_and_list(user)


def test_keys_are_new_and_of_this_instance(monkeypatch):
    made = {session_store.SessionStore()._get_new_session_key() for _ in range(20)}
    assert len(made) == 20 and {len(key) for key in made} == {40}
    key = made.pop()
    assert session_store.name_of(key) == key[:20]
    monkeypatch.setattr(session_store.sealing.KeyRing, "derive", lambda ring, purpose: b"another")
    assert session_store.name_of(key) == ""


def test_migrations_see_no_change():
    call_command("makemigrations", "sessions", "usersessions", check=True, dry_run=True, verbosity=0)
