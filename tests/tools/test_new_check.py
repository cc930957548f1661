"""A scaffolded check has a complete form; only its examples are left to write."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tools import new_check
from vedette.contract.checkinfo import Kind
from vedette.engine import catalog, testkit
from vedette.engine.form import faults_of


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", list(Kind))
def test_the_form_is_complete_and_only_the_vulnerable_example_fails(kind: Kind, tmp_path: Path) -> None:
    assert new_check.main(["sample-flaw-shown", "--kind", kind, "--folder", str(tmp_path)]) == 0
    module = load(tmp_path / "sample" / "flaw_shown.py")
    assert faults_of(module) == []
    (check,) = catalog.build([module]).checks
    assert check.id == "sample-flaw-shown"
    assert check.info.kind is kind
    faults = testkit.run_examples(check)
    assert len(faults) == 1
    assert "found nothing" in faults[0]


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_written_keeps_the_house_style(kind: Kind, tmp_path: Path) -> None:
    new_check.main(["sample-flaw", "--kind", kind, "--folder", str(tmp_path)])
    files = [str(path) for path in sorted(tmp_path.rglob("*.py"))]
    config = str(Path(__file__).resolve().parents[2] / "pyproject.toml")
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "--config", config, *files],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_family_gets_a_description_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    new_check.main(["sample-flaw", "--folder", str(tmp_path)])
    package = tmp_path / "sample" / "__init__.py"
    assert package.read_text().startswith('"""')
    package.write_text('"""Ours."""\n')
    new_check.main(["sample-other", "--folder", str(tmp_path)])
    assert package.read_text() == '"""Ours."""\n'


@pytest.mark.parametrize("name", ["sample", "Sample-flaw", "sample_flaw", "sample-", "-flaw", "../x-y", "1a-b"])
def test_a_bad_id_is_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new_check.main(["--folder", str(tmp_path), "--", name]) == 2
    assert "family-flaw" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_taken_id_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = catalog.load().checks[0].id
    assert new_check.main([taken, "--folder", str(tmp_path)]) == 2
    assert new_check.main(["sample-flaw", "--folder", str(tmp_path)]) == 0
    assert new_check.main(["sample-flaw", "--folder", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_a_retired_id_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalog, "retired", lambda: frozenset({"sample-flaw"}))
    assert new_check.main(["sample-flaw", "--folder", str(tmp_path)]) == 2
    assert "never used again" in capsys.readouterr().err
