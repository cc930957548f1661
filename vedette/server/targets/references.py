"""References to stored credentials, as they stand in the place of secrets: `credentials://<id>`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from vedette.server.kernel import ids

SCHEME = "credentials://"
_REFERENCE = re.compile(f"{SCHEME}([{ids.ALPHABET}]{{{ids.LENGTH}}})(?![{ids.ALPHABET}])")


def uri(public_id: str) -> str:
    """The reference to a credential."""
    return SCHEME + public_id


def is_reference(text: str) -> bool:
    """Whether the text is a reference and nothing else."""
    return _REFERENCE.fullmatch(text) is not None


def is_broken(value: object) -> bool:
    """Whether a text, or one in a list, mapping or dataclass, begins like a reference and is none."""
    return any(text.startswith(SCHEME) and _REFERENCE.match(text) is None for text in _texts(value))


def ids_in(value: object) -> frozenset[str]:
    """The ids of all references in a text, or in the texts of a list, mapping or dataclass."""
    return frozenset(found for text in _texts(value) for found in _REFERENCE.findall(text))


def filled(text: str, value_of: Callable[[str], str | None]) -> str:
    """The text with values in the place of references; those for which there is none stay."""

    def put(found: re.Match[str]) -> str:
        value = value_of(found[1])
        return found[0] if value is None else value

    return _REFERENCE.sub(put, text)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    inner: Iterable[object] = ()
    if isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    elif is_dataclass(value) and not isinstance(value, type):
        inner = (getattr(value, one.name) for one in fields(value))
    for one in inner:
        yield from _texts(one)
