"""A discovery as a person reads it: one table of names, one of services, the verdict."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from vedette.cli.gathered import Gathered
from vedette.cli.text import printable, took
from vedette.contract.events import NameFound, ScanFinished, ServiceFound

_SCORES = {"A+": "green", "A": "green", "B": "green", "C": "yellow", "D": "yellow", "E": "red", "F": "red"}
_VERDICTS = {"clean": "green", "incomplete": "yellow", "failed": "red"}
CELL = 200


def show(gathered: Gathered, console: Console) -> None:
    """Prints what was found."""
    if gathered.names:
        console.print(_names(gathered.sorted_names()))
    if gathered.services:
        console.print(_services(gathered.sorted_services()))
    if gathered.finished is not None:
        _end(gathered, gathered.finished, console)


def _names(names: list[NameFound]) -> Table:
    table = Table("Name", "Address", "Known from", box=None, pad_edge=False, header_style="bold")
    for name in names:
        where = ", ".join(name.addresses) or "no address"
        if name.aliases:
            where = f"{' → '.join(name.aliases)} → {where}"
        remark = name.refused or ("any name there is answered alike" if name.wildcard else "")
        address = Text.assemble(_cell(where), (f"  {printable(remark, CELL)}" if remark else "", "yellow"))
        table.add_row(_cell(name.name), address, _cell(", ".join(name.sources)))
    return table


def _services(services: list[ServiceFound]) -> Table:
    table = Table("\nService", "\nStatus", "\nScore", "\nTitle", "\nBuilt with", box=None, pad_edge=False,
                  header_style="bold")  # fmt: skip
    for service in services:
        score = service.security_headers.score
        title = service.title or (f"→ {service.redirect_to}" if service.redirect_to else "")
        if service.description is not None:
            told = _count(service.description.operations, "operation")
            title = f"{title}  {told} at {service.description.url}".strip()
        built = ", ".join(f"{one.name} {one.version}".strip() for one in service.technologies)
        table.add_row(
            _cell(service.url),
            str(service.status),
            Text(score, style=_SCORES.get(score, "")),
            _cell(title),
            _cell(built),
        )
    return table


def _end(gathered: Gathered, finished: ScanFinished, console: Console) -> None:
    found = f"{_count(len(gathered.names), 'name')}, {_count(len(gathered.services), 'web service')}"
    queries = finished.coverage.get("queries", 0)
    spent = f"{queries:,} questions to name servers, {finished.requests:,} requests, {took(finished.duration_s)}"
    console.print()
    console.print(
        Text.assemble((finished.verdict, f"bold {_VERDICTS.get(finished.verdict, '')}"), f"  {found}; {spent}")
    )
    for reason in finished.reasons:
        console.print(Text(f"- {printable(reason, 2000)}", style="yellow"), soft_wrap=True)


def _cell(text: str) -> Text:
    return Text(printable(text, CELL), overflow="fold")


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number:,} {word}s"
