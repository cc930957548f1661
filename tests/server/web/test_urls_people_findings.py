"""Addresses of this half of the pages."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.server import factories
from vedette.server.web.urls_people_findings import urlpatterns

DOORS = {"setup", "join"}
"""For people who are not signed in: their token is their right."""
INSIDE = [one for one in urlpatterns if one.name not in DOORS]


def address(pattern):
    names = pattern.pattern.converters
    words = {"number": 1, "token": "t", "kind": "finding", "word": "accept", "tab": "history"}
    return reverse(f"web:{pattern.name}", kwargs={name: words.get(name, "abcdefghijkm") for name in names})


def test_names_are_unique():
    names = [(one.name, len(one.pattern.converters)) for one in urlpatterns]
    assert len(names) == len(set(names))


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", INSIDE, ids=lambda one: one.name)
def test_whoever_is_not_signed_in_is_asked_to(pattern):
    for method in ("get", "post"):
        answer = getattr(Client(), method)(address(pattern))
        asked = answer.status_code == 302 and answer["Location"].startswith("/ui/account/login/?next=")
        assert asked or answer.status_code == 405, (method, answer.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", INSIDE, ids=lambda one: one.name)
def test_a_form_from_elsewhere_is_refused(pattern):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(
        factories.person(factories.organisation()), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert browser.post(address(pattern)).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pattern",
    [one for one in INSIDE if one.pattern.converters],
    ids=lambda one: one.name,
)
def test_what_does_not_exist_is_not_found(pattern):
    browser = Client()
    home = factories.organisation()
    browser.force_login(factories.person(home), backend="allauth.account.auth_backends.AuthenticationBackend")
    answers = {getattr(browser, method)(address(pattern)).status_code for method in ("get", "post")}
    assert answers <= {404, 405} and 404 in answers, answers
