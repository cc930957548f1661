"""`vedette domains`: what only whoever operates the instance may say about who owns a name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vedette.cli.problem import Problem
from vedette.server.commands.boot import choose, django_up, in_process
from vedette.server.commands.rows import AsJson, tell

app = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, help="Attest who owns a domain, for those who cannot show it."
)
DataDir = Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")]
Host = Annotated[str, typer.Argument(help="A host name or address; it stands for all ports and the names below.")]
Whose = Annotated[str, typer.Option(help="Name or id of the organisation.")]
By = Annotated[str, typer.Option("--by", help="Who you are; it is recorded.")]
Why = Annotated[str, typer.Option("--why", help="Why; it is recorded.")]
_PLACE = "vedette.server.commands.attesting"


@app.callback()
def root() -> None:
    """Attest who owns a domain, for those who cannot show it. Organisations can do none of this."""


@app.command("verify")
def verify(host: Host, organisation: Whose, by: By, why: Why, data_dir: DataDir = None) -> None:
    """Says that you have made sure yourself that a name belongs to an organisation (`back_office`)."""
    _give(data_dir, method="back_office", host=host, organisation=organisation, by=by, why=why)


@app.command("waive")
def waive(
    host: Host,
    organisation: Whose,
    by: By,
    why: Why,
    agreement: Annotated[Path, typer.Option(help="A file with the text of the agreement.", metavar="FILE")],
    data_dir: DataDir = None,
) -> None:
    """Records an agreement by which a name counts as shown (`waved`)."""
    text = _text_of(agreement)
    _give(data_dir, method="waved", host=host, organisation=organisation, by=by, why=why, agreement=text)


@app.command("whitelist")
def whitelist(
    host: Host,
    by: By,
    why: Why,
    organisation: Annotated[str, typer.Option(help="Only for this one; without it, for each that adds the name.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Puts a name on the list of those that count as shown without a look (`whitelist`)."""
    _give(data_dir, method="whitelist", host=host, organisation=organisation, by=by, why=why)


@app.command("withdraw")
def withdraw(
    attestation: Annotated[str, typer.Argument(help="Its id, as `vedette domains list` shows it.")],
    by: By,
    why: Why,
    data_dir: DataDir = None,
) -> None:
    """Takes a word back. Domains that rest on nothing else are no longer verified from now on."""
    choose(data_dir=data_dir)
    django_up()
    name: str = in_process(f"{_PLACE}:withdraw", public_id=attestation, author=by, reason=why)
    typer.echo(f"The attestation of {name} was withdrawn.")


@app.command("list")
def listed(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Shows what is in force, one line each: id, method, name, organisation, who and why, separated by tabs."""
    choose(data_dir=data_dir)
    django_up()
    tell(in_process(f"{_PLACE}:rows"), as_json=as_json)


def _give(
    data_dir: Path | None, *, method: str, host: str, organisation: str, by: str, why: str, agreement: str = ""
) -> None:
    choose(data_dir=data_dir)
    django_up()
    made: str = in_process(
        f"{_PLACE}:give",
        method=method,
        hostname=host,
        organisation=organisation,
        author=by,
        reason=why,
        agreement=agreement,
    )
    typer.echo(made)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it holds no text'}.") from None
