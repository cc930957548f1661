"""Known secrets replaced in what a slice said on its error stream, before anybody reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

_SHORT = 4
_SHORTEST_LINE = 8


def masked(text: str, secrets: Mapping[str, str]) -> str:
    """The text with each secret, also escaped or percent-encoded, replaced by `‹secret:NAME›`.

    Values of less than four characters are replaced where they stand alone: elsewhere they would match by chance.
    """
    shown: dict[str, str] = {}
    for name, value in secrets.items():
        for form in _forms(value):
            shown.setdefault(form, f"‹secret:{name}›")
    if not shown:
        return text
    # Longest first: a form that contains another must win.
    ordered = sorted(shown, key=lambda form: (-len(form), form))
    pattern = "|".join(
        re.escape(form) if len(form) >= _SHORT else rf"(?<!\w){re.escape(form)}(?!\w)" for form in ordered
    )
    return re.sub(pattern, lambda match: shown[match[0]], text)


def _forms(value: str) -> Iterator[str]:
    """A value as tracebacks and messages may show it; nothing for an empty one."""
    if not value:
        return
    yield value
    yield repr(value)[1:-1]
    yield json.dumps(value)[1:-1]
    yield quote(value, safe="", errors="replace")
    yield quote_plus(value, errors="replace")
    # A key of several lines is seldom printed whole.
    yield from (part for part in value.splitlines() if len(part) >= _SHORTEST_LINE)
