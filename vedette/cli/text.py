"""Text from outside (sites, files, the keyboard) in one line."""

from __future__ import annotations

from vedette.contract.finding import Location


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
