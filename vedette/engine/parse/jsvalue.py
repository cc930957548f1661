"""Literal values in JavaScript text: strings, numbers, arrays, objects, concatenations with unknown parts."""

from __future__ import annotations

import re
from typing import Any

PLACEHOLDER = "1"
"""What stands in for a part that only the running script knows."""

MAX_DEPTH = 12
MAX_LENGTH = 4_000
MAX_ITEMS = 500
MAX_SOURCE = 2_000

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*)*\*/)*+")
_STRING = re.compile(r"\"((?:[^\"\\\n]++|\\.)*+)\"|'((?:[^'\\\n]++|\\.)*+)'|`((?:[^`\\]++|\\.)*+)`", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|(\n)|(.))", re.DOTALL)
_INTERPOLATION = re.compile(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}
_OPENERS, _CLOSERS = "([{", ")]}"


class Unknown:
    """A value that is not literal; `of` is its source text, cut short."""

    __slots__ = ("of",)

    def __init__(self, of: str = "") -> None:
        self.of = of


def read(text: str, position: int = 0, depth: int = 0) -> tuple[Any, int]:
    """The value of the expression at `position` and where it ends: a str, number, bool, None, list or dict.

    A concatenation with unknown parts is a string with `PLACEHOLDER` for each; anything else unknown is `Unknown`.
    The end is before the `,`, `;` or closing bracket that follows, or where reading gave up.
    """
    start = _after_space(text, position)
    value, end = _operand(text, start, depth)
    parts = [value]
    while True:
        after = _after_space(text, end)
        if text[after : after + 1] != "+" or text[after : after + 2] == "++" or len(parts) > 50:
            break
        value, end = _operand(text, _after_space(text, after + 1), depth)
        parts.append(value)
    if after < len(text) and text[after] not in ",;)]}:\n" and end == after:
        end = _skip(text, end)
        parts = [Unknown(text[start:end][:MAX_SOURCE])]
    if len(parts) == 1:
        return parts[0], end
    if not any(isinstance(part, str) for part in parts):
        return Unknown(text[start:end][:MAX_SOURCE]), end
    return "".join(as_text(part) for part in parts), end


def as_text(value: Any) -> str:
    """A value as it would stand in a URL or form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return "" if value is None else PLACEHOLDER


def plain(value: Any) -> Any:
    """The value with every `Unknown` replaced by `PLACEHOLDER`, fit for JSON."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return PLACEHOLDER if isinstance(value, Unknown) else value


def _operand(text: str, position: int, depth: int) -> tuple[Any, int]:
    letter = text[position : position + 1]
    if letter and letter in "\"'`":
        return _string(text, position)
    if letter == "{" and depth < MAX_DEPTH:
        return _object(text, position + 1, depth + 1)
    if letter == "[" and depth < MAX_DEPTH:
        return _array(text, position + 1, depth + 1)
    if number := _NUMBER.match(text, position):
        return _number(number.group()), number.end()
    end = _skip(text, position)
    source = text[position:end].strip()
    if source in _CONSTANTS:
        return _CONSTANTS[source], end
    return Unknown(source[:MAX_SOURCE]), end


def _string(text: str, position: int) -> tuple[Any, int]:
    match = _STRING.match(text, position)
    if match is None:
        return Unknown(), _skip(text, position + 1)
    double, single, template = match.groups()
    body = double if double is not None else single if single is not None else template
    if template is not None:
        body = _INTERPOLATION.sub(PLACEHOLDER, body)
    return unescape(body), match.end()


def unescape(body: str) -> str:
    """The text of a string literal's body."""
    return _ESCAPE.sub(_unescaped, body) if "\\" in body else body


def _unescaped(match: re.Match[str]) -> str:
    short, byte, code, newline, letter = match.groups()
    digits = short or byte or code
    if digits:
        return chr(min(int(digits, 16), 0x10FFFF))
    return "" if newline else _CONTROL.get(letter, letter)


def _number(source: str) -> int | float:
    if source.lstrip("-").startswith("0x"):
        return int(source, 16)
    return float(source) if any(mark in source for mark in ".eE") else int(source[:300])


def _object(text: str, position: int, depth: int) -> tuple[Any, int]:
    found: dict[str, Any] = {}
    while True:
        position = _after_space(text, position)
        if text[position : position + 1] in ("", "}"):
            return found, min(position + 1, len(text))
        key, after = _key(text, position)
        if key is None:
            position = _skip(text, position)
        elif text[after : after + 1] == ":":
            found[key], position = read(text, after + 1, depth)
        elif text[after : after + 1] in (",", "}"):
            found[key], position = Unknown(key), after
        else:
            position = _skip(text, after)
        position = _past_comma(text, position, "}")
        if position < 0 or len(found) > MAX_ITEMS:
            return found, len(text) if position < 0 else position


def _key(text: str, position: int) -> tuple[str | None, int]:
    if text[position] in "\"'":
        key, end = _string(text, position)
        return (key if isinstance(key, str) else None), _after_space(text, end)
    match = _NAME.match(text, position) or _NUMBER.match(text, position)
    if match is None:
        return None, position
    return match.group(), _after_space(text, match.end())


def _array(text: str, position: int, depth: int) -> tuple[Any, int]:
    found: list[Any] = []
    while True:
        position = _after_space(text, position)
        if text[position : position + 1] in ("", "]"):
            return found, min(position + 1, len(text))
        value, position = read(text, position, depth)
        found.append(value)
        position = _past_comma(text, position, "]")
        if position < 0 or len(found) > MAX_ITEMS:
            return found, len(text) if position < 0 else position


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _past_comma(text: str, position: int, closing: str) -> int:
    """Where the next item starts; at the closing bracket itself; -1 when the text is not an item list."""
    position = _after_space(text, position)
    letter = text[position : position + 1]
    if letter == ",":
        return position + 1
    return position if letter == closing else -1


def _skip(text: str, position: int) -> int:
    """The end of an expression that is not understood: the next `,`, `;`, `+` or closing bracket at its own level."""
    depth = 0
    limit = min(len(text), position + MAX_LENGTH)
    while position < limit:
        letter = text[position]
        if letter in "\"'`":
            match = _STRING.match(text, position)
            if match is None:
                return limit
            position = match.end()
            continue
        if letter in _OPENERS:
            depth += 1
        elif letter in _CLOSERS:
            if depth == 0:
                return position
            depth -= 1
        elif depth == 0 and letter in ",;+":
            return position
        position += 1
    return limit
