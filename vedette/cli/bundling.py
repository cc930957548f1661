"""A description of an API that is split over several files, as one text.

Only JSON and YAML files in the folder of the first file and below are opened, links resolved and hidden ones left
alone: a description may come from a stranger, and must not fetch its reader's other files.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from urllib.parse import unquote

from vedette.engine.parse.bundling import Bundle
from vedette.engine.parse.tree_text import TextError

MAX_FILES = 5_000
_SUFFIXES = (".json", ".yaml", ".yml")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]", re.IGNORECASE)


def bundled(first: Path, text: str, remarks: list[str]) -> str:
    """The text with the files that it refers to, as JSON; as it was if there are none.
    What is wrong with them is added to `remarks`, one sentence each."""
    folder, start = first.resolve().parent, first.resolve().name
    try:
        bundle = Bundle(start, text, lambda file, reference: _named(folder, file, reference), MAX_FILES)
    except TextError:
        return text  # who reads the description says what is wrong with it
    while wanted := bundle.wanted():
        _bring(bundle, folder / wanted.name, *wanted)
    made = bundle.text()
    remarks += bundle.problems()
    return made or text


def _named(folder: Path, file: str, reference: str) -> str | None:
    """The path of the file that a reference in a file names; None where it may not be opened."""
    name = unquote(reference)
    if _ELSEWHERE.match(name):
        return None
    with contextlib.suppress(ValueError, OSError, RuntimeError):
        path = (folder / file).parent.joinpath(name).resolve().relative_to(folder)
        if path.suffix.lower() in _SUFFIXES and not any(part.startswith(".") for part in path.parts):
            return path.as_posix()
    return None


def _bring(bundle: Bundle, path: Path, name: str, by: str) -> None:
    try:
        if not path.is_file():
            bundle.fail(name, by, "cannot be read: there is no such file")
        elif path.stat().st_size > bundle.left:
            bundle.fail(name, by, "cannot be read: the description is too large with it")
        else:
            bundle.add(name, by, path.read_text(encoding="utf-8-sig", errors="replace"))
    except OSError as error:
        bundle.fail(name, by, f"cannot be read: {error.strerror or error}")
