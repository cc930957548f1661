"""`vedette audit`: proves that nobody changed the audit log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vedette.server.commands.boot import choose, django_up, in_process

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="The audit log.")


@app.callback()
def root() -> None:
    """The audit log."""


@app.command("verify")
def verify(
    data_dir: Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")] = None,
) -> None:
    """Walks the chain of every organisation; exit code 1 names each row that does not fit."""
    choose(data_dir=data_dir)
    django_up()
    lines: list[str] = in_process("vedette.server.commands.chains:verify_all")
    for line in lines:
        typer.echo(line)
    raise typer.Exit(1 if any(line.startswith("BROKEN") for line in lines) else 0)
