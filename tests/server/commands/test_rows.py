"""Rows that commands list."""

import json

from vedette.server.commands import rows

HOSTILE = "a\tb\nc\x1b]0;x\x07 \u202egpj.exe\x9b2J"


def told(capsys, *given, as_json=False):
    rows.tell(given, as_json=as_json)
    return capsys.readouterr().out


def test_a_row_is_a_line_of_columns(capsys):
    first = {"id": "x1", "names": 3, "next": None, "remarks": ["one", "two"]}
    assert told(capsys, first, {"id": "x2"}) == "x1\t3\t\tone\ttwo\nx2\n"
    assert told(capsys) == ""


def test_no_text_breaks_a_column_or_steers_the_terminal(capsys):
    line = told(capsys, {"id": "x", "name": HOSTILE, "more": [HOSTILE]})
    assert line.count("\t") == 2 and line.count("\n") == 1
    assert line.replace("\t", "").strip("\n").isprintable()


def test_json_says_the_same(capsys):
    row = {"id": "x", "name": HOSTILE, "next": None, "remarks": ["ö"]}
    text = told(capsys, row, as_json=True)
    assert json.loads(text) == [row]
    assert text.replace("\n", "").isprintable() and "ö" in text
    assert told(capsys, as_json=True) == "[]\n"
