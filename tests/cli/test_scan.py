"""`vedette scan` from the command line to exit code and files, against a small real site."""

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.engine.net.proxying import needs_chromium
from tests.sites.echo import echo
from vedette.cli.journal import Journal, JournalError
from vedette.cli.main import main

PROVEN = {"redirect-open": "confirmed", "xss-reflected": "firm"}


def report(path):
    return json.loads(path.read_text())


def identities(path):
    return {row["id"]: row["proof"] for row in report(path)["findings"]}


def spawn(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "vedette.cli", "scan", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path, text, child):
    """Until the file holds the text; the child ends earlier only when something is wrong."""
    while child.poll() is None and not (path.exists() and text in path.read_text()):
        time.sleep(0.01)
    assert child.poll() is None, child.communicate()


@needs_chromium
def test_with_a_browser_scripting_is_confirmed(site, folder, monkeypatch):
    monkeypatch.delenv("VEDETTE_CHROMIUM")
    assert main(["scan", site.url, "--json", "r.json", "--checks", "xss"]) == 0
    found = {row["check"]: row["proof"] for row in report(folder / "r.json")["findings"]}
    assert found["xss-reflected"] == "confirmed"


def test_real_flaws_are_found_and_the_meaning_of_the_code_is_the_last_line(site, folder, capsys):
    names = ["json", "sarif", "junit", "html", "csv"]
    outputs = [word for name in names for word in (f"--{name}", f"r.{name}")]
    assert main(["scan", site.url, *outputs]) == 0
    out, err = capsys.readouterr()
    assert err.splitlines()[-1] == "exit 0: passed"
    assert "Reflected cross-site scripting" in out
    assert "crawling …" in err
    assert "\x1b" not in out + err
    written = report(folder / "r.json")
    found = {row["check"]: row["proof"] for row in written["findings"]}
    assert PROVEN.items() <= found.items()
    assert written["scan"]["verdict"] == "findings"
    assert not [row for row in written["findings"] if "/safe" in row["url"] and row["severity"] == "high"]
    assert [name for name in names if not (folder / f"r.{name}").stat().st_size] == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--fail-on", "critical"], 0),
        (["--fail-on", "high"], 1),
        (["--fail-on", "info"], 1),
        (["--fail-on-new", "--baseline", "known.json"], 0),
        (["--fail-on-new", "--baseline", "empty.json"], 1),
        (["--fail-on", "critical", "--fail-on-new", "--baseline", "empty.json"], 0),
    ],
)
def test_a_finished_scan_is_judged_anew_without_a_request(scanned, folder, options, code, capsys):
    (folder / "known.json").write_text((scanned / "r.json").read_text())
    (folder / "empty.json").write_text('{"findings": []}')
    assert main(["scan", "--resume", str(scanned / "e.jsonl"), *options, "--json", "again.json"]) == code
    assert identities(folder / "again.json") == identities(scanned / "r.json")
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"exit {code}: ")


