"""Where words go: what was asked for to standard output, all that is said about it to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

STDOUT = Path("-")


@dataclass(frozen=True, slots=True)
class Streams:
    """`result` is for the outcome, `talk` for progress and remarks."""

    result: Console
    talk: Console


def streams(outputs: Iterable[Path] = ()) -> Streams:
    """The two streams; when an output claims standard output for itself, all words go to standard error."""
    talk = Console(stderr=True, highlight=False)
    return Streams(talk if STDOUT in outputs else Console(highlight=False), talk)


def forgiving() -> None:
    """A terminal that cannot show a character gets a question mark in its place, never a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
