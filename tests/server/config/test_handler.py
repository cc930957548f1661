"""What comes in is read when somebody asks for it, by whoever can answer for it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import close_old_connections

from tests.server import factories
from vedette.server.config.handler import Handler, Request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def connections_stay() -> Iterator[None]:
    """A request closes old connections as it begins: here that of the test with its transaction."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


CHARSETS = ("utf-8", "utf-16", "latin-1", "hex", "base64", "nonsense")


def environ(path: str, content_type: str, query: str = "", body: bytes = b"", **headers: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        **headers,
    }


def ask(*args: Any, **headers: str) -> tuple[str, Any]:
    said: list[str] = []
    answer = Handler()(environ(*args, **headers), lambda status, _: said.append(status))
    return said[0], json.loads(b"".join(answer) or b"null")


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("path", ["/targets/", "/nowhere/", "/v2/nowhere"])
def test_a_query_of_too_many_fields_is_a_fault_of_the_request(path, charset):
    query = "&".join(f"f{number}=1" for number in range(1_500))
    key = factories.key(factories.organisation())
    kind = f"application/json; charset={charset}"
    status, answer = ask(path, kind, query, b"{}", HTTP_AUTHORIZATION=f"JWT {key}")
    assert status[:2] == "40" and isinstance(answer, dict), (status, answer)


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_character_set_changes_nothing_else(charset):
    key = factories.key(factories.organisation())
    body = json.dumps({"name": "Blue"}).encode("utf-16" if charset == "utf-16" else "utf-8")
    kind = f"application/json; charset={charset}"
    status, answer = ask("/labels/targets/", kind, "a=1", body, HTTP_AUTHORIZATION=f"JWT {key}")
    assert status[:3] in ("201", "400") and isinstance(answer, dict), (status, answer)


def test_the_query_is_read_anew_in_another_character_set():
    request = Request(environ("/", "application/json", "q=%E9"))
    assert request.GET["q"] == "\ufffd"
    request.encoding = "latin-1"
    assert request.GET["q"] == "\u00e9"
    request.encoding = "hex"
    assert request.encoding == "latin-1"
