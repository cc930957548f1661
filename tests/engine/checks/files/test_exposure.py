"""The rule of the family: the right content, and a made-up sibling without it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.checks.files.exposure import exposed, is_page, sibling
from vedette.engine.testkit import TestProbe

URL = "http://site.example/a/file.txt"


def look(handler: Callable[[Request], Response]) -> tuple[tuple[Step, ...], TestProbe]:
    probe = TestProbe(handler, "exposure")
    return asyncio.run(exposed(probe, URL, _recognise)), probe


def _recognise(response: Response) -> str:
    return "SECRET" if b"SECRET" in response.body else ""


def test_a_file_beside_a_missing_sibling() -> None:
    def handle(request: Request) -> Response:
        return Response(200, (), b"SECRET 1") if request.url == URL else Response(404, (), b"no")

    steps, probe = look(handle)
    assert [step.control for step in steps] == [False, True]
    assert steps[0].marks == ("SECRET",)
    control = urlsplit(probe.sent[1].url).path
    assert control.startswith("/a/")
    assert control.endswith(".txt")
    assert control != "/a/file.txt"


@pytest.mark.parametrize("status", [301, 401, 403, 404, 500])
def test_another_status_costs_one_request(status: int) -> None:
    steps, probe = look(lambda request: Response(status, (), b"SECRET"))
    assert steps == ()
    assert len(probe.sent) == 1


def test_a_site_that_answers_every_name_alike() -> None:
    steps, _ = look(lambda request: Response(200, (), b"SECRET"))
    assert steps == ()


def test_a_site_that_answers_every_name_with_its_name() -> None:
    steps, _ = look(lambda request: Response(200, (), f"SECRET {request.url}".encode()))
    assert steps == ()


def test_a_sibling_that_does_not_answer_proves_nothing() -> None:
    class Flaky(TestProbe):
        async def fetch(self, request: Request, *, fresh: bool = False) -> Exchange:
            if request.url == URL:
                return await super().fetch(request, fresh=fresh)
            return Exchange(request, error="timeout")

    probe = Flaky(lambda request: Response(200, (), b"SECRET"), "exposure")
    assert asyncio.run(exposed(probe, URL, _recognise)) == ()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h/index.php.bak", "http://h/WORD.php.bak"),
        ("http://h/a/index.php~", "http://h/a/WORD.php~"),
        ("http://h/.env", "http://h/.WORD"),
        ("http://h/.env.local", "http://h/.WORD.local"),
        ("http://h/.list.php.swp", "http://h/.WORD.php.swp"),
        ("http://h/.git/HEAD", "http://h/.git/WORD"),
        ("http://h/server-status", "http://h/WORD"),
        ("http://h/debug/pprof/", "http://h/debug/pprof/WORD"),
        ("http://h/a.txt?x=1", "http://h/WORD.txt"),
    ],
)
def test_siblings_keep_folder_and_endings(url: str, expected: str) -> None:
    assert sibling(url, "WORD") == expected


@pytest.mark.parametrize(
    ("media", "body", "page"),
    [
        ("text/html", b"<p>x</p>", True),
        ("", b"  <!DOCTYPE html><p>x", True),
        ("text/plain", b"<html>", True),
        ("text/html", b"A=1\nB=2\n", False),
        ("text/plain", b"A=<b>\n", False),
        ("text/xml", b"<?xml version='1.0'?><configuration/>", False),
    ],
)
def test_pages_for_people(media: str, body: bytes, page: bool) -> None:
    assert is_page(Response(200, (("Content-Type", media),), body)) is page
