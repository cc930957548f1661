"""What went wrong on our side of the keyboard: one clear sentence, a hint, an exit code."""

from __future__ import annotations

from enum import IntEnum

import typer

from vedette.cli.text import printable


class Exit(IntEnum):
    """The exit codes of every command."""

    PASSED = 0
    FINDINGS = 1
    USAGE = 2
    NOT_RELIABLE = 3
    INTERRUPTED = 130


MEANING = {
    Exit.PASSED: "passed",
    Exit.FINDINGS: "findings at or above the threshold",
    Exit.USAGE: "wrong usage or configuration",
    Exit.NOT_RELIABLE: "the scan is incomplete or failed",
    Exit.INTERRUPTED: "interrupted",
}


class Problem(Exception):  # noqa: N818 - shown to a person, never raised to be handled as a fault
    """Ends the command with `code`; `hint` says what to do about it."""

    def __init__(self, sentence: str, hint: str = "", code: Exit = Exit.USAGE) -> None:
        super().__init__(sentence)
        self.hint = hint
        self.code = code


def show(problem: Problem) -> None:
    """Prints it on standard error."""
    typer.secho(f"vedette: {printable(str(problem), 500)}", fg="red", err=True)
    if problem.hint:
        typer.echo(f"  {printable(problem.hint, 2000)}", err=True)
