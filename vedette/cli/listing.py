"""`vedette checks`: what we look for."""

from __future__ import annotations

import difflib

from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from vedette.cli.display import MARKS, STYLES
from vedette.cli.problem import Problem
from vedette.contract.checkinfo import Kind
from vedette.contract.job import Profile
from vedette.engine import catalog
from vedette.engine.catalog import Check
from vedette.engine.form import HEADINGS


def show(check_id: str, console: Console) -> None:
    """One check's page, or the table of a family or of all. Raises Problem for an unknown name."""
    known = catalog.load().by_id
    listed = [check for check in known.values() if check_id in ("", check.info.family)]
    if listed and check_id not in known:
        _table(listed, console)
        return
    if check_id not in known:
        near = [name for name in known if check_id in name] or difflib.get_close_matches(check_id, known)
        raise Problem(
            f"There is no check {check_id!r}.", f"Near: {', '.join(near)}" if near else "`vedette checks` lists them."
        )
    _page(known[check_id], console)


def _table(checks: list[Check], console: Console) -> None:
    """One line for each check, whole: easy to search, and a terminal wraps it by itself."""
    room = max(len(check.id) for check in checks) + 2
    console.print(f"{'severity':<12}{'check':<{room}}{'from profile':<14}title", style="bold")
    for check in checks:
        severity = check.info.severity.value
        mark = f"{MARKS[severity]} {severity}"
        line = Text.assemble(
            (mark, STYLES[severity]),
            " " * (12 - len(mark)),
            (f"{check.id:<{room}}", "bold"),
            f"{_least(check):<14}{check.info.title}",
        )
        console.print(line, soft_wrap=True)
    console.print(f"\n{len(checks)} checks; `vedette checks ID` shows one.", style="dim", soft_wrap=True)


def _least(check: Check) -> str:
    """The gentlest profile that runs the check; passive ones look on in every profile."""
    if check.info.kind == Kind.PASSIVE:
        return Profile.LIGHTNING.value
    return next((profile.value for profile in Profile if profile in check.info.profiles), "")


def _page(check: Check, console: Console) -> None:
    info, doc = check.info, check.doc
    console.print(f"[bold]{info.id}[/]  {info.title}")
    cwe = ", ".join(f"CWE-{number}" for number in info.cwe)
    console.print(f"{info.severity}, {info.kind}, proof up to {info.proof}; {cwe}", style="dim")
    console.print()
    console.print(Markdown(doc.summary))
    for heading, text in zip(HEADINGS, (doc.looks_for, doc.why, doc.confirmed, doc.fix, doc.wrong), strict=True):
        console.print(f"\n[bold]{heading}[/]")
        console.print(Markdown(text))
    for reference in info.references:
        console.print(reference, style="dim", markup=False)
