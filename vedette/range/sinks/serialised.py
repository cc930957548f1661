"""Readers of three serialised formats, which report corruption as the real ones do and never run anything.

PHP's `serialize` (nothing after the value is looked at; members of objects are kept, no class is known):

    value  = "N;" / "b:" ( "0" / "1" ) ";" / "i:" integer ";" / "d:" float ";" / "s:" length ":" DQUOTE bytes DQUOTE ";"
           / "a:" count ":{" *( key value ) "}" / "O:" length ":" DQUOTE name DQUOTE ":" count ":{" *( key value ) "}"
    key    = "i:" integer ";" / "s:" length ":" DQUOTE bytes DQUOTE ";"

Python's pickle, plain data alone: protocols 0 to 4 of None, booleans, numbers, texts, bytes, lists, tuples and dicts
with the memo. Opcodes that would look up or call anything are refused. Java's object stream: the header (magic aced,
version 0005), then one text (TC_STRING) or null (TC_NULL); any other class cannot be found.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

_DEPTH_MAX = 50
_COUNT_MAX = 10_000


class SerialisedError(Exception):
    """A text or bytes that cannot be read; the text is what the real reader reports."""


@dataclass(frozen=True, slots=True)
class PhpObject:
    """An object of a class that nobody here knows: its name and members."""

    name: str
    members: dict[int | str, object] = field(default_factory=dict)


def php_unserialize(text: str) -> object:
    """Return the value: arrays are dicts, objects are PhpObject; an empty text is False.

    Raises SerialisedError with "unserialize(): Error at offset X of Y bytes".
    """
    return _PhpReader(text.encode()).value() if text else False


class _PhpReader:
    """Reads one value; offsets are those at which PHP gives up: the start of the part that is wrong."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._depth = 0

    def _error(self, offset: int) -> SerialisedError:
        return SerialisedError(f"unserialize(): Error at offset {offset} of {len(self._data)} bytes")

    def _take(self, pattern: bytes, start: int) -> re.Match[bytes]:
        match = re.compile(pattern).match(self._data, self._position)
        if match is None:
            raise self._error(start)
        self._position = match.end()
        return match

    def value(self) -> object:
        start = self._position
        kind = self._data[start : start + 2]
        readers: dict[bytes, Callable[[int], object]] = {
            b"N;": lambda _start: self._take(rb"N;", start) and None,
            b"b:": lambda start: self._take(rb"b:([01]);", start)[1] == b"1",
            b"i:": lambda start: int(self._take(rb"i:([+-]?[0-9]{1,20});", start)[1]),
            b"d:": self._float,
            b"s:": self._text,
            b"a:": self._array,
            b"O:": self._object,
        }
        if kind not in readers:
            raise self._error(start)
        return readers[kind](start)

    def _float(self, start: int) -> float:
        number = self._take(rb"d:([+-]?(?:[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?|INF|NAN));", start)[1]
        return float(number)

    def _text(self, start: int) -> str:
        length = int(self._take(rb"s:\+?([0-9]{1,9}):\"", start)[1])
        body = self._data[self._position : self._position + length]
        if len(body) < length:
            raise self._error(start + 2)
        self._position += length
        if self._data[self._position : self._position + 2] != b'";':
            closed = self._data[self._position : self._position + 1] == b'"'
            raise self._error(self._position + closed)
        self._position += 2
        return body.decode("utf-8", "replace")

    def _array(self, start: int) -> dict[int | str, object]:
        count = int(self._take(rb"a:([0-9]{1,9}):\{", start)[1])
        return self._members(count, start)

    def _object(self, start: int) -> PhpObject:
        length = int(self._take(rb"O:([0-9]{1,9}):\"", start)[1])
        name = self._data[self._position : self._position + length]
        if self._data[self._position + length : self._position + length + 1] != b'"':
            raise self._error(self._position + length)
        if not re.fullmatch(rb"[A-Za-z_\x80-\xff\\][\w\x80-\xff\\]*", name):
            raise self._error(start)
        self._position += length
        count = int(self._take(rb"\":([0-9]{1,9}):\{", self._position)[1])
        return PhpObject(name.decode("utf-8", "replace"), self._members(count, start))

    def _members(self, count: int, start: int) -> dict[int | str, object]:
        self._depth += 1
        if count > _COUNT_MAX or self._depth > _DEPTH_MAX:
            raise self._error(start)
        found: dict[int | str, object] = {}
        for _ in range(count):
            key = self.value()
            if isinstance(key, bool) or not isinstance(key, int | str):
                raise self._error(self._position)
            found[key] = self.value()
        if self._data[self._position : self._position + 1] != b"}":
            raise self._error(self._position)
        self._position += 1
        self._depth -= 1
        return found


