"""Spellings on the wire, what each depth of testing sends, and sites that merely talk about files."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from vedette.contract.exchange import Request, Response
from vedette.engine import testkit
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Proof, Reaction
from vedette.engine.checks.file import traversal
from vedette.engine.checks.file.example_files import ACCOUNTS, Files

POINT = Point(Target(Request("GET", "http://s.example/d?doc=a/g.txt"), "/d"), PointKind.QUERY, "doc", "a/g.txt")
FILE_LIKE = Reaction(frozenset({"file-like", "changed"}))


def page(text: str | None) -> Response:
    return Response(200 if text else 404, (("Content-Type", "text/plain"),), (text or "none").encode())


def site(read: Callable[[str], str | None]) -> Callable[[Request], Response]:
    return lambda request: page(read(parse_qs(urlsplit(request.url).query)["doc"][0]))


async def prove(read: Callable[[str], str | None], technologies: frozenset[str] = frozenset()) -> list[Proof]:
    probe = testkit.TestProbe(site(read), "detect", reaction=FILE_LIKE)
    probe.technologies = technologies
    found = await traversal.detect(probe, POINT)
    proofs = [await traversal.verify(testkit.TestProbe(site(read), "verify"), candidate) for candidate in found]
    return [proof for proof in proofs if proof]


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        (traversal.Form("@d/../@f"), "a/../etc/passwd"),
        (traversal.Form("../@f\0@x"), "../etc/passwd\0.txt"),
        (traversal.Form("../@f\0@x", raw=True), "../etc/passwd%00.txt"),
        (traversal.Form("../@f", slash="%2f", dot="%2e"), "%2e%2e%2fetc%2fpasswd"),
        (traversal.Form("../@f", slash="\\"), "..\\etc\\passwd"),
    ],
)
def test_a_form_spells_the_path(form: traversal.Form, payload: str) -> None:
    assert form.render("a/g.txt", "etc/passwd") == payload


def test_the_jumbled_way_keeps_the_name_and_leads_nowhere() -> None:
    for form in (traversal._PLAIN, traversal._ROOT, traversal._NESTED):
        jumbled = form.render("a/g.txt", "etc/passwd", jumbled=True)
        assert jumbled.endswith("etc/passwd")
        assert Files().read(jumbled) is None
    assert len(traversal._PLAIN.render("", "f")) == len(traversal._PLAIN.render("", "f", jumbled=True))


async def test_what_does_not_look_like_a_file_costs_one_request() -> None:
    probe = testkit.TestProbe(lambda request: page("x"), "unit", full=False, reaction=Reaction())
    assert await traversal.detect(probe, POINT) == []
    assert len(probe.sent) == 1


async def test_the_whole_list_stays_within_its_limit() -> None:
    probe = testkit.TestProbe(lambda request: page("x"), "unit", reaction=FILE_LIKE)
    assert await traversal.detect(probe, POINT) == []
    assert 30 <= len(probe.sent) <= 41


async def test_windows_and_its_backslashes() -> None:
    files = {"windows/win.ini": "[fonts]\r\n", "windows/system.ini": "[386Enh]\r\n"}

    def read(doc: str) -> str | None:
        path = doc.replace("\\", "/").replace("/./", "/")
        return files.get(path.removeprefix("../" * 8)) if "/" not in doc else None

    (proof,) = await prove(read, frozenset({"iis"}))
    assert proof.level == "confirmed"
    assert "win.ini" in proof.detail


async def test_one_file_alone_is_firm() -> None:
    def read(doc: str) -> str | None:
        return ACCOUNTS if Files().read(doc) == ACCOUNTS else None

    (proof,) = await prove(read)
    assert proof.level == "firm"


async def test_a_search_that_shows_samples_by_name_is_silent() -> None:
    samples = {"passwd": ACCOUNTS, "hosts": "127.0.0.1 localhost"}
    assert await prove(lambda doc: next((text for name, text in samples.items() if name in doc), None)) == []


async def test_a_page_that_always_shows_a_sample_is_silent() -> None:
    assert await prove(lambda doc: ACCOUNTS) == []


async def test_a_double_decoder_is_found() -> None:
    (proof,) = await prove(lambda doc: None if "/" in doc else Files().read(unquote(doc)))
    assert proof.level == "confirmed"
