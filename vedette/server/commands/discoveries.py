"""`vedette discoveries`: what is searched below the domains of a platform, for set-ups without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vedette.server.commands.boot import choose, django_up, in_process
from vedette.server.commands.rows import AsJson, tell

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="Discoveries of domains.")
DataDir = Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")]
Home = Annotated[str, typer.Option(help="Name or id; needed when there are several.")]
Domain = Annotated[str, typer.Argument(help="A domain that the platform knows.")]


@app.callback()
def root() -> None:
    """Start, stop and list discoveries of domains."""


@app.command("start")
def start(domain: Domain, organisation: Home = "", data_dir: DataDir = None) -> None:
    """Asks for a discovery, which a worker carries out. Standard output is its id."""
    typer.echo(_asked("start", data_dir, domain=domain, organisation=organisation))


@app.command("cancel")
def cancel(domain: Domain, organisation: Home = "", data_dir: DataDir = None) -> None:
    """Stops the discovery of a domain that is under way; what it found stays."""
    typer.echo(_asked("cancel", data_dir, domain=domain, organisation=organisation))


@app.command("list")
def listed(organisation: Home = "", as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Prints the last discoveries, newest first: id, domain, status, names, assets, new ones, apart by tabs."""
    tell(_asked("rows", data_dir, organisation=organisation), as_json=as_json)


def _asked(name: str, data_dir: Path | None, **arguments: str) -> Any:
    choose(data_dir=data_dir)
    django_up()
    return in_process(f"vedette.server.commands.discovering:{name}", **arguments)
