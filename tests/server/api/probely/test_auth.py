from __future__ import annotations

import pytest
from django.test import Client

from tests.server import factories
from vedette.server.api.probely.auth import KeyScheme
from vedette.server.tenancy.models import ApiKey


def ask(header):
    headers = {"Authorization": header} if header else {}
    return Client().get("/targets/", headers=headers)


@pytest.mark.parametrize("scheme", ["JWT", "jwt", "Bearer"])
def test_a_key_opens(home, scheme):
    assert ask(f"{scheme} {factories.key(home)}").status_code == 200


@pytest.mark.parametrize("header", ["", "JWT", "JWT ", "JWT nonsense", "Basic eDp5", "JWT vdt_p" + "a" * 43])
def test_nothing_else_does(home, header):
    answer = ask(header)
    assert answer.status_code == 401
    assert list(answer.json()) == ["detail"]
    assert answer["WWW-Authenticate"].startswith("JWT")


def test_a_key_that_was_switched_off(home):
    secret = factories.key(home)
    ApiKey.objects.update(active=False)
    assert ask(f"JWT {secret}").status_code == 401


def test_a_suspended_organisation(home):
    secret = factories.key(home)
    home.suspended = True
    home.save()
    assert ask(f"JWT {secret}").status_code == 401


def test_is_told_in_the_document():
    definition = KeyScheme(target=None).get_security_definition(None)
    assert (definition["in"], definition["name"]) == ("header", "Authorization")
