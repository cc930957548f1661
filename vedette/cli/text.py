"""Text from outside (sites, files, the keyboard) in one line."""

from __future__ import annotations

import re

from vedette.contract.finding import Location

_STEERING = re.compile(r"[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def escaped(json_text: str) -> str:
    """JSON of the same meaning, with what steers a terminal or turns text round written as escapes."""
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text)


def printable(text: str, limit: int = 300) -> str:
    """One line without control or direction characters, not endless."""
    clean = "".join(char if char.isprintable() else "�" for char in text)
    return clean if len(clean) <= limit else clean[:limit] + "…"


def where(place: Location) -> str:
    """A finding's place in one line, as it came: method, URL, and the input with its kind."""
    if not place.parameter:
        return f"{place.method} {place.url}"
    return f"{place.method} {place.url}  ({f'{place.kind} {place.parameter}'.strip()})"


def took(seconds: float) -> str:
    """A duration in words, as exact as it matters."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
