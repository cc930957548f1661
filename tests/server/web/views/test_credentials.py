"""The page of stored credentials."""

from __future__ import annotations

import pytest

from vedette.server.targets.models import Credential
from vedette.server.targets.references import uri
from vedette.server.targets.services import credentials, targets
from vedette.server.targets.services.stored_values import opened
from vedette.server.tenancy.actor import system_actor

PATH = "/ui/settings/credentials/"


@pytest.fixture
def secret(actor):
    return credentials.create(actor, name="<b>Test</b> user", value="canary-77", desc="of the shop")


def test_one_is_stored_changed_and_deleted(client, words):
    assert "No credentials yet" in words(client.get(PATH))
    new = {"name": "Key", "value": "canary-77", "sensitive": "on", "team": ""}
    assert client.post(f"{PATH}new/", new)["HX-Refresh"] == "true"
    row = Credential.objects.get()
    answer = client.get(PATH)
    assert uri(row.public_id) in words(answer) and "canary" not in answer.content.decode()
    dialog = client.get(f"{PATH}{row.public_id}/")
    assert "Empty: as it is." in words(dialog) and "canary" not in dialog.content.decode()
    client.post(f"{PATH}{row.public_id}/", {"name": "Renamed", "value": "", "sensitive": "on", "team": ""})
    row.refresh_from_db()
    assert (row.name, opened(row)) == ("Renamed", "canary-77")
    answer = client.post(f"{PATH}{row.public_id}/delete/", follow=True)
    assert "Credential deleted." in words(answer)
    assert not Credential.objects.exists()


def test_what_is_wrong_stands_in_the_dialog(client, secret, words):
    answer = client.post(f"{PATH}new/", {"name": secret.name, "value": "x", "team": ""})
    assert answer.status_code == 422
    assert "A credential with this name exists already." in words(answer)
    answer = client.post(f"{PATH}{secret.public_id}/", {"name": secret.name, "value": "", "team": ""})
    assert "Give the value anew to make it readable." in words(answer)


def test_a_used_one_stays_and_says_where(client, home, shop, secret, words):
    login = {"username": "ann", "password": uri(secret.public_id)}
    targets.change(system_actor(home), shop, has_basic_auth=True, basic_auth=login)
    answer = client.post(f"{PATH}{secret.public_id}/delete/", follow=True)
    assert f"Web shop ({shop.public_id})" in words(answer)
    assert Credential.objects.exists()


def test_names_are_no_markup(client, secret):
    assert b"<b>Test" not in client.get(PATH).content


def test_only_those_who_may(enter, rival, secret, words):
    assert enter("developer").get(PATH).status_code == 403
    reader = enter("auditor").get(PATH)
    assert "New credential" not in words(reader)
    assert f"{PATH}{secret.public_id}/" not in reader.content.decode()
    theirs = credentials.create(system_actor(rival[0].organisation), name="Theirs", value="v")
    assert enter("owner").get(f"{PATH}{theirs.public_id}/").status_code == 404
    assert "Theirs" not in words(enter("owner").get(PATH))


def test_one_is_picked_for_the_log_in(client, shop, secret, words):
    path = f"/ui/targets/{shop.public_id}/settings/login/"
    assert "Password from" in words(client.get(path))
    given = {
        "way": "form",
        "form_login_url": "http://shop.example.org/login",
        "user": "ann",
        "password_from": uri(secret.public_id),
        "otp_algorithm": "SHA1",
        "otp_digits": "6",
        "logout_condition": "any",
    }
    assert "Saved." in words(client.post(path, given, follow=True))
    shop.refresh_from_db()
    assert shop.settings["form_login"][1]["value"] == uri(secret.public_id)
    assert f'value="{uri(secret.public_id)}" selected' in client.get(path).content.decode()
    client.post(path, {**given, "password_from": "", "password": "typed-1"})
    shop.refresh_from_db()
    assert shop.settings["form_login"][1]["value"].startswith("OBFUSCATED_")
