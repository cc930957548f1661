"""Text from outside keeps to its line."""

import json

import pytest

from vedette.cli.text import escaped, printable, took, where
from vedette.contract.finding import Location


def test_no_control_or_direction_character_gets_through():
    assert printable("a\x1b[31mb\n‮c\x00") == "a�[31mb��c�"


def test_json_means_the_same_and_steers_no_terminal():
    raw = json.dumps({"a": "x\x9b1m\x7f\u202e\u2028é\x1b"}, ensure_ascii=False)
    shown = escaped(raw)
    assert shown.isprintable()
    assert "é" in shown
    assert json.loads(shown) == json.loads(raw)


def test_endless_text_is_cut():
    assert printable("x" * 10, 4) == "xxxx…"
    assert printable("xxxx", 4) == "xxxx"


@pytest.mark.parametrize(
    ("kind", "parameter", "expected"),
    [
        ("query", "q", "GET http://a/  (query q)"),
        ("", "sid", "GET http://a/  (sid)"),
        ("", "", "GET http://a/"),
    ],
)
def test_a_place_names_its_input(kind, parameter, expected):
    assert where(Location(url="http://a/", kind=kind, parameter=parameter)) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (60, "60 s"), (300, "5 min"), (7200, "2.0 h")]
)
def test_durations_are_as_exact_as_it_matters(seconds, expected):
    assert took(seconds) == expected
