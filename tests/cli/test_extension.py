"""Commands of the platform: listed without loading it, loaded when called, named when it is not installed."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
import typer

from tests.rules.tree import ROOT
from vedette.cli import extension
from vedette.cli.main import main
from vedette.cli.problem import Problem


@pytest.fixture
def points(monkeypatch):
    """Puts entry points in the place of those that are installed."""

    def put(**given):
        found = [EntryPoint(name, value, extension.GROUP) for name, value in given.items()]
        monkeypatch.setattr(extension, "entry_points", lambda group: found)

    return put


def test_all_commands_of_the_platform_have_a_summary():
    text = (ROOT / "pyproject.toml").read_text()
    section = text.partition('[project.entry-points."vedette.commands"]\n')[2].partition("\n\n")[0]
    assert [line.partition(" =")[0] for line in section.splitlines()] == list(extension.SUMMARIES)
    assert list(extension.offered()) and set(extension.offered()) == set(extension.SUMMARIES)


def test_they_are_listed(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert extension.PANEL in out
    for name in extension.SUMMARIES:
        assert f" {name} " in out


def test_listing_them_loads_nothing_of_the_platform():
    command = "import sys; from vedette.cli.main import main; main(['--help']); print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_each_explains_itself(capsys):
    for name in extension.SUMMARIES:
        assert main([name, "--help"]) == 0
        assert "Usage: " in capsys.readouterr().out


def test_one_that_is_not_installed_names_the_line_that_installs_it(points, capsys):
    points(up="nowhere_at_all.commands:up")
    assert main(["up"]) == 2
    err = capsys.readouterr().err
    assert "`vedette up` belongs to the platform, which is not installed" in err
    assert extension.INSTALL in err


def test_a_mistake_of_ours_is_not_taken_for_that(points):
    points(up="vedette.nowhere:up")
    with pytest.raises(ModuleNotFoundError, match=r"vedette\.nowhere"):
        main(["up"])


def test_without_any_entry_point_there_is_no_such_command(points, capsys):
    points()
    assert main(["up"]) == 2
    assert "up" in capsys.readouterr().err


def test_strangers_cannot_add_commands(points):
    points(scan="os:getcwd", evil="os:getcwd")
    assert extension.offered() == {}


def test_a_function_and_an_app_are_both_commands(points, capsys):
    points(up="tests.cli.test_extension:alone", user="tests.cli.test_extension:app")
    assert main(["up", "--word", "x"]) == 0
    assert main(["user", "add", "y"]) == 0
    assert capsys.readouterr().out == "alone x\nadd y\n"


def test_problems_of_theirs_are_shown_as_ours(points, capsys):
    points(up="tests.cli.test_extension:problem")
    assert main(["up"]) == 2
    assert "this went wrong" in capsys.readouterr().err


def alone(word: str = "") -> None:
    typer.echo(f"alone {word}")


def problem() -> None:
    raise Problem("this went wrong")


app = typer.Typer(add_completion=False)


@app.callback()
def _root() -> None:
    pass


@app.command("add")
def _add(word: str) -> None:
    typer.echo(f"add {word}")
