"""The practice site comes up, is scanned, and is gone afterwards, however the scan ends."""

import socket
import urllib.request

import pytest

from vedette.cli import demo
from vedette.cli.main import main
from vedette.cli.problem import Exit, Problem


def closed(url):
    host, _, port = url.removeprefix("http://").strip("/").partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) != 0


def test_the_practice_site_runs_for_as_long_as_the_block():
    with demo.practice_site() as url, urllib.request.urlopen(url, timeout=60) as answer:
        assert answer.status == 200
    assert closed(url)


def test_it_stops_when_the_scan_breaks_off():
    with pytest.raises(Problem, match="broke"), demo.practice_site() as url:
        raise Problem("broke")
    assert closed(url)


def test_a_site_that_does_not_start_is_a_sentence(monkeypatch):
    monkeypatch.setattr(demo, "range_command", lambda *_: ["/bin/sh", "-c", "echo no"])
    with pytest.raises(Problem, match="did not start"), demo.practice_site():
        pass


def test_the_demo_scans_it_and_names_the_report(folder, monkeypatch, capsys):
    seen = []

    def scan(prepared, wishes, streams):
        seen.append((prepared.job, closed(prepared.job.start_urls[0])))
        wishes.files["html"].write_text("report")
        return Exit.PASSED

    monkeypatch.setattr(demo, "scan", scan)
    assert main(["demo", "--report", "new/folder/report.html", "--seed", "7"]) == 0
    job, was_closed = seen[0]
    assert (job.seed, was_closed) == (7, False)
    assert closed(job.start_urls[0])
    assert str(folder / "new/folder/report.html") in capsys.readouterr().err


def test_a_report_that_has_no_place_is_refused_before_anything_starts(capsys):
    assert main(["demo", "--report", "/proc/none/report.html"]) == 2
    assert "cannot be made" in capsys.readouterr().err
