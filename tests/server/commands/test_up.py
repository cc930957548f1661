"""`vedette up` checks its flags, then becomes a small process."""

import os

import pytest

from vedette.cli.main import main
from vedette.server.config.environment import default_data_dir


@pytest.fixture
def became(monkeypatch):
    """What it became: the arguments of the new process."""
    given = []
    monkeypatch.setattr(os, "execv", lambda path, arguments: given.extend(arguments[1:]))
    return given


def test_flags_become_variables(tmp_path, became):
    main(["up", "--data-dir", str(tmp_path), "--port", "0", "--host", "0.0.0.0", "--workers", "1"])
    assert became == ["-P", "-m", "vedette.server.commands.running"]
    assert [os.environ[f"VEDETTE_{name}"] for name in ("PORT", "HOST", "WORKERS")] == ["0", "0.0.0.0", "1"]


def test_the_demo_has_a_data_directory_of_its_own(became, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("VEDETTE_DATA_DIR", raising=False)
    main(["up", "--demo"])
    assert became == ["-P", "-m", "vedette.server.commands.demonstration"]
    assert os.environ["VEDETTE_DATA_DIR"] == str(tmp_path / "vedette-demo")
    assert default_data_dir() == tmp_path / "vedette"


def test_the_demo_goes_where_it_is_told(became, monkeypatch, tmp_path):
    monkeypatch.setenv("VEDETTE_DATA_DIR", str(tmp_path / "a"))
    main(["up", "--demo"])
    assert os.environ["VEDETTE_DATA_DIR"] == str(tmp_path / "a")
    main(["up", "--demo", "--data-dir", str(tmp_path / "b")])
    assert os.environ["VEDETTE_DATA_DIR"] == str(tmp_path / "b")


def test_the_wish_to_go_on_with_an_upgrade_is_passed_on(tmp_path, became):
    main(["up", "--data-dir", str(tmp_path), "--retry-upgrade"])
    assert became[-1] == "--retry-upgrade"


@pytest.mark.parametrize("flags", [("--port", "70000"), ("--workers", "x"), ("--allow-private", "10.0.0.0/40")])
def test_a_wrong_flag_ends_it(tmp_path, became, flags, capsys):
    assert main(["up", "--data-dir", str(tmp_path), *flags]) == 2
    assert became == []
    assert capsys.readouterr().err.startswith("vedette: ")
