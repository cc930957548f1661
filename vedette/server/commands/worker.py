"""`vedette worker`: another worker for the same database, on this or another machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from vedette.server.commands.boot import choose

HELP = "Run a worker beside the database of a platform."


def worker(
    data_dir: Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")] = None,
    workers: Annotated[int | None, typer.Option(help="Scans at the same time.", min=0, max=64, metavar="N")] = None,
    allow_private: Annotated[
        list[str] | None, typer.Option(help="Private range that may be scanned.", metavar="CIDR[:PORT]")
    ] = None,
) -> None:
    """Runs until Ctrl-C or SIGTERM; scans under way are given back and go on elsewhere."""
    choose(data_dir=data_dir, workers=workers, allow_private=allow_private)
    os.execv(sys.executable, [sys.executable, "-P", "-m", "vedette.server.worker"])  # noqa: S606 - ourselves, no shell
