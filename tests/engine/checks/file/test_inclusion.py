"""Encodings, complaints and the points that are worth a request at all."""

from __future__ import annotations

import base64
import codecs

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine import testkit
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Reaction
from vedette.engine.checks.file import inclusion

SOURCE = "<?php $secret = 1;\n echo 'hello';\n"
POINT = Point(Target(Request("GET", "http://s.example/?page=a.php"), "/"), PointKind.QUERY, "page", "a.php")


def shown(text: str) -> Exchange:
    return Exchange(Request("GET", "http://s.example/"), Response(200, (("Content-Type", "text/html"),), text.encode()))


def test_a_source_is_read_out_of_its_encodings() -> None:
    plain = base64.b64encode(SOURCE.encode()).decode()
    rotated = base64.b64encode(codecs.encode(SOURCE, "rot13").encode()).decode()
    assert inclusion._texts(shown(f"<p>{plain}</p>"), inclusion._ENCODE) == {SOURCE}
    assert inclusion._texts(shown(f"<p>{rotated}</p>"), inclusion._ROTATE) == {SOURCE}


def test_a_cut_encoding_is_read_as_far_as_it_goes() -> None:
    plain = base64.b64encode(SOURCE.encode()).decode()[:42]
    assert inclusion._texts(shown(plain), inclusion._ENCODE) == {SOURCE[:30]}


@pytest.mark.parametrize("text", ["8f14e45fceea167a5a36dedd4bea2543", "MDEyMzQ1Njc4OTAxMjM0NTY3ODk=", "short"])
def test_tokens_are_no_sources(text: str) -> None:
    assert inclusion._texts(shown(f"<input value='{text}'>"), inclusion._ENCODE) == set()


@pytest.mark.parametrize(
    ("text", "complains"),
    [
        ("<b>Warning</b>:  include(zzz.php): failed to open stream: No such file in <b>/s/x.php</b>", True),
        ("Warning: require_once(./zzz.php): Failed to open stream: No such file or directory in /s/x.php", True),
        ("Warning: include(): Failed opening 'zzz.php' for inclusion (include_path='.')", True),
        ("Warning: include(other.php): failed to open stream: No such file", False),
        ("Nothing found for zzz.php", False),
    ],
)
def test_a_complaint_must_name_our_file(text: str, complains: bool) -> None:
    assert bool(inclusion._complains(shown(text), "zzz.php")) == complains


async def test_only_what_looks_like_a_file_is_asked() -> None:
    probe = testkit.TestProbe(lambda request: Response(200), "unit", reaction=Reaction(frozenset({"changed"})))
    assert await inclusion.detect(probe, POINT) == []
    assert probe.sent == []
