"""Flags become variables, variables are checked, and what goes wrong becomes a sentence."""

import os

import pytest
from django.db import OperationalError

from vedette.cli.problem import Problem
from vedette.server.commands import boot, running
from vedette.server.config.environment import SettingError
from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.kernel.sealing import SealError


def test_flags_beat_variables_and_reach_the_children(monkeypatch, tmp_path):
    monkeypatch.setenv("VEDETTE_PORT", "1")
    monkeypatch.setenv("VEDETTE_WORKERS", "3")
    chosen = boot.choose(data_dir=tmp_path / "new", port=2, allow_private=["10.0.0.0/8", "127.0.0.1:80"])
    assert (chosen.port, chosen.workers, chosen.data_dir) == (2, 3, tmp_path / "new")
    assert os.environ["VEDETTE_PORT"] == "2"
    assert os.environ["VEDETTE_ALLOW_PRIVATE"] == "10.0.0.0/8 127.0.0.1:80"
    assert chosen.data_dir.stat().st_mode & 0o777 == 0o700


def test_a_wrong_setting_is_a_problem(monkeypatch, tmp_path):
    monkeypatch.setenv("VEDETTE_DATABASE", "mysql://x/y")
    with pytest.raises(Problem, match="VEDETTE_DATABASE"):
        boot.choose(data_dir=tmp_path)
    monkeypatch.setenv("VEDETTE_WORKERS", "many")
    with pytest.raises(Problem, match="VEDETTE_WORKERS"):
        boot.choose(data_dir=tmp_path)


def test_a_data_directory_that_cannot_be_made_is_a_problem(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="cannot be made"):
        boot.choose(data_dir=tmp_path / "file" / "data")
    with pytest.raises(Problem, match="cannot be made"):
        boot.choose(data_dir=tmp_path / "file")


def test_a_data_directory_of_somebody_else_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(Problem, match="cannot be written to"):
        boot.choose(data_dir=tmp_path)


def test_settings_that_fail_late_are_a_problem(monkeypatch):
    def broken():
        raise SettingError("secret_key does not hold a random key")

    monkeypatch.setattr(boot.django, "setup", broken)
    with pytest.raises(Problem, match="secret_key"):
        boot.django_up()


def test_what_a_command_writes_is_its_owners_alone(tmp_path):
    boot.django_up()
    (tmp_path / "new").touch()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Invalid(fields={"email": ["Enter a valid address."], "role": ["No.", "Never."]}), "email: Enter a valid"),
        (Invalid(fields={"": ["The file exists already."]}), "^The file exists already.$"),
        (Conflict("already_member", "This person is a member already."), "a member already"),
        (SealError("the key ring is gone"), "^The key ring is gone.$"),
        (running.Refused("Another platform runs.", "Stop it."), "Another platform runs."),
        (OperationalError("no such table: x\nsecond line"), "^The database cannot be used: no such table: x.$"),
    ],
)
def test_what_may_go_wrong_becomes_a_sentence(error, sentence, monkeypatch):
    def fails():
        raise error

    monkeypatch.setattr(running, "fails", fails, raising=False)
    with pytest.raises(Problem, match=sentence):
        boot.in_process("vedette.server.commands.running:fails")


def test_our_own_mistakes_are_not_hidden(monkeypatch):
    def fails():
        raise ZeroDivisionError

    monkeypatch.setattr(running, "fails", fails, raising=False)
    with pytest.raises(ZeroDivisionError):
        boot.in_process("vedette.server.commands.running:fails")
