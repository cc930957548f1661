"""Two very small deserialisers for the examples of this folder: texts, numbers and dictionaries only, never objects."""

from __future__ import annotations

import re

Value = str | int | None | dict[str, "Value"]


class ReadError(ValueError):
    """The bytes are no valid value; the text is what the real deserialiser would say."""


def unserialize(text: str) -> Value:
    """A PHP value of texts, whole numbers and arrays; what follows it is not read."""

    def read(place: int) -> tuple[Value, int]:
        number = re.compile(r"i:(-?\d+);").match(text, place)
        if number:
            return int(number[1]), number.end()
        string = re.compile(r's:(\d+):"').match(text, place)
        if string:
            end = string.end() + int(string[1])
            if text[end : end + 2] == '";':
                return text[string.end() : end], end + 2
        array = re.compile(r"a:(\d+):\{").match(text, place)
        if array:
            found: dict[str, Value] = {}
            here = array.end()
            for _ in range(int(array[1])):
                key, here = read(here)
                found[str(key)], here = read(here)
            if text[here : here + 1] == "}":
                return found, here + 1
        raise ReadError(f"unserialize(): Error at offset {place} of {len(text)} bytes")

    return read(0)[0]


def unpickle(data: bytes) -> Value:
    """A pickle of texts and dictionaries, run on a stack as the real one is."""
    stack: list[Value] = []
    place = 0
    try:
        while True:
            code = data[place : place + 1]
            place += 1
            if code == b"\x80":
                place += 1
            elif code == b"}":
                stack.append({})
            elif code == b"N":
                stack.append(None)
            elif code == b"0":
                stack.pop()
            elif code == b"\x8c":
                size = data[place]
                stack.append(data[place + 1 : place + 1 + size].decode())
                place += 1 + size
            elif code == b"s":
                value, key, target = stack.pop(), stack.pop(), stack[-1]
                if not isinstance(target, dict):
                    raise ReadError("not a dictionary")
                target[str(key)] = value
            elif code == b".":
                return stack.pop()
            else:
                raise ReadError("invalid load key")
    except (IndexError, UnicodeDecodeError) as error:
        raise ReadError("pickle data was truncated") from error
