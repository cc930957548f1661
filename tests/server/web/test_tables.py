"""CSV that no spreadsheet runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.server.web import tables


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =cmd|' /C calc'!A0",
        "\u00a0=1",
        "\uff1d1",
        "\ufeff=1",
        "\n=1",
        "\x85=1",
    ],
)
def test_what_could_be_a_formula_begins_with_an_apostrophe(text):
    assert tables.cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"), [("a=b", "a=b"), (None, ""), (7, "7"), ("", ""), ("O'Neil", "O'Neil"), ("a\0b", "ab")]
)
def test_other_values_stand_as_they_are(value, text):
    assert tables.cell(value) == text


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_a_table_is_read_back_as_it_was_written(rows):
    text = "".join(tables.lines(("a", "b"), rows))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *([tables.cell(one) for one in row] for row in rows)]
    assert not [one for row in read for one in row if one.lstrip().startswith(("=", "+", "-", "@"))]


def test_a_download_is_a_file_that_is_streamed_and_not_kept():
    asked = iter([(1, "x"), (2, "y")])
    answer = tables.download("things", ("n", "text"), asked)
    assert answer.streaming
    assert answer["Content-Disposition"] == 'attachment; filename="things.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    assert b"".join(answer.streaming_content) == b"n,text\r\n1,x\r\n2,y\r\n"
