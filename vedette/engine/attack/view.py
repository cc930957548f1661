"""An answer reduced to what is compared: status, redirect, tokens with the volatile ones masked, skeleton.

Most of a page is the same in every answer of its endpoint. Texts are therefore cut where no token and no volatile
value can reach across, and what was read out of a piece is kept: the same piece is not read twice.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from vedette.contract.exchange import Response
from vedette.engine.attack.align import MASK
from vedette.engine.attack.strip import strip_all

MAX_TEXT = 400_000
"""Characters of a body that are compared; identical bodies are recognised at any length."""

MAX_PIECE = 400
"""Longer pieces are cut further or read anew each time: kept ones must not fill the memory."""
KEPT = 8192

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_VOLATILE = re.compile(
    r"(?<![\w-])(?:"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\d{4}-\d\d?-\d\d?(?:[t ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:z|[+-]\d\d:?\d\d)?)?"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    rf"|\d{{1,2}} {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}"
    r"|\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?: ?[ap]m)?"
    r"|1\d{9}(?:\d{3})?(?:\.\d+)?"
    r"|\d+(?:\.\d+)? ?(?:ms|s|secs?|seconds?|µs|milliseconds?)"
    r"|\d+ (?:second|minute|hour|day)s? ago"
    r"|(?=[a-f]*\d)[0-9a-f]{16,}"
    r"|(?=[a-z+/_-]*\d)[\w+/-]{24,}={0,2}"
    r")(?![\w-])",
    re.IGNORECASE,
)
"""Dates, times, durations, identifiers and nonces: they change although three answers in one second may agree."""

_DIGIT = re.compile(r"\d")
_TOKENS = re.compile(r"[\w.%#\ue000-]+|[\[\]{}!?*+$]")
_SKELETON = re.compile(r'<([a-zA-Z][\w:-]*)|"([^"\\\n]{1,80})"\s*:')
_KEY_FROM_BEFORE = re.compile(r'[^"\\\n]{0,80}"\s*:')


class View:
    """One answer without what was sent, its parts worked out when they are asked for."""

    def __init__(self, response: Response, sent: Iterable[str]) -> None:
        self._response = response
        self._sent = tuple(sent)

    @cached_property
    def head(self) -> tuple[int, str]:
        """Status and redirect."""
        location = self._response.header("location")
        return self._response.status, masked(strip_all(location, self._sent)) if location else ""

    @cached_property
    def text(self) -> str:
        """The body's text."""
        return strip_all(self._response.text[:MAX_TEXT], self._sent)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Words, numbers and brackets in order."""
        return tokens_of(self.text)

    @cached_property
    def skeleton(self) -> tuple[str, ...]:
        """Tags and keys in order."""
        return skeleton_of(self.text)

    def equals(self, other: View) -> bool:
        """Whether both have the same tokens."""
        return self.text == other.text or self.tokens == other.tokens


def masked(text: str) -> str:
    """The text with all that is volatile by its look replaced by `MASK`."""
    # All but identifiers with four hyphens have a digit.
    return _VOLATILE.sub(MASK, text) if _DIGIT.search(text) or text.count("-") >= 4 else text


def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens of a text, volatile values masked."""
    found: list[str] = []
    # No token and no volatile value contains one of the characters at which is cut here.
    for piece in text.split("<"):
        if len(piece) <= MAX_PIECE:
            found += _kept_tokens(piece)
        else:
            for line in piece.split("\n"):
                found += _kept_tokens(line) if len(line) <= MAX_PIECE else _tokens_of_line(line)
    return tuple(found)


def skeleton_of(text: str) -> tuple[str, ...]:
    """The names of tags and keys in a text, keys in quotes, volatile values masked."""
    first, *others = text.split("<")
    found = list(_names('"'.join(map(_masked_once, first.split('"')))))
    for piece in others:
        names, broken = _kept_structure(piece) if len(piece) <= MAX_PIECE else _structure(piece)
        if broken:
            return _names(_masked_once(text))
        found += names
    return tuple(found)


def _tokens_of_line(line: str) -> Iterator[str]:
    for part in line.split('"'):
        yield from _kept_tokens(part) if len(part) <= MAX_PIECE else _tokens(part)


def _tokens(piece: str) -> tuple[str, ...]:
    return tuple(map(sys.intern, _TOKENS.findall(_masked_once(piece))))


def _structure(piece: str) -> tuple[tuple[str, ...], bool]:
    """The names in a piece that follows a `<`, and whether a key that began before it may end in it."""
    text = _masked_once(piece)
    return _names("<" + text), _KEY_FROM_BEFORE.match(text) is not None


def _masked_once(piece: str) -> str:
    return _kept_mask(piece) if len(piece) <= MAX_PIECE else _long_mask(piece)


_kept_mask = lru_cache(maxsize=KEPT)(masked)
_long_mask = lru_cache(maxsize=8)(masked)
_kept_tokens = lru_cache(maxsize=KEPT)(_tokens)
_kept_structure = lru_cache(maxsize=KEPT)(_structure)


def _names(text: str) -> tuple[str, ...]:
    return tuple(sys.intern(tag or f'"{key}"') for tag, key in _SKELETON.findall(text))
