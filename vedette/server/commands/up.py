"""`vedette up`: the whole platform on this machine, in two processes under one supervisor."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from vedette.server.commands.boot import choose
from vedette.server.commands.running import RETRY
from vedette.server.config.environment import default_data_dir


def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", metavar="ADDRESS")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 for any free one.", min=0, max=65535, metavar="N")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")] = None,
    workers: Annotated[int | None, typer.Option(help="Scans at the same time.", min=0, max=64, metavar="N")] = None,
    allow_private: Annotated[
        list[str] | None, typer.Option(help="Private range that may be scanned.", metavar="CIDR[:PORT]")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="With the practice site and a first scan of it.")] = False,
    retry_upgrade: Annotated[bool, typer.Option(RETRY, help="Go on with an upgrade that was interrupted.")] = False,
) -> None:
    """Creates what is missing, prints a one-time set-up link on the first start, and runs until Ctrl-C.

    With --demo and no terminal it ends by itself once the first scan is over.
    """
    if demo and data_dir is None and "VEDETTE_DATA_DIR" not in os.environ:
        data_dir = default_data_dir().with_name("vedette-demo")
    choose(data_dir=data_dir, host=host, port=port, workers=workers, allow_private=allow_private)
    module = "demonstration" if demo else "running"
    again = [RETRY] if retry_upgrade else []
    # In place of this process: what stays for as long as the platform does has no use for the command line's libraries.
    os.execv(  # noqa: S606 - ourselves, no shell
        sys.executable, [sys.executable, "-P", "-m", f"vedette.server.commands.{module}", *again]
    )
