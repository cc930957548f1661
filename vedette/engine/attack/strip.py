"""Takes what we sent out of what came back, so that only the site's own words are compared and matched."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

from vedette.contract.exchange import Exchange
from vedette.engine.attack.encoded import needle_of

_PERCENT = re.compile(r"%[3-7][0-9A-Fa-f]")


def strip(text: str, sent: str) -> str:
    """The text with every reflection of `sent` replaced by a space.

    Reflections are found in any letter case and in any mix of plain, percent, entity, JSON and backslash forms.
    """
    return strip_all(text, (sent,))


def strip_all(text: str, sent: Iterable[str]) -> str:
    """Like `strip`, for several values, the longest first."""
    values = {item for value in sent for item in _variants(value)}
    low = text.lower()
    for value in sorted(values, key=lambda item: (-len(item), item)):
        kept, last = [], 0
        for start, end in needle_of(value).spans(text, low):
            kept.append(text[last:start])
            last = end
        if kept:
            text = " ".join([*kept, text[last:]])
            low = text.lower()
    return text


def occurs_in(text: str, low: str, value: str) -> bool:
    """Whether a value stands in the text, whose lower case is at hand, in any of the forms that `strip` removes."""
    return any(True for item in _variants(value) for _ in needle_of(item).spans(text, low))


def decoded(text: str) -> str:
    """The text with HTML entities and percent escapes resolved, for matching computed outputs."""
    plain = html.unescape(text)
    return unquote(plain) if "%" in plain else plain


def everything(exchange: Exchange) -> str:
    """Header lines and body of an answer as one text; empty without an answer."""
    response = exchange.response
    if response is None:
        return ""
    return "\n".join(f"{name}: {value}" for name, value in response.headers) + "\n\n" + response.text


def appears(exchange: Exchange, needle: str, sent: str) -> bool:
    """Whether `needle` stands in headers or body, plain or encoded, after all that was sent has been taken out.

    Meant for computed outputs in letters and digits: a needle that is a part of `sent` is never seen.
    """
    if not needle:
        return False
    text = everything(exchange)
    if needle.isascii() and needle.isalnum() and needle not in text and not _hides_letters(text):
        return False
    text = strip(text, sent)
    return needle in (strip(decoded(text), sent) if "%" in text or "&" in text else text)


def _hides_letters(text: str) -> bool:
    """Whether a letter or digit may stand in the text behind an escape: no other named entity is one."""
    return "&#" in text or "&fjlig" in text or ("%" in text and _PERCENT.search(text) is not None)


@lru_cache(maxsize=2048)
def _variants(value: str) -> frozenset[str]:
    """What was sent, also as the server decoded it when we sent it already encoded."""
    found: set[str] = set()
    for item in (value, unquote(value), unquote_plus(value)):
        # With the spaces at its ends where they came back, without where they were trimmed.
        found |= {item, item.strip()} if item.strip() else set()
    return frozenset(found)
