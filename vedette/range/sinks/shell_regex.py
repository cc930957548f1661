"""POSIX regular expressions turned into Python's.

In a basic expression `\\( \\) \\{ \\} \\| \\+ \\?` are operators and the bare characters stand for themselves; in an
extended one it is the other way round. `[:class:]` inside brackets is known for the usual classes.
"""

from __future__ import annotations

import re

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": r" \t",
    "punct": re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    "xdigit": "0-9a-fA-F",
}
_SWAPPED = "(){}|+?"


def basic(pattern: str) -> str:
    """Turn a basic expression into Python's notation."""
    return _turn(pattern, swap=True)


def extended(pattern: str) -> str:
    """Turn an extended expression into Python's notation."""
    return _turn(pattern, swap=False)


def _turn(pattern: str, *, swap: bool) -> str:
    out: list[str] = []
    position = 0
    while position < len(pattern):
        here = pattern[position]
        after = pattern[position + 1 : position + 2]
        if here == "[" and (bracket := _bracket(pattern, position)):
            out.append(bracket[0])
            position = bracket[1]
            continue
        if here == "\\" and after:
            out.append(after if swap and after in _SWAPPED else "\\" + after)
            position += 2
            continue
        starts = not out or out[-1] in ("(", "|", "^")
        out.append("\\" + here if (swap and here in _SWAPPED) or (here == "*" and starts) else here)
        position += 1
    return "".join(out)


def _bracket(pattern: str, start: int) -> tuple[str, int] | None:
    """Return a bracket expression in Python's notation and the place after it; None where it does not close."""
    position = start + 1
    negated = pattern[position : position + 1] == "^"
    position += negated
    inner: list[str] = []
    first = position
    while position < len(pattern) and (pattern[position] != "]" or position == first):
        named = re.compile(r"\[:([a-z]+):\]").match(pattern, position)
        if named and named[1] in _CLASSES:
            inner.append(_CLASSES[named[1]])
            position = named.end()
        else:
            inner.append("\\" + pattern[position] if pattern[position] in "\\[]^&~|" else pattern[position])
            position += 1
    if position >= len(pattern):
        return None
    return f"[{'^' if negated else ''}{''.join(inner)}]", position + 1
