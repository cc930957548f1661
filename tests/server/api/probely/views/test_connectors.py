from __future__ import annotations

import pytest

from vedette.server.kernel.errors import Conflict
from vedette.server.targets.models import Connector
from vedette.server.targets.services import connectors

TOKEN = "t0ken-" + "x" * 34
KEY = {"access_key": "AKIAEXAMPLEEXAMPLE", "secret_key": "s3cret" + "k" * 34}
FLAGS = {"enabled", "has_list_zones_permission", "has_list_records_permission", "last_error", "last_refresh"}


@pytest.mark.parametrize(
    ("path", "given"),
    [("/integrations/aws/", KEY), ("/integrations/cloudflare/", {"token": TOKEN, "token_name": "Main"})],
)
def test_one_is_set_changed_and_removed(api, path, given):
    before = api.get(path)
    assert before.status == 200
    assert set(before.data) == set(given) | FLAGS
    assert not any(before.data.values())
    made = api.put(path, given)
    assert made.status == 200
    assert made.data["enabled"] is True
    assert api.get(path).data == made.data
    assert api.put(path, made.data).data == made.data
    off = api.patch(path, {"enabled": False})
    assert off.data == made.data | {"enabled": False}
    assert api.delete(path).status == 204
    assert api.get(path).data == before.data
    assert api.delete(path).status == 204


def test_secrets_are_obfuscated(api):
    aws = api.put("/integrations/aws/", KEY).data
    assert aws["access_key"] == KEY["access_key"]
    assert aws["secret_key"].startswith("OBFUSCATED_")
    assert api.put("/integrations/cloudflare/", {"token": TOKEN}).data["token"].startswith("OBFUSCATED_")


@pytest.mark.parametrize(
    ("method", "given", "field"),
    [
        ("PUT", {}, "token"),
        ("PUT", {"token_name": "x"}, "token"),
        ("PATCH", {"enabled": True}, "token"),
        ("PUT", {"token": "short"}, "token"),
        ("PUT", {"token": TOKEN, "enabled": "maybe"}, "enabled"),
        ("PUT", {"token": "OBFUSCATED_" + "0" * 24}, "token"),
        ("PUT", {"token": [TOKEN]}, "token"),
    ],
)
def test_what_is_wrong_is_named(api, method, given, field):
    answer = api(method, "/integrations/cloudflare/", given)
    assert (answer.status, list(answer.data)) == (400, [field])
    assert not Connector.objects.exists()


def test_they_are_the_organisations(api, api_as, foreign):
    api.put("/integrations/cloudflare/", {"token": TOKEN})
    auditor, developer, scanner = api_as("auditor"), api_as("developer"), api_as("scanner")
    assert auditor.get("/integrations/cloudflare/").status == 200
    assert scanner.get("/integrations/cloudflare/").status == 403
    for who in (auditor, developer, scanner):
        assert who.put("/integrations/cloudflare/", {"token": TOKEN}).status == 403
        assert who.delete("/integrations/cloudflare/").status == 403
        assert who.post("/integrations/cloudflare/refresh/").status == 403
    assert Connector.objects.count() == 1
    assert not Connector.objects.filter(organisation=foreign.home).exists()


@pytest.mark.parametrize("kind", ["aws", "cloudflare"])
def test_a_refresh_that_fails_is_a_422(api, monkeypatch, kind):
    answer = api.post(f"/integrations/{kind}/refresh/")
    assert (answer.status, list(answer.data)) == (422, ["detail"])

    def refuse(actor, kind):
        raise Conflict("not_refreshed", "The account does not take the token.")

    monkeypatch.setattr(connectors, "ask", refuse)
    answer = api.post(f"/integrations/{kind}/refresh/")
    assert (answer.status, answer.data) == (422, {"detail": "The account does not take the token."})


def test_a_refresh_answers_the_connector(api, monkeypatch):
    made = api.put("/integrations/cloudflare/", {"token": TOKEN}).data
    monkeypatch.setattr(connectors, "WAIT_S", 0.0)
    answer = api.post("/integrations/cloudflare/refresh/")
    assert (answer.status, answer.data) == (200, made)
