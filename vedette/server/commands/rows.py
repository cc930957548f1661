"""Rows that a command lists: a line each with tabs between the columns, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from vedette.cli.text import escaped, printable

AsJson = Annotated[bool, typer.Option("--json", help="As JSON: a list of objects.")]
MOST = 2000


def tell(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Prints rows whose values are texts, numbers, None, or lists of texts, which are columns of their own in a line.
    Nothing in a text breaks a column or steers the terminal."""
    if as_json:
        typer.echo(escaped(json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=2)))
        return
    for row in rows:
        typer.echo("\t".join(_cell(one) for value in row.values() for one in _cells(value)))


def _cells(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else (value,)


def _cell(value: Any) -> str:
    return "" if value is None else printable(str(value), MOST)
