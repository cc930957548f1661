"""The report files of a scan: looked at before it starts, written when it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from vedette.cli.collector import Collector
from vedette.cli.output import csv_table, html, json_report, junit, sarif
from vedette.cli.problem import Problem
from vedette.cli.streams import STDOUT

WRITERS: dict[str, Callable[[Collector], str]] = {
    "json": json_report.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "html": html.render,
    "csv": csv_table.render,
}


def check_paths(files: dict[str, Path], events: Path | None = None) -> None:
    """Raises Problem for an output that could not be written later: a scan is too long to find out at its end."""
    taken: dict[Path, str] = {}
    for name, path in [*files.items(), *([("events", events)] if events else [])]:
        whole = path if path == STDOUT else path.absolute()
        if whole in taken:
            raise Problem(f"--{taken[whole]} and --{name} both write to {path}.", "Give each output a file of its own.")
        taken[whole] = name
        if path == STDOUT:
            if name == "events":
                raise Problem("--events needs a file.", "For example: --events scan.jsonl")
            continue
        _check(name, path)


def _check(name: str, path: Path) -> None:
    if not path.parent.is_dir():
        raise Problem(f"The folder of --{name} {path} does not exist.", f"mkdir -p {path.parent}")
    if path.is_dir():
        raise Problem(f"--{name} {path} is a folder.", f"Name a file in it: {path / f'report.{name}'}")
    if name == "events" and path.exists() and not path.is_file():
        raise Problem(f"--events {path} is not a file.", "For example: --events scan.jsonl")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Problem(f"--{name} {path} cannot be written.", "Check who owns the file and its folder.")


def write(scan: Collector, files: dict[str, Path]) -> None:
    """Writes every report asked for, those after a failed one too. Raises Problem."""
    failed: list[str] = []
    for name, path in files.items():
        text = WRITERS[name](scan)
        if path == STDOUT:
            sys.stdout.write(text)
            sys.stdout.flush()
            continue
        try:
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            failed.append(f"The report {path} cannot be written: {error.strerror}.")
    if failed:
        raise Problem(" ".join(failed), "With --events the scan is kept: --resume writes the reports again.")
