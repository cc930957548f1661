"""What every page shows around its content."""

import pytest
from django.test import Client

from tests.server import factories

pytestmark = pytest.mark.django_db


def shown(role):
    home = factories.organisation()
    client = Client()
    user = factories.person(home, role)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get("/ui/", headers={"Cookie": client.cookies.output(header="", sep=";")}).context


def test_an_owner_has_every_entry_and_right():
    context = shown("owner")
    assert [entry["key"] for entry in context["nav"]] == [
        "overview",
        "targets",
        "scans",
        "schedules",
        "findings",
        "discovery",
        "settings",
    ]
    assert context["active_nav"] == "overview"
    assert {"targets.create", "organisation.stop_all"} <= context["can"]
    assert context["running_scans"] == 0


def test_an_auditor_may_change_nothing():
    assert not [key for key in shown("auditor")["can"] if key.endswith((".change", ".create", ".start", ".delete"))]


def test_every_entry_leads_somewhere():
    assert all(entry["url"] != "/ui/" or entry["key"] == "overview" for entry in shown("owner")["nav"])


def test_a_stranger_is_told_little():
    context = Client().get("/ui/account/login/").context
    assert "nav" not in context
    assert "organisation" not in context


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><script>', ""), ("auto", "")])
def test_the_theme_comes_from_a_cookie_and_is_one_of_two(cookie, theme):
    client = Client()
    client.cookies["vedette_theme"] = cookie
    assert client.get("/ui/account/login/").context["theme"] == theme