def java_object(data: bytes) -> str | None:
    """Return the text (or None for null) in a Java object stream; raises SerialisedError as Java would."""
    if len(data) < 4:
        raise SerialisedError("java.io.EOFException")
    if data[:4] != b"\xac\xed\x00\x05":
        raise SerialisedError(f"java.io.StreamCorruptedException: invalid stream header: {data[:4].hex().upper()}")
    if len(data) == 4:
        raise SerialisedError("java.io.EOFException")
    kind = data[4]
    if kind == 0x70:
        return None
    if kind == 0x74:
        length = int.from_bytes(data[5:7], "big")
        if len(data) < 7 + length:
            raise SerialisedError("java.io.EOFException")
        return data[7 : 7 + length].decode("utf-8", "replace")
    if kind == 0x73:
        raise _unknown_class(data)
    raise SerialisedError(f"java.io.StreamCorruptedException: invalid type code: {kind:02X}")


def _unknown_class(data: bytes) -> SerialisedError:
    """Return the error for an object: its class descriptor is read, and its class is not there."""
    if data[5:6] != b"\x72":
        code = data[5:6].hex().upper()
        invalid = f"java.io.StreamCorruptedException: invalid type code: {code}"
        return SerialisedError(invalid if code else "java.io.EOFException")
    length = int.from_bytes(data[6:8], "big")
    name = data[8 : 8 + length]
    if len(name) < length or len(data) < 8:
        return SerialisedError("java.io.EOFException")
    return SerialisedError(f"java.lang.ClassNotFoundException: {name.decode('utf-8', 'replace')}")


def pickle_object(data: bytes) -> object:
    """Return the plain data in a pickle; raises SerialisedError with `pickle.UnpicklingError: ...`."""
    reader = _PickleReader(data)
    try:
        return reader.load()
    except (IndexError, struct.error):
        raise _unpickling("pickle data was truncated") from None
    except (ValueError, TypeError, KeyError) as error:
        raise _unpickling(str(error)) from None


def _unpickling(message: str) -> SerialisedError:
    return SerialisedError(f"_pickle.UnpicklingError: {message}")


_MARK = object()