def test_quiet_means_quiet_and_a_report_may_have_standard_output(scanned, capsys):
    assert main(["scan", "--resume", str(scanned / "e.jsonl"), "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["scan", "--resume", str(scanned / "e.jsonl"), "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == report(scanned / "r.json")
    assert "exit 0: passed" in err


def test_an_incomplete_scan_never_passes_and_quiet_says_why(site, capsys):
    assert main(["scan", site.url, "-q", "--max-requests", "20", "--json", "r.json"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vedette: the scan is incomplete: ")
    assert "max-requests" in err


def test_only_lightning_runs_where_nobody_gave_consent(site, folder, capsys):
    # The name stands for a site elsewhere; naming it with its range allowed makes it reachable here.
    port = site.server_address[1]
    arguments = ["scan", f"http://127.0.0.1.:{port}/", "--allow-private", f"127.0.0.1:{port}", "--json", "r.json"]
    assert main(arguments) in (0, 3)
    assert "running the lightning profile" in capsys.readouterr().err
    assert report(folder / "r.json")["scan"]["profile"] == "lightning"
    assert not [line for line in site.log if "%3C" in line]


def test_a_full_disk_ends_the_scan_with_a_sentence(site, monkeypatch, capsys):
    def full(self, batch):
        raise JournalError("cannot write e.jsonl: No space left on device")

    monkeypatch.setattr(Journal, "store", full)
    assert main(["scan", site.url, "--events", "e.jsonl"]) == 3
    assert "No space left on device" in capsys.readouterr().err


def test_a_scan_killed_at_any_instant_goes_on_and_finds_the_same(scanned, folder):
    path = folder / "e.jsonl"
    with echo(delay=0.005) as slow:
        child = spawn(slow.url, "--events", str(path))
        wait_for(path, '"phase":"detect"', child)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert child.returncode == -signal.SIGKILL
        assert main(["scan", "--resume", str(path), "--json", "r.json", "-q"]) == 0
    found = {row["check"]: row["proof"] for row in report(folder / "r.json")["findings"]}
    undisturbed = {row["check"]: row["proof"] for row in report(scanned / "r.json")["findings"]}
    assert found == undisturbed


def test_ctrl_c_ends_in_order_with_reports_and_says_how_to_go_on(folder):
    path = folder / "e.jsonl"
    with echo(delay=0.005) as slow:
        child = spawn(slow.url, "--events", str(path), "--json", "r.json")
        wait_for(path, '"phase":"light"', child)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
        assert child.returncode == 130
        assert "To go on: vedette scan --resume" in err
        assert err.splitlines()[-1] == "exit 130: interrupted"
        partial = report(folder / "r.json")["scan"]
        assert (partial["verdict"], partial["cancelled"]) == ("incomplete", True)
        assert partial["reasons"] == ["The scan was interrupted before its end."]
        assert main(["scan", "--resume", str(path), "--json", "r.json", "-q", "--checks", ""]) == 2
        assert main(["scan", "--resume", str(path), "--json", "r.json", "-q"]) == 0
    assert report(folder / "r.json")["scan"]["verdict"] == "findings"


def test_secrets_are_not_stored_and_are_asked_for_again(site, folder, capsys):
    path = folder / "e.jsonl"
    options = ["--profile", "lightning", "--json", "r.json", "-q"]
    assert main(["scan", site.url, "--cookie", "sid=s3cr3tvalue", "--events", str(path), *options]) in (0, 3)
    assert any("s3cr3tvalue" in seen.get("cookie", "") for seen in site.headers_seen)
    for file in folder.iterdir():
        assert "s3cr3tvalue" not in file.read_text(), file
    cut_before_the_end(path)
    assert main(["scan", "--resume", str(path)]) == 2
    err = capsys.readouterr().err
    assert "--cookie 'sid=…'" in err
    before = len(site.log)
    assert main(["scan", "--resume", str(path), "--cookie", "sid=s3cr3tvalue", "-q"]) in (0, 3)
    assert len(site.log) >= before


def cut_before_the_end(path):
    """The events file as it was before the last batch."""
    lines = path.read_text().splitlines(keepends=True)
    markers = [index for index, line in enumerate(lines) if line.startswith('{"marker"')]
    path.write_text("".join(lines[: markers[-2] + 1]))


@pytest.mark.parametrize("content", [None, "", "hello\n", '{"marker": "0.0"}\n', '{"marker": "x"}\n'])
def test_what_is_no_events_file_cannot_be_resumed(folder, content, capsys):
    if content is not None:
        (folder / "e.jsonl").write_text(content)
        (folder / "e.jsonl.state").write_text(content)
    assert main(["scan", "--resume", "e.jsonl"]) == 2
    assert capsys.readouterr().err.startswith("vedette: The scan cannot be resumed: ")


def test_one_events_file_has_one_writer(site, folder, capsys):
    path = folder / "e.jsonl"
    assert main(["scan", site.url, "--events", str(path), "--profile", "lightning", "-q"]) in (0, 3)
    cut_before_the_end(path)
    whole = path.read_bytes()
    with Journal.reopen(path):
        assert main(["scan", "--resume", str(path)]) == 2
    assert "another scan" in capsys.readouterr().err
    assert path.read_bytes() == whole
