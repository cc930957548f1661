"""The doctor names what is missing, with the remedy."""

from vedette.cli import doctor
from vedette.cli.doctor import Diagnosis
from vedette.cli.main import main


def test_a_machine_that_runs_these_tests_is_fit(capsys):
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    for name in ("Python", "Vedette", "libcurl", "certificate store", "open files", "free disk"):
        assert name in out
    assert "missing" not in out


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
