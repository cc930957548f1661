"""Finds the leaves of a JSON text with their exact places, so that one can be changed and the rest stays as it was."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORDS = re.compile(r"true|false|null")
_MAX_DEPTH = 60
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string, number or word: `path` is `/`-joined with `~` and `/` in keys written `~0` and `~1`, `text` what it
    says, `start` and `end` its place (quotes included)."""

    path: str
    text: str
    start: int
    end: int
    kind: str


def leaves(text: str) -> list[Leaf]:
    """The leaves in order; empty when the text is not JSON."""
    found: list[Leaf] = []
    try:
        end = _value(text, _skip(text, 0), (), found)
    except (ValueError, IndexError):
        return []
    return found if _skip(text, end) == len(text) else []


def is_number(text: str) -> bool:
    """Whether the text is a JSON number."""
    return _NUMBER.fullmatch(text) is not None


def quoted(text: str) -> str:
    """The text as a JSON string in ASCII."""
    return json.dumps(text)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _string(text: str, at: int) -> tuple[str, int]:
    content, end = _DECODER.raw_decode(text, at)
    return str(content), end


def _value(text: str, at: int, path: tuple[str, ...], found: list[Leaf]) -> int:
    if len(path) > _MAX_DEPTH:
        raise ValueError("nested too deep")
    if text[at] == "{":
        return _members(text, at, path, found, is_object=True)
    if text[at] == "[":
        return _members(text, at, path, found, is_object=False)
    if text[at] == '"':
        content, end = _string(text, at)
        kind = "string"
    else:
        match = _NUMBER.match(text, at) or _WORDS.match(text, at)
        if match is None:
            raise ValueError(f"no value at {at}")
        content, end = match.group(), match.end()
        kind = "word" if content[0].isalpha() else "number"
    found.append(Leaf("/".join(path), content, at, end, kind))
    return end


def _members(text: str, at: int, path: tuple[str, ...], found: list[Leaf], *, is_object: bool) -> int:
    close = "}" if is_object else "]"
    at = _skip(text, at + 1)
    if text[at] == close:
        return at + 1
    index = 0
    while True:
        key = str(index)
        if is_object:
            if text[at] != '"':
                raise ValueError(f"no key at {at}")
            key, at = _string(text, at)
            key = key.replace("~", "~0").replace("/", "~1")
            at = _skip(text, at)
            if text[at] != ":":
                raise ValueError(f"no colon at {at}")
            at = _skip(text, at + 1)
        at = _skip(text, _value(text, at, (*path, key), found))
        if text[at] == close:
            return at + 1
        if text[at] != ",":
            raise ValueError(f"no comma at {at}")
        at = _skip(text, at + 1)
        index += 1
