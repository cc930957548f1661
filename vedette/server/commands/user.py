"""`vedette user`: people and keys from the command line, for set-ups without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vedette.cli.problem import Problem
from vedette.server.commands.boot import choose, django_up, in_process

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="Add people and keys.")
DataDir = Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")]
PasswordFile = Annotated[Path | None, typer.Option(help="A file with the password.", metavar="FILE")]


@app.callback()
def root() -> None:
    """Add people and keys from the command line."""


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="The person's address.")],
    role: Annotated[str, typer.Option(help="owner, admin, analyst, developer, auditor or scanner.")] = "owner",
    name: Annotated[str, typer.Option(help="As others see it.")] = "",
    organisation: Annotated[str, typer.Option(help="Name or id; needed when there are several.")] = "",
    api_key: Annotated[bool, typer.Option("--api-key", help="Print a key of the same role, once.")] = False,
    password_file: PasswordFile = None,
    data_dir: DataDir = None,
) -> None:
    """Adds a person, and the organisation when there is none. Standard output is the key, if one was asked for; without
    key and password it is a link, valid for seven days, by which the person chooses a password."""
    choose(data_dir=data_dir)
    password = read_password(password_file)
    django_up()
    added = in_process(
        "vedette.server.commands.accounts:add_person",
        email=email,
        role=role,
        name=name,
        organisation=organisation,
        password=password,
        with_key=api_key,
    )
    typer.echo(f"{email} was added as {role}.", err=True)
    if added.path:
        typer.echo(in_process("vedette.server.commands.accounts:address", path=added.path))
    elif added.key:
        typer.echo(added.key)


@app.command("password")
def password(
    email: Annotated[str, typer.Argument(help="The person's address.")],
    password_file: Annotated[Path, typer.Option(help="A file with the new password.", metavar="FILE")],
    data_dir: DataDir = None,
) -> None:
    """Sets a new password for somebody who cannot sign in, and unlocks the account. Second factors stay."""
    choose(data_dir=data_dir)
    chosen = read_password(password_file)
    django_up()
    in_process("vedette.server.commands.accounts:set_password", email=email, password=chosen)
    typer.echo(f"{email} has a new password.", err=True)


def read_password(path: Path | None) -> str | None:
    """The first line of a file; None without one. Raises Problem."""
    if path is None:
        return None
    try:
        found = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it holds no text'}.") from None
    if not found or not found[0].strip():
        raise Problem(f"{path} is empty.")
    return found[0].strip()
