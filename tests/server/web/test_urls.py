"""Every page has its address; signing in has the names that allauth expects."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from vedette.server.web import urls


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("web:overview", "/ui/"),
        ("web:stop_all", "/ui/stop-all/"),
        ("account_login", "/ui/account/login/"),
        ("account_logout", "/ui/account/logout/"),
        ("account_change_password", "/ui/account/password/change/"),
        ("mfa_index", "/ui/account/2fa/"),
        ("mfa_activate_totp", "/ui/account/2fa/totp/activate/"),
        ("usersessions_list", "/ui/account/sessions/"),
    ],
)
def test_names_have_addresses(name, path):
    assert reverse(name) == path


def test_no_two_pages_share_a_name_and_shape():
    seen = [(page.name, len(page.pattern.converters)) for page in urls.pages]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("page", urls.pages, ids=lambda page: str(page.name))
def test_strangers_see_no_page(db, page):
    sample = {"int": 1, "slug": "abc", "str": "abc"}
    names = {name: sample[_kind(converter)] for name, converter in page.pattern.converters.items()}
    path = reverse(f"web:{page.name}", kwargs=names)
    answer = Client().get(path)
    open_to_all = path.startswith(("/ui/setup/", "/ui/invitation"))
    assert open_to_all or answer.status_code in (302, 403, 404, 405), path
    if answer.status_code == 302 and not open_to_all:
        assert answer["Location"].startswith("/ui/account/login/")


def _kind(converter):
    return {"IntConverter": "int", "SlugConverter": "slug"}.get(type(converter).__name__, "str")
