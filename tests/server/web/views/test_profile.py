"""What people change about themselves, and where they work."""

import dataclasses
import re

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from tests.server import factories
from vedette.server.audit.models import DomainEvent
from vedette.server.config.mail import mail_server
from vedette.server.targets.models import Domain
from vedette.server.tenancy.services import setup


def test_a_profile_is_changed_and_the_theme_shown_at_once(client, actor):
    given = {"name": "Ada", "title": "cto", "timezone": "Europe/Berlin", "theme": "dark"}
    answer = client.post("/ui/profile/", given)
    assert answer["Location"] == "/ui/profile/"
    assert answer.cookies["vedette_theme"].value == "dark"
    actor.user.refresh_from_db()
    assert {name: getattr(actor.user, name) for name in given} == given
    assert 'data-bs-theme="dark"' in client.get("/ui/profile/").content.decode()


@pytest.mark.parametrize("given", [{"timezone": "Mars/Base"}, {"timezone": "UTC", "name": "a\nb"}, {}])
def test_what_is_wrong_is_told(client, actor, given):
    assert client.post("/ui/profile/", {"title": "", "theme": "", **given}).status_code == 422
    actor.user.refresh_from_db()
    assert actor.user.timezone == "UTC"


def test_one_switches_to_where_one_belongs(client, actor, home, rival, words):
    second = factories.organisation("Second")
    setup.add_user(email=actor.email, role="auditor", organisation=second)
    before = client.session.session_key
    answer = client.post("/ui/switch-organisation/", {"organisation": second.public_id})
    assert answer["Location"] == "/ui/"
    assert "Second" in words(client.get("/ui/profile/"))
    assert client.session.session_key != before  # other rights, another session
    theirs = rival[0].organisation.public_id
    assert client.post("/ui/switch-organisation/", {"organisation": theirs}).status_code == 404
    assert client.post("/ui/switch-organisation/").status_code == 404
    assert client.get("/ui/switch-organisation/").status_code == 405
    assert "Second" in words(client.get("/ui/profile/"))


@pytest.fixture
def post_office(settings):
    """The operator named a mail server."""
    cache.clear()
    server = mail_server("smtp://mail.example/?from=v@example.org")
    settings.VEDETTE = dataclasses.replace(settings.VEDETTE, mail=server)
    yield
    cache.clear()


def test_a_mailbox_is_confirmed_by_the_link_sent_there(client, actor, home, post_office, mailoutbox, words):
    place = actor.user.email.rpartition("@")[2]
    domain = Domain.objects.create(organisation=home, hostname=f"www.{place}")
    assert "Not confirmed" in words(client.get("/ui/profile/"))
    client.post("/ui/profile/confirm-address/")
    (sent,) = mailoutbox
    assert sent.to == [actor.user.email]
    link = re.search(r"http://testserver(/\S+)", sent.body)[1]
    domain.refresh_from_db()
    assert not domain.verified
    anybody = Client()
    assert actor.user.email in words(anybody.get(link))
    domain.refresh_from_db()
    assert not domain.verified  # a mail reader that looks at links confirms nothing
    anybody.post(link)
    domain.refresh_from_db()
    assert (domain.verified, domain.method) == (True, "email")
    assert DomainEvent.objects.filter(kind="person.address_confirmed", organisation=home).count() == 1
    page = words(client.get("/ui/profile/"))
    assert "Confirmed" in page and "Send me a link" not in page


def test_links_are_not_sent_in_a_row(client, actor, post_office, mailoutbox, words):
    client.post("/ui/profile/confirm-address/")
    assert "a moment ago" in words(client.post("/ui/profile/confirm-address/", follow=True))
    assert len(mailoutbox) == 1


def test_a_link_that_could_not_be_sent_is_told(client, post_office, monkeypatch, words):
    def refuse(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", refuse)
    page = words(client.post("/ui/profile/confirm-address/", follow=True))
    assert "could not be sent" in page
    assert "email sent" not in page


def test_without_a_mail_server_there_is_no_link(client, mailoutbox, words):
    assert "Mailbox" not in words(client.get("/ui/profile/"))
    assert client.post("/ui/profile/confirm-address/").status_code == 404
    assert client.get("/ui/profile/confirm-address/").status_code == 405
    assert mailoutbox == []
