"""`vedette backup`: everything in one file, while the platform runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vedette.cli.problem import Problem
from vedette.server.commands.boot import choose, django_up, in_process


def passphrase_of(path: Path | None) -> str | None:
    """The first line of a file. Raises Problem."""
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").splitlines()[0].strip()
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise Problem(f"{path} holds no passphrase: {error}.") from None


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write; must not exist.")],
    with_keys: Annotated[
        Path | None,
        typer.Option(help="Include the key ring, sealed with the passphrase in this file.", metavar="PASSPHRASE_FILE"),
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")] = None,
) -> None:
    """Without --with-keys the file holds every secret sealed, and is of no use without the key ring: keep keys.json
    somewhere else."""
    choose(data_dir=data_dir)
    passphrase = passphrase_of(with_keys)
    django_up()
    rows: int = in_process("vedette.server.commands.archive:write", file=file, passphrase=passphrase)
    typer.echo(f"{file}: {rows} rows, {file.stat().st_size / 2**20:.1f} MB")
