"""Report files: refused before a scan rather than after it, written all or with a word on which could not be."""

import json
from pathlib import Path

import pytest

from tests.cli.samples import finding, finished
from vedette.cli.problem import Problem
from vedette.cli.reports import WRITERS, check_paths, write


def test_every_format_is_written(folder):
    files = {name: folder / f"report.{name}" for name in WRITERS}
    check_paths(files, folder / "events.jsonl")
    write(finished(finding()), files)
    assert all(path.stat().st_size > 200 for path in files.values())
    assert json.loads(files["json"].read_text())["findings"]


@pytest.mark.parametrize(
    ("files", "events", "says"),
    [
        ({"json": Path("no/such/r.json")}, None, "The folder of --json"),
        ({"html": Path()}, None, "--html . is a folder"),
        ({"html": Path("a"), "csv": Path("./a")}, None, "--html and --csv both write"),
        ({"html": Path("-"), "csv": Path("-")}, None, "both write to -"),
        ({"html": Path("a")}, Path("a"), "--html and --events both"),
        ({}, Path("no/such/e.jsonl"), "The folder of --events"),
        ({}, Path("/dev/null"), "is not a file"),
        ({}, Path("-"), "needs a file"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_scan(files, events, says):
    with pytest.raises(Problem, match=says) as caught:
        check_paths(files, events)
    assert caught.value.hint


def test_a_dash_is_standard_output(capsys):
    write(finished(), {"json": Path("-")})
    assert json.loads(capsys.readouterr().out)["schema"] == 1


def test_one_that_fails_does_not_cost_the_others(folder):
    files = {"json": folder / "gone" / "r.json", "csv": folder / "r.csv"}
    with pytest.raises(Problem, match="cannot be written: No such file"):
        write(finished(), files)
    assert files["csv"].exists()


def test_text_that_no_encoding_knows_is_written_all_the_same(folder):
    lone = finished(finding(detail="half \ud800 of a pair"))
    files = {name: folder / f"r.{name}" for name in WRITERS}
    write(lone, files)
    assert json.loads(files["json"].read_text())["findings"]
