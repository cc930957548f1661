"""What was asked for and what is said about it go different ways."""

import io
import sys
from pathlib import Path

from vedette.cli.streams import forgiving, streams


def test_results_and_talk_are_apart(capsys):
    spoken = streams([Path("r.json")])
    spoken.result.print("result")
    spoken.talk.print("talk")
    out, err = capsys.readouterr()
    assert (out, err) == ("result\n", "talk\n")


def test_a_report_on_standard_output_has_it_for_itself(capsys):
    spoken = streams([Path("-")])
    spoken.result.print("result")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "result\n")


def test_a_poor_terminal_gets_question_marks(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # has no encoding to forgive
    forgiving()
    sys.stdout.write("▲ high")
    sys.stdout.flush()
    assert raw.getvalue() == b"? high"