class _PickleReader:
    """A machine of a stack and a memo, with the opcodes for plain data only."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._stack: list[object] = []
        self._memo: dict[int, object] = {}

    def load(self) -> object:
        if not self._data:
            raise SerialisedError("EOFError: Ran out of input")
        while True:
            code = self._bytes(1)
            if code == b".":
                return self._stack.pop()
            self._run(code)

    def _bytes(self, count: int) -> bytes:
        taken = self._data[self._position : self._position + count]
        if len(taken) < count:
            raise IndexError
        self._position += count
        return taken

    def _line(self) -> str:
        end = self._data.find(b"\n", self._position)
        if end < 0:
            raise IndexError
        line = self._data[self._position : end].decode("latin-1")
        self._position = end + 1
        return line

    def _int(self, count: int, *, signed: bool = False) -> int:
        return int.from_bytes(self._bytes(count), "little", signed=signed)

    def _run(self, code: bytes) -> None:
        if code in _CONSTANTS:
            value = _CONSTANTS[code]
            self._stack.append(value() if callable(value) else value)
        elif code in _READERS:
            self._stack.append(_READERS[code](self))
        elif code in _ACTIONS:
            _ACTIONS[code](self)
        elif code in _REFUSED:
            raise _unpickling("global lookups and calls are forbidden")
        else:
            raise _unpickling(f"invalid load key, '{_shown(code)}'.")

    def _text(self, count: int) -> str:
        return self._bytes(self._int(count)).decode("utf-8", "surrogatepass")

    def _number(self) -> object:
        line = self._line()
        return line == "01" if line in ("00", "01") else int(line)

    def _quoted(self) -> str:
        line = self._line().strip()
        if len(line) < 2 or line[0] != line[-1] or line[0] not in "'\"":
            raise _unpickling("the STRING opcode argument must be quoted")
        return line[1:-1].encode("latin-1").decode("unicode_escape")

    def _to_mark(self) -> list[object]:
        place = max((place for place, value in enumerate(self._stack) if value is _MARK), default=-1)
        if place < 0:
            raise _unpickling("could not find MARK")
        taken = self._stack[place + 1 :]
        del self._stack[place:]
        return taken

    def _dict_items(self, items: list[object]) -> None:
        target = self._stack[-1]
        if not isinstance(target, dict) or len(items) % 2:
            raise _unpickling("odd number of items for SETITEMS")
        target.update(zip(items[::2], items[1::2], strict=True))

    def _make_dict(self) -> None:
        items = self._to_mark()
        self._stack.append({})
        self._dict_items(items)

    def _append(self, items: list[object]) -> None:
        target = self._stack[-1]
        if not isinstance(target, list):
            raise _unpickling("APPENDS needs a list")
        target.extend(items)

    def _last(self, count: int) -> list[object]:
        if len(self._stack) < count:
            raise _unpickling("unexpected MARK found")
        taken = self._stack[len(self._stack) - count :]
        del self._stack[len(self._stack) - count :]
        return taken

    def _remember(self, place: int) -> None:
        self._memo[place] = self._stack[-1]


def _shown(code: bytes) -> str:
    return code.decode() if 32 < code[0] < 127 else f"\\x{code[0]:02x}"


_CONSTANTS: dict[bytes, object] = {
    b"N": None,
    b"\x88": True,
    b"\x89": False,
    b"(": _MARK,
    b")": (),
    b"]": list,
    b"}": dict,
}
_READERS: dict[bytes, Callable[[_PickleReader], object]] = {
    b"I": lambda reader: reader._number(),
    b"L": lambda reader: int(reader._line().rstrip("L")),
    b"K": lambda reader: reader._int(1),
    b"M": lambda reader: reader._int(2),
    b"J": lambda reader: reader._int(4, signed=True),
    b"\x8a": lambda reader: reader._int(reader._int(1), signed=True),
    b"F": lambda reader: float(reader._line()),
    b"G": lambda reader: struct.unpack(">d", reader._bytes(8))[0],
    b"S": lambda reader: reader._quoted(),
    b"V": lambda reader: reader._line().encode("latin-1").decode("raw_unicode_escape"),
    b"X": lambda reader: reader._text(4),
    b"\x8c": lambda reader: reader._text(1),
    b"\x8d": lambda reader: reader._text(8),
    b"B": lambda reader: reader._bytes(reader._int(4)),
    b"C": lambda reader: reader._bytes(reader._int(1)),
    b"g": lambda reader: reader._memo[int(reader._line())],
    b"h": lambda reader: reader._memo[reader._int(1)],
    b"j": lambda reader: reader._memo[reader._int(4)],
    b"l": lambda reader: reader._to_mark(),
    b"t": lambda reader: tuple(reader._to_mark()),
    b"\x85": lambda reader: tuple(reader._last(1)),
    b"\x86": lambda reader: tuple(reader._last(2)),
    b"\x87": lambda reader: tuple(reader._last(3)),
    b"2": lambda reader: reader._stack[-1],
}
_ACTIONS: dict[bytes, Callable[[_PickleReader], object]] = {
    b"\x80": lambda reader: reader._int(1),
    b"\x95": lambda reader: reader._int(8),
    b"0": lambda reader: reader._stack.pop(),
    b"a": lambda reader: reader._append(reader._last(1)),
    b"e": lambda reader: reader._append(reader._to_mark()),
    b"s": lambda reader: reader._dict_items(reader._last(2)),
    b"u": lambda reader: reader._dict_items(reader._to_mark()),
    b"d": lambda reader: reader._make_dict(),
    b"p": lambda reader: reader._remember(int(reader._line())),
    b"q": lambda reader: reader._remember(reader._int(1)),
    b"r": lambda reader: reader._remember(reader._int(4)),
    b"\x94": lambda reader: reader._remember(len(reader._memo)),
}
# Looking up a name, calling it, building an instance, or asking for an outside object.
_REFUSED = frozenset((b"c", b"i", b"o", b"b", b"R", b"P", b"Q", b"\x81", b"\x82", b"\x83", b"\x84", b"\x92", b"\x93"))
