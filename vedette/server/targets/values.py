"""Single values as they come from outside: read strictly, refused with a sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_TEXTS = 500
MAX_TEXT = 2048
MAX_TEXTS_SIZE = 64 * 1024

# Databases refuse NUL, and half a surrogate pair has no bytes.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class FieldError(ValueError):
    """What is wrong with one value, as a sentence for people."""


def storable(text: str) -> bool:
    """Whether a database can hold the text, and so be asked for it."""
    return _UNSTORABLE.search(text) is None


def text_of(value: object, limit: int) -> str:
    """A text of at most so many characters; None reads as empty. Raises FieldError."""
    if value is None:
        return ""
    if not isinstance(value, str) or not storable(value):
        raise FieldError("Not a valid string.")
    if len(value) > limit:
        raise FieldError(f"Ensure this field has no more than {limit} characters.")
    return value


def texts_of(values: object) -> list[str]:
    """A list of texts, all of them bounded; None reads as empty. Raises FieldError."""
    if values is None:
        return []
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        raise FieldError("Expected a list of items.")
    if len(values) > MAX_TEXTS:
        raise FieldError(f"At most {MAX_TEXTS} entries are possible.")
    texts = [text_of(value, MAX_TEXT) for value in values]
    if sum(map(len, texts)) > MAX_TEXTS_SIZE:
        raise FieldError(f"The entries are longer than {MAX_TEXTS_SIZE} characters together.")
    return texts


def choice_of(value: object, allowed: Sequence[str]) -> str:
    """One of the allowed words. Raises FieldError."""
    if not isinstance(value, str) or value not in allowed:
        raise FieldError(f'"{shortened(str(value))}" is not a valid choice.')
    return value


def choices_of(values: object, allowed: Sequence[str]) -> list[str]:
    """Some of the allowed words, each once, in their own order. Raises FieldError."""
    given = [choice_of(value, allowed) for value in texts_of(values)]
    return [word for word in allowed if word in given]


def flag_of(value: object) -> bool:
    """A truth value. Raises FieldError."""
    if not isinstance(value, bool):
        raise FieldError("Must be a valid boolean.")
    return value


def number_of(value: object, highest: int) -> int | None:
    """A whole number from 1, or None. Raises FieldError."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= highest:
        raise FieldError(f"Enter a whole number between 1 and {highest}.")
    return value


def shortened(text: str) -> str:
    """What was given, short enough to stand in a sentence."""
    return text if len(text) <= 60 else text[:60] + "…"
