"""Formats of serialised objects: how to recognise one, spell it otherwise with the same meaning, and break it.

Data and pure functions of the check beside it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from vedette.engine.attack.rng import Rng

Change = Callable[[bytes], bytes | None]
"""A changed copy of serialised bytes; None where the change does not apply."""


@dataclass(frozen=True, slots=True)
class Format:
    """`head` recognises the bytes. `same` spell the value in another way with the same meaning; each is paired with a
    change in `broken` that differs in as few bytes and makes it invalid. `complaint` is what the language's own
    deserialiser says of invalid bytes. `altered` makes changes that put another text of equal length inside."""

    name: str
    head: re.Pattern[bytes]
    complaint: re.Pattern[str]
    same: tuple[Change, ...] = ()
    broken: tuple[Change, ...] = ()
    altered: Callable[[Rng], Change] | None = None


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How bytes stand in a value: as they are, in hexadecimal digits, or in one of two alphabets of base64."""

    name: str
    unwrap: Callable[[str], bytes | None]
    wrap: Callable[[bytes], str]


def _base64(text: str, altchars: bytes | None = None) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=altchars, validate=True) if text else None
    except (binascii.Error, ValueError):
        return None


def _hex(text: str) -> bytes | None:
    return bytes.fromhex(text) if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", text) else None


WRAPPINGS = (
    Wrapping(
        "plain", lambda text: text.encode("utf-8", "surrogateescape"), lambda data: data.decode("utf-8", "replace")
    ),
    Wrapping("hex", _hex, lambda data: data.hex()),
    Wrapping("base64", _base64, lambda data: base64.b64encode(data).decode()),
    Wrapping("base64url", lambda text: _base64(text, b"-_"), lambda data: base64.urlsafe_b64encode(data).decode()),
)


def _replaced(pattern: bytes, replacement: bytes) -> Change:
    expression = re.compile(pattern, re.DOTALL)

    def change(data: bytes) -> bytes | None:
        changed, count = expression.subn(replacement, data, count=1)
        return changed if count and changed != data else None

    return change


def _longer(data: bytes) -> bytes | None:
    """The first length of a text or list raised by ten, which no longer fits."""
    match = re.search(rb"([sa]):(\d+):", data)
    if not match:
        return None
    return data[: match.start(2)] + str(int(match[2]) + 10).encode() + data[match.end(2) :]


def _other_text(pattern: bytes) -> Callable[[Rng], Change]:
    """Changes that replace the last text that the pattern finds, a text of at least three letters, by random ones."""
    expression = re.compile(pattern, re.DOTALL)

    def altered(rng: Rng) -> Change:
        def change(data: bytes) -> bytes | None:
            found = [match for match in expression.finditer(data) if re.fullmatch(rb"[A-Za-z]{3,}", match[1])]
            if not found:
                return None
            start, end = found[-1].span(1)
            return data[:start] + rng.word(end - start).encode() + data[end:]

        return change

    return altered


# A whole number may have a leading zero, in PHP's own words "uiv = [0-9]+"; what follows the value is not read.
PHP = Format(
    "PHP",
    re.compile(rb'(?:[Oa]:\d+:["{].*\}|s:\d+:".*";|[ib]:-?\d+;)\Z', re.DOTALL),
    re.compile(r"unserialize\(\)|Error at offset \d+ of \d+ bytes|__PHP_Incomplete_Class|UnserializationFailed"),
    (_replaced(rb"([sa]):(\d+:)", rb"\1:0\2"), _replaced(rb"\Z", b"x")),
    (_longer, _longer),
    _other_text(rb'(?:"|i:\d+);s:\d+:"([^"]*)"'),
)
# Push None and drop it again, before the stop; or drop two when only one was pushed.
PICKLE = Format(
    "Python pickle",
    re.compile(rb"(?:\x80[\x02-\x05]|\(dp\d|\(lp\d|\(ip?|c[a-z_]+\n).*\.\Z", re.DOTALL),
    re.compile(r"Unpickling(?:Error)?|pickle data was truncated|invalid load key|_pickle\.|unpickling stack underflow"),
    (_replaced(rb"\.\Z", b"N0."), _replaced(rb"\.\Z", b"N0N0.")),
    (_replaced(rb"\.\Z", b"00."), _replaced(rb"\.\Z", b"N000.")),
    _other_text(rb"[\x8cXVU][\x00-\x7f]\x00{0,3}([A-Za-z]{3,})"),
)
# A reset of the stream may stand before any object; a type code that does not exist may not.
JAVA = Format(
    "Java",
    re.compile(rb"\xac\xed\x00\x05.+\Z", re.DOTALL),
    re.compile(
        r"StreamCorruptedException|InvalidClassException|java\.io\.(?:EOF|OptionalData|NotSerializable|ObjectStream)\w*"
        r"|ObjectInputStream|invalid type code"
    ),
    (
        _replaced(rb"\A\xac\xed\x00\x05", b"\xac\xed\x00\x05\x79"),
        _replaced(rb"\A\xac\xed\x00\x05", b"\xac\xed\x00\x05\x79\x79"),
    ),
    (
        _replaced(rb"\A\xac\xed\x00\x05", b"\xac\xed\x00\x05\x6f"),
        _replaced(rb"\A\xac\xed\x00\x05", b"\xac\xed\x00\x05\x79\x6f"),
    ),
    _other_text(rb"t\x00[\x03-\x7f]([A-Za-z]{3,})"),
)
RUBY = Format(
    "Ruby Marshal",
    re.compile(rb"\x04\x08[\[{ofIu:\"i@].*\Z", re.DOTALL),
    re.compile(r"marshal data too short|incompatible marshal file format|dump format error|undefined class/module"),
    (_replaced(rb"\Z", b"0"), _replaced(rb"\Z", b"00")),
    (lambda data: data[:-1] or None, lambda data: data[:-2] or None),
)
DOTNET = Format(
    ".NET BinaryFormatter",
    re.compile(rb"\x00\x01\x00\x00\x00\xff\xff\xff\xff.+\Z", re.DOTALL),
    re.compile(
        r"SerializationException|BinaryFormatter|End of Stream encountered before parsing"
        r"|does not contain a valid BinaryHeader"
    ),
    (),
    (lambda data: data[: len(data) // 2] or None,),
)
FORMATS = (PHP, PICKLE, JAVA, RUBY, DOTNET)


@dataclass(frozen=True, slots=True)
class Serialised:
    """A value that holds a serialised object: its format and how its bytes stand in it."""

    format: Format
    wrapping: Wrapping
    data: bytes

    def copy(self, change: Change) -> str:
        """The value with this change inside; empty where it does not apply."""
        changed = change(self.data)
        return self.wrapping.wrap(changed) if changed else ""


def recognised(value: str) -> Serialised | None:
    """What a value holds, also when it is percent-encoded as in cookies; None when it is no serialised object."""
    for text in dict.fromkeys((value, unquote(value))):
        for wrapping in WRAPPINGS:
            data = wrapping.unwrap(text)
            for known in FORMATS if data else ():
                if data and known.head.match(data):
                    return Serialised(known, wrapping, data)
    return None
