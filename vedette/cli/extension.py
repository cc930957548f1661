"""Commands that come with the server extra: listed always, loaded only when called."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperGroup

from vedette.cli.problem import Problem

GROUP = "vedette.commands"
INSTALL = "pip install 'vedette[server]'"
PANEL = "Platform"

SUMMARIES = {
    "up": "Run the platform: web interface, APIs and a worker.",
    "worker": "Run another worker for the database of a platform.",
    "user": "Add people and keys from the command line.",
    "backup": "Write everything into one file, while the platform runs.",
    "restore": "Bring a backup back, into the same or a newer version.",
    "audit": "Verify the chain of the audit log.",
    "keys": "Rotate the keys that secrets are sealed with.",
    "domains": "Attest who owns a domain, for those who cannot show it.",
    "discoveries": "Start, stop and list discoveries of a platform's domains.",
    "schedules": "List, add, remove and preview when a platform scans by itself.",
}
"""What the list of commands says. To import the commands for their own texts would load the whole server."""


def offered() -> dict[str, EntryPoint]:
    """The commands by name."""
    return {point.name: point for point in entry_points(group=GROUP) if point.name in SUMMARIES}


def load(point: EntryPoint) -> typer.Typer:
    """An app that holds just this command. Raises Problem when the server is not installed."""
    try:
        loaded: Any = point.load()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("vedette"):
            raise
        raise Problem(f"`vedette {point.name}` belongs to the platform, which is not installed.", INSTALL) from None
    if isinstance(loaded, typer.Typer):
        return loaded
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command(point.name)(loaded)
    return app


class Commands(TyperGroup):
    """The group of all commands."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Own commands, then the platform's."""
        return [*super().list_commands(ctx), *(name for name in SUMMARIES if name in offered())]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command; one of the platform's as its entry in the list only."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in offered():
            return own
        return typer.main.get_command(_listed(cmd_name))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was called; one of the platform's is loaded now."""
        point = offered().get(args[0]) if args else None
        if point is None or super().get_command(ctx, args[0]) is not None:
            return super().resolve_command(ctx, args)
        command = typer.main.get_command(load(point))
        command.name = point.name
        return point.name, command, args[1:]


def _listed(name: str) -> typer.Typer:
    app = typer.Typer(add_completion=False)

    def entry() -> None:
        raise AssertionError("only ever listed")

    app.command(name, help=SUMMARIES[name], rich_help_panel=PANEL)(entry)
    return app
