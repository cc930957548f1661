"""`vedette schedules`: when a platform scans by itself, for set-ups without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vedette.server.commands.boot import choose, django_up, in_process
from vedette.server.commands.rows import AsJson, tell

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="Schedules of scans.")
DataDir = Annotated[Path | None, typer.Option(help="Where data and keys lie.", metavar="DIR")]
Home = Annotated[str, typer.Option(help="Name or id of the organisation; needed when there are several.")]
Target = Annotated[str, typer.Argument(help="Name, address or id of a target.")]
Row = Annotated[str, typer.Argument(help="Its id, as `vedette schedules list` shows it.")]


_EVERY = "hour, day, week, month, quarter or once"
_WEEKDAY = (
    "For months and quarters: first, second, third, fourth or last, and a day from 1 (Monday) to 7 (Sunday), as in "
    "last-5."
)


@app.callback()
def root() -> None:
    """List, add, change, remove and preview schedules of scans."""


@app.command("list")
def listed(organisation: Home = "", as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Prints all schedules, the next one first: id, target, when, next run in UTC, state, notice, apart by tabs."""
    tell(_asked("rows", data_dir, organisation=organisation), as_json=as_json)


@app.command("add")
def add(
    target: Target,
    at: Annotated[str, typer.Option("--at", help="The first run, on the clocks of the zone: 2030-01-31T22:00.")],
    zone: Annotated[str, typer.Option(help="Such as Europe/Lisbon.")] = "UTC",
    every: Annotated[str, typer.Option(help=f"{_EVERY}, which it is without it.", metavar="PERIOD")] = "",
    weekday: Annotated[str, typer.Option(help=_WEEKDAY, metavar="WHICH-DAY")] = "",
    profile: Annotated[str, typer.Option(help="Scan profile; the target's own without it.")] = "",
    organisation: Home = "",
    data_dir: DataDir = None,
) -> None:
    """Schedules scans of a target. Standard output is the id."""
    given = {"target": target, "at": at, "zone": zone, "every": every, "weekday": weekday, "profile": profile}
    typer.echo(_asked("add", data_dir, organisation=organisation, **given))


@app.command("change")
def change(
    schedule: Row,
    at: Annotated[str | None, typer.Option("--at", help="From when on, on the clocks of the zone.")] = None,
    zone: Annotated[str | None, typer.Option(help="Such as Europe/Lisbon; the clock time stays.")] = None,
    every: Annotated[str | None, typer.Option(help=f"{_EVERY}.", metavar="PERIOD")] = None,
    weekday: Annotated[
        str | None, typer.Option(help=f'{_WEEKDAY} "" goes by the date again.', metavar="WHICH-DAY")
    ] = None,
    profile: Annotated[str | None, typer.Option(help='Scan profile; "" is the target\'s own.')] = None,
    organisation: Home = "",
    data_dir: DataDir = None,
) -> None:
    """Changes what is named of a schedule, and leaves the rest as it is. Standard output is the id."""
    given = {"at": at, "zone": zone, "every": every, "weekday": weekday, "profile": profile}
    typer.echo(_asked("change", data_dir, schedule=schedule, organisation=organisation, **given))


@app.command("remove")
def remove(schedule: Row, organisation: Home = "", data_dir: DataDir = None) -> None:
    """Deletes a schedule; scans that it started stay."""
    typer.echo(_asked("remove", data_dir, schedule=schedule, organisation=organisation))


@app.command("preview")
def preview(
    schedule: Row,
    count: Annotated[int, typer.Option(help="How many runs.", min=1, max=100)] = 10,
    zone: Annotated[str, typer.Option(help="Your own zone.")] = "UTC",
    organisation: Home = "",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Prints the next runs: on the clocks of the schedule's zone, in UTC, in your zone, and what is to be known of
    them, apart by tabs."""
    given = {"schedule": schedule, "count": count, "zone": zone, "organisation": organisation}
    tell(_asked("preview", data_dir, **given), as_json=as_json)


def _asked(name: str, data_dir: Path | None, **arguments: Any) -> Any:
    choose(data_dir=data_dir)
    django_up()
    return in_process(f"vedette.server.commands.scheduling:{name}", **arguments)
