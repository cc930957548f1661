"""A text that a simple regular expression accepts, for the `pattern` of a form field."""

from __future__ import annotations

import re
from typing import Any

import re2

MAX_LENGTH = 200
_REPEAT = re.compile(r"\{(\d{1,3})(,\d{0,3})?\}\??|[*+?]\??")
_CLASSES = {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_SAMPLES = "a1A-_ .@/bZ0"


def example(pattern: str, shortest: int = 0) -> str | None:
    """A text that the pattern matches as a whole, as a form's `pattern` demands; None when none was found. At least
    `shortest` letters where what the pattern lets repeat makes that possible."""
    found = None
    for more in (0, shortest):
        try:
            text, _ = _alternatives(pattern, 0, 0, more)
        except (ValueError, IndexError):
            return found
        found = text if accepts(pattern, text) else found
        if found is not None and len(found) >= shortest:
            break
    return found


def accepts(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole text; False for a pattern outside RE2's syntax.

    The pattern is the site's and may be slow on purpose, so only an engine of linear time may run it.
    """
    try:
        return re2.fullmatch(pattern, text, quiet()) is not None
    except re2.error:
        return False


def quiet() -> Any:
    """The options of an engine that says nothing and takes little memory."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1_000_000
    return options


def _alternatives(pattern: str, position: int, depth: int, more: int) -> tuple[str, int]:
    """The first alternative of the group at `position`, and where the group ends."""
    if depth > 20:
        raise ValueError("too deep")
    first: str | None = None
    made = ""
    while position < len(pattern) and pattern[position] != ")":
        if pattern[position] == "|":
            first, made = (made if first is None else first), ""
            position += 1
            continue
        piece, position = _atom(pattern, position, depth, more)
        times, position = _times(pattern, position, more)
        made += piece * times
        if len(made) > MAX_LENGTH:
            raise ValueError("too long")
    return (made if first is None else first), position


def _times(pattern: str, position: int, more: int) -> tuple[int, int]:
    match = _REPEAT.match(pattern, position)
    if match is None:
        return 1, position
    if match.group(1) is not None:
        most = int(match[2][1:] or more) if match[2] else 0
        return max(int(match[1]), min(more, most)), match.end()
    least = 0 if match.group()[0] in "*?" else 1
    return (least if match.group()[0] == "?" else max(least, more)), match.end()


def _atom(pattern: str, position: int, depth: int, more: int) -> tuple[str, int]:
    letter = pattern[position]
    if letter == "(":
        return _group(pattern, position + 1, depth, more)
    if letter == "[":
        return _class(pattern, position)
    if letter == "\\":
        escaped = pattern[position + 1]
        return ("" if escaped in "bBAZ" else _CLASSES.get(escaped, escaped)), position + 2
    return {"^": "", "$": "", ".": "a"}.get(letter, letter), position + 1


def _group(pattern: str, position: int, depth: int, more: int) -> tuple[str, int]:
    ahead = pattern.startswith(("?=", "?!", "?<=", "?<!"), position)
    if pattern.startswith("?:", position):
        position += 2
    elif pattern.startswith("?", position) and not ahead:
        position = pattern.index(">", position) + 1
    elif ahead:
        position += 2 if pattern[position + 1] in "=!" else 3
    made, end = _alternatives(pattern, position, depth + 1, more)
    return ("" if ahead else made), end + 1


def _class(pattern: str, position: int) -> tuple[str, int]:
    end = position + (3 if pattern.startswith("[^", position) else 2)
    while pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    source = pattern[position : end + 1]
    options = _SAMPLES + "".join(chr(code) for code in range(0x21, 0x7F))
    found = next((letter for letter in options if accepts(source, letter)), None)
    if found is None:
        raise ValueError("an unusual class")
    return found, end + 1
