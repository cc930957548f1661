"""What people change about themselves, and where they work."""

import pytest

from tests.server import factories
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
