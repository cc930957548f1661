from __future__ import annotations

from tests.server.api.cloneguard.conftest import USER, access_token


def test_shows_the_caller_and_the_key_they_called_with(api, user, home):
    token = access_token(user, home)
    answer = api.as_access(token).get(USER)
    data = answer.json()["user"]
    assert data["email"] == user.email and data["organization"]["name"] == "Home"
    assert (data["api_key"], data["api_url"], data["impersonator"]) == (api.key, "http://testserver/v2", None)
    assert data["access_token"]["present"] is True
    assert token not in answer.content.decode()


def test_shows_when_they_last_signed_in(api, user):
    session = api.as_session(api.sign_in(user).json()["token"])
    assert session.get(USER).json()["user"]["last_sign_in_at"].endswith("Z")
