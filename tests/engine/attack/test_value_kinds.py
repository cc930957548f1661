from __future__ import annotations

import base64
import pickle

import pytest

from vedette.contract.exchange import Request
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.value_kinds import value_kinds

TARGET = Target(Request("GET", "http://site.example/"), "/")


def kinds(name: str, value: str, kind: PointKind = PointKind.QUERY) -> set[str]:
    return set(value_kinds(Point(TARGET, kind, name, value)))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("q", "lamp", set()),
        ("q", "a red lamp", set()),
        ("id", "42", {"number-like"}),
        ("price", "-3.5", {"number-like"}),
        ("version", "1.2.3", set()),
        ("a", "http://other.example/", {"url-like"}),
        ("a", "//other.example/", {"url-like"}),
        ("a", "/account/home", {"url-like", "file-like"}),
        ("returnUrl", "", {"url-like"}),
        ("redirect_to", "", {"url-like"}),
        ("webhook", "", {"url-like"}),
        ("history", "", set()),
        ("doc", "", {"file-like"}),
        ("a", "report.pdf", {"file-like"}),
        ("a", "img/cat.png", {"file-like"}),
        ("templateName", "", {"file-like"}),
        ("a", "<item>1</item>", {"xml-like"}),
        ("a", "a < b", set()),
        ("a", "rO0ABXNyABFqYXZh", {"serialised"}),
        ("a", 'O:4:"User":1:{s:4:"name";s:1:"x";}', {"serialised"}),
        ("a", "O%3A4%3A%22User%22%3A0%3A%7B%7D", {"serialised"}),
        ("a", "AAEAAAD/////AQAA", {"serialised"}),
        ("a", "BAhbBmkG", {"serialised"}),
        ("a", base64.b64encode(pickle.dumps({"a": 1}, 4)).decode(), {"serialised"}),
        ("a", base64.b64encode(pickle.dumps({"a": 1}, 2)).decode(), {"serialised"}),
    ],
)
def test_what_values_and_names_suggest(name: str, value: str, expected: set[str]) -> None:
    assert kinds(name, value) == expected


def test_the_place_counts_too() -> None:
    assert kinds("file", "x", PointKind.NAME) == set()
    assert kinds("0", "lamp", PointKind.PATH) == set()
    assert kinds("", "<a/>", PointKind.BODY) == {"xml-like"}
    assert kinds("order/item", "x", PointKind.XML) == {"xml-like"}
    assert kinds("profile/avatar_url", "", PointKind.JSON) == {"url-like"}
