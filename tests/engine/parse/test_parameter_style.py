"""Parameters as their styles write them."""

import pytest

from vedette.engine.parse.parameter_style import JSON, deep, is_header_name, line, pairs, segment, style_of, text

POINT = {"x": 1, "y": "a b"}


@pytest.mark.parametrize(
    ("value", "style", "explode", "expected"),
    [
        ("a b", "form", True, "p=a+b"),
        ([1, "b,c"], "", True, "p=1&p=b%2Cc"),
        ([1, "b,c"], "form", True, "p=1&p=b%2Cc"),
        ([1, "b,c"], "form", False, "p=1,b%2Cc"),
        ([1, 2], "spaceDelimited", False, "p=1%202"),
        ([1, 2], "pipeDelimited", False, "p=1%7C2"),
        ([], "form", False, ""),
        (POINT, "form", True, "x=1&y=a+b"),
        (POINT, "form", False, "p=x,1,y,a+b"),
        (POINT, "deepObject", True, "p%5Bx%5D=1&p%5By%5D=a+b"),
        (POINT, "", True, "p=%7B%22x%22%3A1%2C%22y%22%3A%22a+b%22%7D"),
        ([1], JSON, False, "p=%5B1%5D"),
        (None, "form", True, "p="),
        (True, "form", True, "p=true"),
    ],
)
def test_queries(value, style, explode, expected):
    assert "&".join(f"{name}={item}" for name, item in pairs("p", value, style, explode)) == expected


@pytest.mark.parametrize(
    ("value", "style", "explode", "expected"),
    [
        ("a/b", "simple", False, "a%2Fb"),
        ([1, "b/"], "simple", False, "1,b%2F"),
        (POINT, "simple", False, "x,1,y,a%20b"),
        (POINT, "simple", True, "x=1,y=a%20b"),
        ([1, 2], "label", True, ".1.2"),
        ([1, 2], "label", False, ".1,2"),
        (5, "matrix", False, ";p=5"),
        ([1, 2], "matrix", True, ";p=1;p=2"),
        (POINT, "matrix", True, ";x=1;y=a%20b"),
    ],
)
def test_paths(value, style, explode, expected):
    assert segment("p", value, style, explode) == expected


def test_headers_and_cookies():
    assert line([1, 2]) == "1,2"
    assert line(POINT, "simple") == "x,1,y,a b"
    assert line(POINT, "simple", True) == "x=1,y=a b"
    assert line(POINT) == text(POINT)


def test_nested_values_stand_under_the_way_to_them():
    assert list(deep("a", {"b": [{"c": 1}], "d": None})) == [("a[b][0][c]", "1"), ("a[d]", "")]
    endless: dict = {}
    endless["a"] = endless
    with pytest.raises((ValueError, RecursionError)):
        text(endless)


@pytest.mark.parametrize(
    ("node", "place", "old", "expected"),
    [
        ({}, "query", False, ("form", True)),
        ({}, "path", False, ("simple", False)),
        ({"explode": False}, "query", False, ("form", False)),
        ({"style": "deepObject"}, "query", False, ("deepObject", True)),
        ({"style": 5, "explode": "x"}, "query", False, ("form", True)),
        ({"content": {"application/json": {}}}, "query", False, (JSON, False)),
        ({}, "query", True, ("form", False)),
        ({"collectionFormat": "multi"}, "query", True, ("form", True)),
        ({"collectionFormat": "pipes"}, "query", True, ("pipeDelimited", False)),
        ({"collectionFormat": "csv"}, "header", True, ("simple", False)),
    ],
)
def test_the_style_of_a_described_parameter(node, place, old, expected):
    assert style_of(node, place, old=old) == expected


def test_halves_of_letters_are_replaced():
    half = "\ud800"
    assert pairs(half, {half: half}, "form", True) == [("%3F", "%3F")]
    assert (segment(half, [half], "matrix"), line([half]), text({"a": half})) == (";%3F=%3F", "?", '{"a":"?"}')
    assert list(deep(half, {half: half})) == [("?[?]", "?")]


def test_header_names_hold_no_second_line():
    assert is_header_name("X-A")
    assert not any(map(is_header_name, ("", "X A", "X\r\nB: 1", "X:", "\ud800")))
