"""Finds a value in a text in any mix of the encodings in which sites write back what they were sent.

Letters and digits stand as they are in every encoding: they are searched as plain text. Only what lies between them
needs expressions, and those are few: payloads are made from templates, what is random in them are words and numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote

SHORT = 4
"""Values below this length are only found as whole words: a lone `1` stands everywhere on a page."""

WIDEST = 24
"""Characters that one character may become, for finding where a match begins."""

_NAMED = {"&": ("amp",), "<": ("lt",), ">": ("gt",), '"': ("quot",), "'": ("apos", "rsquo"), "\xa0": ("nbsp",)}
_RUNS = re.compile(r"[A-Za-z0-9]+")
_PIECES = re.compile(
    # Where the character is also the beginning of its own escape, what follows decides how it is read: both are one.
    r"((?:(?:&amp|%25|\\u005c|\\x5c)[a-z0-9]*|[^a-z0-9])+)|([a-z0-9]+)",
    re.IGNORECASE | re.ASCII,
)


class Needle:
    """A value to be found. Made once per value: see `needle_of`."""

    def __init__(self, value: str) -> None:
        pieces = [(True, plain.lower()) if plain else (False, mixed) for mixed, plain in _PIECES.findall(value)]
        plain = [index for index, (is_plain, _) in enumerate(pieces) if is_plain]
        first = plain[0] if plain else len(pieces)
        anchor = max(plain, key=lambda index: len(pieces[index][1]), default=0)
        self._value = value
        self._mixed = len(pieces) > 1
        self._runs = tuple(run.lower() for run in _RUNS.findall(value))
        self._lead = pieces[0][1] if first else ""
        self._pieces = pieces[first:]
        self._anchor = pieces[anchor][1] if plain else ""
        self._reach = sum(len(text) * (1 if is_plain else WIDEST) for is_plain, text in pieces[first:anchor])
        self._word_start = len(value) < SHORT and value[:1].isalnum()
        self._word_end = len(value) < SHORT and value[-1:].isalnum()
        odd_start, odd_end = self._word_start and first > 0, self._word_end and not (pieces and pieces[-1][0])
        self._by_pieces = bool(plain) and not odd_start and not odd_end

    def spans(self, text: str, low: str) -> Iterator[tuple[int, int]]:
        """The places of the value, in order, none overlapping. `low` is the text in lower case."""
        if any(run not in low for run in self._runs):
            return iter(())
        if self._by_pieces and len(low) == len(text):
            return self._found_by_pieces(text, low) if self._mixed else self._found_as_it_is(text, low)
        if not self._runs and not all(_may_stand(char, low) for char in self._value):
            return iter(())
        return (match.span() for match in _whole(self._value).finditer(text))

    def _found_as_it_is(self, text: str, low: str) -> Iterator[tuple[int, int]]:
        size = len(self._anchor)
        at = low.find(self._anchor)
        while at >= 0:
            end = at + size
            inside = (self._word_start and at and text[at - 1].isalnum()) or (
                self._word_end and text[end : end + 1].isalnum()
            )
            if not inside:
                yield at, end
            at = low.find(self._anchor, at + 1 if inside else end)

    def _found_by_pieces(self, text: str, low: str) -> Iterator[tuple[int, int]]:
        first = self._pieces[0][1]
        done = 0
        at = low.find(self._anchor)
        while at >= 0:
            start = low.find(first, max(done, at - self._reach), at + len(first))
            end = -1
            while 0 <= start <= at and (end := self._end(text, low, start)) < 0:
                start = low.find(first, start + 1, at + len(first))
            span = self._span(text, done, start, end) if end >= 0 else None
            if span:
                yield span
                done = span[1]
            at = low.find(self._anchor, max(done, at + 1))

    def _end(self, text: str, low: str, at: int) -> int:
        """Where the value ends whose first run of letters and digits stands here; -1 when it does not stand here."""
        for is_plain, piece in self._pieces:
            if is_plain:
                if not low.startswith(piece, at):
                    return -1
                at += len(piece)
            elif match := _between(piece).match(text, at):
                at = match.end()
            else:
                return -1
        return -1 if self._word_end and text[at : at + 1].isalnum() else at

    def _span(self, text: str, done: int, at: int, end: int) -> tuple[int, int] | None:
        if not self._lead:
            return None if self._word_start and at and text[at - 1].isalnum() else (at, end)
        leading = _before(self._lead).search(text, max(done, at - WIDEST * len(self._lead)), at)
        return (leading.start(), end) if leading else None


@lru_cache(maxsize=2048)
def needle_of(value: str) -> Needle:
    """The needle of a value."""
    return Needle(value)


@lru_cache(maxsize=512)
def _whole(value: str) -> re.Pattern[str]:
    """One expression for the whole value, character by character."""
    body = _body(value)
    if len(value) < SHORT:
        body = ("(?<![^\\W_])" if value[0].isalnum() else "") + body + ("(?![^\\W_])" if value[-1].isalnum() else "")
    return re.compile(body, re.IGNORECASE)


@lru_cache(maxsize=1024)
def _between(piece: str) -> re.Pattern[str]:
    return re.compile(_body(piece), re.IGNORECASE)


@lru_cache(maxsize=1024)
def _before(piece: str) -> re.Pattern[str]:
    return re.compile(_body(piece) + r"\Z", re.IGNORECASE)


def _body(text: str) -> str:
    return "".join(_forms(char) for char in text)


@lru_cache(maxsize=1024)
def _forms(char: str) -> str:
    if char.isascii() and char.isalnum():
        return char
    if char == " ":
        return r"(?:\s|\+|%20|%2520|&nbsp;|&#32;|\\u0020|\\x20)+"
    code = ord(char)
    percent = quote(char, safe="") if quote(char, safe="") != char else f"%{code:02X}"
    escaped = json.dumps(char)[1:-1]
    entity = "|".join([f"#0*{code};?", f"#x0*{code:x};?", *(f"{name};?" for name in _NAMED.get(char, ()))])
    forms = [
        rf"&(?:amp;)?(?:{entity})",
        # The longer one first: the other is its beginning where the character is the percent sign.
        re.escape(percent.replace("%", "%25")),
        re.escape(percent),
        rf"\\u{code:04x}",
        rf"\\x{code:02x}",
        *([re.escape(escaped), rf"\\*{re.escape(char)}"] if char != "\\" else [r"\\+"]),
    ]
    if char in "'\"":
        forms.insert(0, re.escape(char * 2))
    return "(?:" + "|".join(forms) + ")"


def _may_stand(char: str, low: str) -> bool:
    """Whether a character other than a letter or digit can stand in the text in any form."""
    return any(form in low for form in _signs(char))


@lru_cache(maxsize=1024)
def _signs(char: str) -> tuple[str, ...]:
    """Texts of which every form of the character contains one."""
    if char == " ":
        return ("",)
    code = ord(char)
    percent = quote(char, safe="").lower() if quote(char, safe="") != char else f"%{code:02x}"
    names = tuple(f"&{name}" for name in _NAMED.get(char, ()))
    entities = ("&#", "&amp;", *names)
    escapes = (f"\\u{code:04x}", f"\\x{code:02x}", json.dumps(char)[1:-1].lower())
    return (char.lower(), *entities, percent, percent.replace("%", "%25"), *escapes)
