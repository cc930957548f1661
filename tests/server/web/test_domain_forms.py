"""The form of a domain's basic authentication."""

import pytest
from django.http import QueryDict

from tests.server import factories
from vedette.server.targets import domain_login
from vedette.server.web.domain_forms import DomainLoginForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return factories.target(factories.organisation(), verified=False).domain


def filled(domain, username, password):
    data = QueryDict(mutable=True)
    data.update({"basic_auth_username": username, "basic_auth_password": password})
    return DomainLoginForm(data, current=domain)


def test_a_password_left_empty_is_not_told(domain):
    form = filled(domain, "ann", "")
    assert form.is_valid() and form.values() == {"basic_auth_username": "ann"}
    form = filled(domain, "", " c4nary ")
    assert form.is_valid() and form.values() == {"basic_auth_username": "", "basic_auth_password": " c4nary "}


def test_a_form_that_says_nothing_is_refused_where_nothing_stands(domain):
    assert filled(domain, "", "").errors == {"__all__": ["Enter a user or a password."]}
    domain_login.fill(domain, {"basic_auth_username": "ann", "basic_auth_password": "c4nary"})
    form = filled(domain, "", "")
    assert form.is_valid() and form.values() == {"basic_auth_username": ""}
    assert form["basic_auth_username"].initial == "ann" and "c4nary" not in str(form)
