"""CSV that a spreadsheet shows and does not run."""

import csv
import io
from dataclasses import replace

import pytest

from tests.cli.samples import finding, finished
from vedette.cli.output.csv_table import COLUMNS, harmless, render


def test_one_line_per_finding():
    rows = list(csv.reader(io.StringIO(render(finished(finding(name="a"), finding(name="b"))))))
    assert rows[0] == list(COLUMNS)
    assert len(rows) == 3


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1+1"])
def test_formulas_are_made_harmless(cell):
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "plain", "a=b", "1-2"])
def test_other_cells_stay(cell):
    assert harmless(cell) == cell


def test_control_characters_reach_no_spreadsheet_and_no_terminal():
    text = render(finished(finding()))
    assert not [char for char in text if not char.isprintable() and char not in "\r\n"]


def test_a_cell_stays_within_what_a_spreadsheet_takes():
    rows = list(csv.reader(io.StringIO(render(finished(finding(detail="x" * 100_000))))))
    assert max(map(len, rows[1])) < 32_767


def test_who_allowed_the_scan_is_recorded():
    scan = finished(finding())
    scan.job = replace(scan.job, authorized="=Ada, owner")
    row = next(csv.DictReader(io.StringIO(render(scan))))
    assert row["authorized"] == "'=Ada, owner"
