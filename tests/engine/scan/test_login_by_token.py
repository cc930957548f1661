"""Tokens out of answers, wherever they stand in them."""

import dataclasses

import pytest

from tests.engine.scan.entering import entering, secrets_of, token_login
from tests.sites.login_club import club
from vedette.engine.scan.login_by_token import MAX_LOOKED_AT, at_path, by_token, place_of_token


async def tried(way, payload):
    return await by_token(way.entry.send, way.entry.login, "A", payload, way.entry.say)


async def test_the_token_becomes_a_header_or_a_cookie():
    async with club(door="bearer") as site, entering(site, token_login(site)) as way:
        attempt = await tried(way, secrets_of(site)["payload"])
        assert attempt.headers == (("Authorization", f"Bearer {next(iter(site.sessions))}"),)
        assert next(iter(site.sessions)) not in repr(attempt)
        token = dataclasses.replace(way.entry.login.token, place="cookie", name="sid", prefix="")
        way.entry.login = dataclasses.replace(way.entry.login, token=token)
        attempt = await tried(way, secrets_of(site)["payload"])
        assert attempt.cookies == (("sid", list(site.sessions)[1]),)


@pytest.mark.parametrize(
    ("field", "payload", "reason", "refused"),
    [
        (
            "data.token",
            '{"name": "x", "secret": "y"}',
            "refused with status 401; the site says “invalid credentials”",
            True,
        ),
        ("data.missing", None, "has no token in 'data.missing'; what looks like one stands in 'data.token'", False),
        ("data", None, "has no token in 'data'", False),
    ],
)
async def test_what_is_wrong_is_said(field, payload, reason, refused):
    async with club(door="bearer") as site, entering(site, token_login(site)) as way:
        token = dataclasses.replace(way.entry.login.token, field=field)
        way.entry.login = dataclasses.replace(way.entry.login, token=token)
        attempt = await tried(way, payload or secrets_of(site)["payload"])
        assert not attempt.ok
        assert reason in attempt.reason
        assert attempt.refused is refused


async def test_an_answer_that_is_no_json():
    async with club() as site:
        login = dataclasses.replace(token_login(site), url=site.url + "/login")
        async with entering(site, login) as way:
            attempt = await tried(way, "{}")
            assert not attempt.ok


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b", "x"), ("$.a.b", "x"), ("/a/b", "x"), ("list.1.t", "y"), ("n", "7"),
        ("a", ""), ("list.9.t", ""), ("none", ""),
    ],
)  # fmt: skip
def test_paths(path, found):
    assert at_path({"a": {"b": "x"}, "list": [{}, {"t": "y"}], "n": 7, "no": True}, path) == found


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ({"auth_token": "eyJhbGciOi.J9.c2lnbmVk", "message": "Successfully logged in."}, "auth_token"),
        ({"user": {"id": "12"}, "items": [{"x": 1}, {"jwt": "a" * 40}]}, "items.1.jwt"),
        ({"a.b": {"c": "k" * 40}}, ""),
        ({"url": "https://shop.example/a/long/address", "name": "Ada", "no": [None, True, 3.5]}, ""),
        ([*range(MAX_LOOKED_AT), "k" * 40], ""),
        ("k" * 40, ""),
    ],
)  # fmt: skip
def test_where_a_token_may_stand(answer, path):
    assert place_of_token(answer) == path
    assert not path or at_path(answer, path)
