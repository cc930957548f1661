"""The doctor names what is missing, with the remedy."""

from importlib.metadata import EntryPoint

import pytest

from vedette.cli import doctor
from vedette.cli.doctor import Diagnosis
from vedette.cli.main import main
from vedette.engine.net.browser_process import NO_SANDBOX


def test_a_machine_that_runs_these_tests_is_fit(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("VEDETTE_DATA_DIR", str(tmp_path / "none"))
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    for name in ("Python", "Vedette", "libcurl", "certificate store", "open files", "free disk", "browser"):
        assert name in out
    assert "missing" not in out


def test_a_machine_without_chromium_is_told_and_fit(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("VEDETTE_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("VEDETTE_CHROMIUM", str(tmp_path / "none"))
    assert main(["doctor"]) == 0
    assert "without  browser: " in capsys.readouterr().out


def test_a_browser_that_does_not_start_is_none(monkeypatch, tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'No usable sandbox!' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("VEDETTE_CHROMIUM", str(broken))
    (one,) = doctor._browser()
    assert not one.fine
    assert one.found == f"The browser did not start: {NO_SANDBOX}"


def test_what_is_needed_and_missing_fails_with_its_remedy(monkeypatch, capsys):
    ill = lambda: iter([Diagnosis("libx", False, "absent", "install libx")])  # noqa: E731
    monkeypatch.setattr(doctor, "LOOKS", (ill,))
    assert main(["doctor"]) == 2
    out = capsys.readouterr().out
    assert "missing" in out
    assert "install libx" in out


def test_what_would_only_be_nice_does_not(monkeypatch, capsys):
    lacking = lambda: iter([Diagnosis("store", False, "absent", "install it", needed=False)])  # noqa: E731
    monkeypatch.setattr(doctor, "LOOKS", (lacking,))
    assert main(["doctor"]) == 0
    assert "without" in capsys.readouterr().out


@pytest.fixture
def further(monkeypatch):
    """Puts entry points in the place of those that are installed."""

    def put(**given):
        found = [EntryPoint(name, value, doctor.GROUP) for name, value in given.items()]
        monkeypatch.setattr(doctor, "entry_points", lambda group: found)
        monkeypatch.setattr(doctor, "LOOKS", ())

    return put


def test_what_is_installed_beside_is_looked_at_too(further, capsys):
    further(other="tests.cli.test_doctor:others")
    assert main(["doctor"]) == 2
    assert "missing  tail: cut off" in capsys.readouterr().out


def test_what_is_not_installed_is_left_out(further, capsys):
    further(server="nowhere_at_all.checkup:looks")
    assert main(["doctor"]) == 0
    assert capsys.readouterr().out == ""


def test_a_mistake_of_ours_is_not_taken_for_that(further):
    further(server="vedette.nowhere:looks")
    with pytest.raises(ModuleNotFoundError):
        main(["doctor"])


def others():
    yield lambda: iter([Diagnosis("tail", False, "cut off", "sew it on")])
