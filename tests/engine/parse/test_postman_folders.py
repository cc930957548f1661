"""Folders, their requests, and where variables go outside of them."""

from __future__ import annotations

import json

import pytest

from vedette.engine.parse import postman_folders as folders
from vedette.engine.parse.operation import request_of

BASE = "http://a.test/"


def event(listen, *lines):
    return {"listen": listen, "script": {"exec": list(lines)}}


LOGIN = {
    "name": "Token",
    "event": [event("test", "a", "b"), event("prerequest", "c")],
    "request": {
        "method": "POST",
        "url": "{{base}}/token",
        "description": "needs {{nothing}}",
        "body": {"mode": "raw", "raw": '{"user": "{{user}}", "at": "{{$timestamp}}"}'},
    },
}
ROOT = {
    "info": {},
    "event": [event("test", "root")],
    "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
    "variable": [{"key": "base", "value": "http://a.test"}],
    "item": [
        {
            "name": "Auth",
            "auth": {"type": "noauth"},
            "item": [LOGIN, {"name": "More", "item": [{"request": BASE}]}, "odd"],
        },
        {
            "name": "Books",
            "item": [
                {
                    "name": "All",
                    "request": {"url": "{{base}}/books", "header": [{"key": "X-Tenant", "value": "t-{{tenant}}"}]},
                },
                {
                    "name": "Own",
                    "request": {
                        "url": BASE,
                        "auth": {"type": "apikey", "apikey": {"key": "X-Key", "value": "{{key}}"}},
                    },
                },
                {"name": "Plain", "request": BASE},
            ],
        },
    ],
}


def test_each_folder_has_a_name():
    assert folders.folders(ROOT) == ["Auth", "Auth/More", "Books"]


def test_requests_come_in_order_with_scripts_and_needs():
    first, second = folders.parts_of(ROOT, "/Auth/")
    assert (first.name, first.before.strip(), first.needs) == ("Token", "c", ("base", "user"))
    assert first.after.split() == ["root", "a", "b"]
    request = request_of(first.operation(BASE, {"user": "ann", "token": "t"}))
    assert (request.method, request.url) == ("POST", "http://a.test/token")
    assert json.loads(request.body)["user"] == "ann" and "Authorization" not in dict(request.headers)
    assert request_of(first.operation(BASE, {}, "http://b.test/v1")).url == "http://b.test/v1/token"
    assert (second.name, second.needs) == ("A request", ())
    assert folders.parts_of(ROOT, "Nothing") is None
    (own,) = folders.parts_of({"item": [{"name": "x", "item": [{"name": "y"}]}]}, "x")
    assert own.operation(BASE, {}) is None
    assert folders.values_of(ROOT, {"base": "b", "x": "1"}) == {"base": "b", "x": "1"}


def test_headers_tell_what_a_session_sends():
    assert folders.headers_with(ROOT, "Auth", {"token": "t0", "tenant": "7"}) == {
        "Authorization": "Bearer t0",
        "X-Tenant": "t-7",
    }
    assert folders.headers_with(ROOT, "Auth", {"key": "k"}) == {"X-Key": "k"}
    assert folders.headers_with(ROOT, "Books", {"token": "t"}) == {}
    assert folders.headers_with(ROOT, "Auth", {"token": "a\nb"}) == {}
    basic = {"type": "basic", "basic": [{"key": "username", "value": "{{u}}"}, {"key": "password", "value": "{{p}}"}]}
    root = {"item": [{"request": {"url": BASE, "auth": basic}}]}
    assert folders.headers_with(root, "Auth", {"u": "ann", "p": "x"}) == {"Authorization": "Basic YW5uOng="}
    assert folders.headers_with(root, "Auth", {"u": "ann"}) == {}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"item": 1}', '{"collection": 7}', "[" * 100_000])
def test_what_is_no_collection(text):
    assert folders.parsed(text) is None


def test_a_collection_may_be_wrapped():
    assert folders.parsed(json.dumps({"collection": ROOT})) == ROOT
