"""What a description demands of one plain value, and other values that keep to it."""

from __future__ import annotations

import hashlib
import string
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import re2

from vedette.engine.parse import regexfill

_ALPHABETS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
_RIGID = ("date", "date-time", "time", "duration", "ipv4", "ipv6", "int32", "int64")


@dataclass(frozen=True, slots=True)
class Bounds:
    """`fixed` says that only what is listed may stand there, `kind` is the type, `longest` 0 for any length."""

    fixed: bool = False
    kind: str = ""
    format: str = ""
    pattern: str = ""
    longest: int = 0

    def takes(self, value: str | int) -> bool:
        """Whether a value that an API gave may stand there. Formats and patterns are not asked: an API knows its own
        values better than its description does."""
        if self.fixed:
            return False
        return self.kind not in ("integer", "number") or str(value).removeprefix("-").replace(".", "", 1).isdigit()


def bounds_of(schema: Mapping[str, Any], kind: str) -> Bounds:
    """The bounds that a schema without references sets."""
    longest = schema.get("maxLength")
    pattern, named = schema.get("pattern"), schema.get("format")
    return Bounds(
        fixed="const" in schema or (isinstance(schema.get("enum"), list) and bool(schema["enum"])),
        kind=kind,
        format=named if isinstance(named, str) else "",
        pattern=pattern if isinstance(pattern, str) else "",
        longest=longest if isinstance(longest, int) and not isinstance(longest, bool) and longest > 0 else 0,
    )


def fits(pattern: str, text: str) -> bool:
    """Whether a schema's pattern, which matches anywhere unless it is anchored, takes a text; True for a pattern that
    cannot be read."""
    if len(pattern) >= 1000:
        return True
    try:
        return re2.search(pattern, text[:10_000], regexfill.quiet()) is not None
    except re2.error:
        return True


def marked(value: str, mark: str, bounds: Bounds | None = None) -> str:
    """A text that nobody else uses, of the same kind and within its bounds: an e-mail address stays one, a UUID too.
    The value itself when there is none."""
    known = bounds or Bounds()
    return next((one for one in _candidates(value, mark, known) if _kept(one, known)), value)


def _candidates(value: str, mark: str, known: Bounds) -> Iterator[str]:
    if known.format in ("uuid", "guid"):
        yield str(uuid.UUID(bytes=hashlib.sha256(mark.encode()).digest()[:16], version=4))
    if known.format in _RIGID:
        return
    name, at, domain = value.partition("@")
    room = (known.longest or 1000) - len(at) - len(domain) - len(mark)
    if room >= 0:
        yield f"{name[: min(40, room)]}{mark}{at}{domain}"
    if not at:
        yield mark[: known.longest or None]
        yield _alike(value, mark)


def _kept(text: str, known: Bounds) -> bool:
    return bool(text) and (not known.longest or len(text) <= known.longest) and fits(known.pattern, text)


def _alike(value: str, mark: str) -> str:
    """A text with digits, small and capital letters in the same places."""
    numbers = hashlib.sha256(mark.encode()).digest()
    made = ""
    for index, letter in enumerate(value):
        alphabet = next((one for one in _ALPHABETS if letter in one), letter)
        made += alphabet[numbers[index % len(numbers)] % len(alphabet)]
    return made
