"""`vedette restore`: brings a backup into an empty data directory or database, of the same or a newer version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vedette.server.commands.backup import passphrase_of
from vedette.server.commands.boot import choose, django_up, in_process


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `vedette backup` wrote.")],
    keys: Annotated[
        Path | None, typer.Option(help="File with the passphrase of the key ring inside.", metavar="PASSPHRASE_FILE")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")] = None,
) -> None:
    """Refuses where data is already; the platform must not be running. Scans that were under way do not go on by
    themselves."""
    choose(data_dir=data_dir)
    passphrase = passphrase_of(keys)
    django_up()
    restored = in_process("vedette.server.commands.recovery:read", file=file, passphrase=passphrase)
    typer.echo(f"{restored.rows} rows are back; start with `vedette up`.")
    if restored.stopped:
        typer.echo(
            "Scans were under way. Everything is stopped, until somebody lifts it in the settings of: "
            + ", ".join(restored.stopped)
        )
