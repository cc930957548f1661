"""`vedette keys`: the key ring that all secrets hang from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vedette.server.commands.boot import choose, django_up, in_process

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="The key ring.")


@app.callback()
def root() -> None:
    """The key ring."""


@app.command("rotate")
def rotate(
    data_dir: Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")] = None,
) -> None:
    """Makes a new key and wraps the keys of all organisations with it, while the platform runs; what was interrupted is
    brought to its end by calling it again. Back up the key ring afterwards."""
    choose(data_dir=data_dir)
    django_up()
    count: int = in_process("vedette.server.commands.rotation:rotate")
    typer.echo(f"The keys of {count} organisations are wrapped with a new key.")
