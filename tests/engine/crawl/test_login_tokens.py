"""Tokens are told from the rest by their look and their name."""

import json

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.crawl.login_tokens import in_answers, in_storage, used_headers

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
OPAQUE = "a1b2c3d4e5f6a7b8c9d0"


def asked(url, *headers, method="GET", body="", kind="application/json"):
    return Exchange(Request(method, url, headers), Response(200, (("Content-Type", kind),), body.encode()))


def test_headers_that_say_who_asks():
    found = used_headers([
        asked("http://a/x", ("Accept", "*/*"), ("authorization", "Bearer old"), ("Cookie", "sid=1")),
        asked("http://a/y", ("Authorization", "Bearer new"), ("X-CSRF-Token", "t1")),
        asked("http://api/z", ("X-Api-Key", "k123"), ("User-Agent", "x"), ("X-Vedette-Scan", "s")),
    ])  # fmt: skip
    assert found == {
        "http://a": (("Authorization", "Bearer new"), ("X-CSRF-Token", "t1")),
        "http://api": (("X-Api-Key", "k123"),),
    }


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"theme": "dark", "whatever": JWT}, JWT),
        ({"auth": json.dumps({"user": {"name": "jane"}, "access_token": OPAQUE, "refresh_token": "r" * 30})}, OPAQUE),
        ({"refresh_token": JWT}, ""),
        ({"token": OPAQUE, "id": "b" * 30}, OPAQUE),
        ({"csrf_token": OPAQUE}, ""),
        ({"token": "short"}, ""),
        ({"session_note": "a text with spaces in it"}, ""),
        ({"token": f'"{OPAQUE}"'}, OPAQUE),
        ({"access_token": OPAQUE, "aa_token": JWT}, JWT),
        ({}, ""),
    ],
)
def test_tokens_in_storage(stored, expected):
    assert in_storage(stored) == expected


def test_tokens_in_answers():
    answer = asked("http://a/login", method="POST", body=json.dumps({"data": {"token": OPAQUE}}))
    assert in_answers([answer]) == OPAQUE
    assert in_answers([asked("http://a/x", body=json.dumps({"token": OPAQUE}))]) == "", "only what was sent for"
    assert in_answers([asked("http://a/x", method="POST", body="[" * 5000)]) == ""
