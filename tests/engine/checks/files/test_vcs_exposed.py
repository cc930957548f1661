"""A Git folder: firm by its form, confirmed by a commit whose hash is its name."""

from __future__ import annotations

import hashlib
import zlib

import pytest

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Request, Response
from vedette.engine import catalog, testkit
from vedette.engine.attack.example import Example

CHECK = catalog.load().by_id["files-vcs-exposed"]
COMMIT = b"commit 5\0hello"
NAME = hashlib.sha1(COMMIT, usedforsecurity=False).hexdigest()
WHOLE = {
    "/.git/HEAD": b"ref: refs/heads/main\n",
    "/.git/refs/heads/main": NAME.encode() + b"\n",
    f"/.git/objects/{NAME[:2]}/{NAME[2:]}": zlib.compress(COMMIT),
}


def levels(files: dict[str, bytes]) -> list[ProofLevel]:
    def handle(request: Request) -> Response:
        path = request.url.removeprefix("http://site.example")
        return Response(200, (), files[path]) if path in files else Response(404, (), b"no")

    return [proof.level for proof in testkit.run_example(CHECK, Example(name="x", vulnerable=True, handler=handle))]


def test_a_whole_chain_is_confirmed() -> None:
    assert levels(WHOLE) == [ProofLevel.CONFIRMED]


def test_a_detached_head_is_followed_as_well() -> None:
    assert levels({**WHOLE, "/.git/HEAD": NAME.encode() + b"\n"}) == [ProofLevel.CONFIRMED]


@pytest.mark.parametrize("path", [path for path in WHOLE if path != "/.git/HEAD"])
def test_a_broken_chain_is_firm(path: str) -> None:
    assert levels({key: body for key, body in WHOLE.items() if key != path}) == [ProofLevel.FIRM]


@pytest.mark.parametrize("body", [zlib.compress(b"commit 5\0other"), b"not packed at all"])
def test_an_object_that_is_not_its_name_is_no_proof(body: bytes) -> None:
    files = {path: body if "objects" in path else old for path, old in WHOLE.items()}
    assert levels(files) == [ProofLevel.FIRM]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/.svn/wc.db", b"SQLite format 3\0" + b"\0" * 20 + b"CREATE TABLE WC_LOCK"),
        ("/.svn/entries", b"10\n\ndir\n1234\nhttp://svn.example/shop\n"),
        ("/.hg/requires", b"dotencode\nfncache\ngeneraldelta\nrevlogv1\nstore\n"),
        ("/.bzr/README", b"This is a Bazaar control directory.\nDo not change any files in this directory.\n"),
        ("/CVS/Entries", b"/index.php/1.4/Mon Jan  1 10:00:00 2024//\nD/img////\n"),
    ],
)
def test_the_other_systems(path: str, body: bytes) -> None:
    assert levels({path: body}) == [ProofLevel.FIRM]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/.git/HEAD", b"hello"),
        ("/.git/HEAD", b"<html>ref: refs/heads/main</html>"),
        ("/.svn/wc.db", b"SQLite format 3\0 of something else"),
        ("/.svn/entries", b"12\n"),
        ("/.hg/requires", b"<html>store</html>"),
        ("/CVS/Entries", b"D\n"),
        ("/CVS/Entries", b"a list\nof entries\n"),
    ],
)
def test_other_content_under_these_names(path: str, body: bytes) -> None:
    assert levels({path: body}) == []
