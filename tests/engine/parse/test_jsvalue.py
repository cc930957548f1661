import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.engine.parse import jsvalue


def value(text):
    return jsvalue.plain(jsvalue.read(text)[0])


@pytest.mark.parametrize(
    ("text", "expected", "rest"),
    [
        ('"a"', "a", ""),
        ("'it\\'s', 1", "it's", ", 1"),
        ('"\\u0041\\x42\\u{43}\\n\\/"', "ABC\n/", ""),
        ('"a" + b + "/c", 1', "a1/c", ", 1"),
        ('"/a/" + encodeURIComponent(id + "x") + "/b")', "/a/1/b", ")"),
        ("`/u/${ {a: 1} }/x`", "/u/1/x", ""),
        ("-5.5e3;", -5500.0, ";"),
        ("0x1f", 31, ""),
        ("true", True, ""),
        ("null", None, ""),
        ("[1, [2, 'x'],]", [1, [2, "x"]], ""),
        ("{a: 1, \"b\": [2], c, 4: 'd'}", {"a": 1, "b": [2], "c": "1", "4": "d"}, ""),
        ("{...rest, f() { return {}; }, z: 2}", {"z": 2}, ""),
        ('/* c */ "a" // d\n + "b"', "ab", ""),
        ("foo ? 1 : 2, x", "1", ", x"),
        ("1 + 2", "1", ""),
        ('x.y + "q"', "1q", ""),
        ('"abc".concat("x"), 2', "1", ", 2"),
    ],
)
def test_reads_literals_and_stands_in_for_the_rest(text, expected, rest):
    found, end = jsvalue.read(text)
    assert jsvalue.plain(found) == expected
    assert text[end:] == rest


def test_unknown_keeps_its_source():
    found, _ = jsvalue.read("JSON.stringify({a: 1}), 2")
    assert isinstance(found, jsvalue.Unknown)
    assert found.of == "JSON.stringify({a: 1})"


@pytest.mark.parametrize("text", ["", "{", "[", "{a", "{a:", "{]", "[}", '"open', "`open ${", "{'a", "(", "+", "[,]"])
def test_broken_text_is_read_as_far_as_it_goes(text):
    _, end = jsvalue.read(text)
    assert 0 <= end <= len(text)


@settings(deadline=None)
@given(st.text(alphabet="{}[]()\"'`\\,:+;ab1$/* \n", max_size=60))
def test_reading_always_ends_inside_the_text(text):
    _, end = jsvalue.read(text)
    assert 0 <= end <= len(text)


@pytest.mark.parametrize("bomb", ["[" * 6000, '{"a":' * 1200, '"\\' * 3000, "'a'+(" * 1200, "`${" * 2000, "/*" * 3000])
def test_time_is_bounded(bomb):
    started = time.process_time()
    jsvalue.read(bomb)
    assert time.process_time() - started < 1.5


def test_as_text_is_what_a_form_would_send():
    assert [jsvalue.as_text(one) for one in (True, None, 3, "x", [1], jsvalue.Unknown("y"))] == [
        "true",
        "",
        "3",
        "x",
        "1",
        "1",
    ]
