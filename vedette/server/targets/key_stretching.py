"""How much work it takes to open a locked key: files say it themselves, and hostile ones ask for hours. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

MAX_ROUNDS = 4_000_000
"""For all locks of a file, some seconds; the usual ones ask for some thousands, careful ones for a million each."""
_SCRYPT = b"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"
_FUNCTIONS = re.compile(
    rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05."  # PBKDF2, PBES1
    rb"|\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01."  # PKCS#12
    rb"|" + re.escape(_SCRYPT),
    re.DOTALL,
)
_SEQUENCE, _OCTETS, _INTEGER = 0x30, 0x04, 0x02


def too_much(content: bytes) -> bool:
    """Whether DER that can be read without its password asks for more than MAX_ROUNDS, all locks taken together."""
    return sum(_rounds(content)) > MAX_ROUNDS


def _rounds(content: bytes) -> Iterator[int]:
    for match in _FUNCTIONS.finditer(content):
        tag, start, _ = _element(content, match.end())
        if tag == _SEQUENCE:
            # Of scrypt: how often, the size of a block, the lanes; of the others how often, and the length of the key.
            numbers = _after_salt(content, start)
            yield math.prod(numbers[: 3 if match[0] == _SCRYPT else 1]) if numbers else 0
    # The check sum over a PKCS#12 file stands last: salt, then rounds.
    for size in range(1, 6):
        place = len(content) - size - 2
        if place > 0 and content[place : place + 2] == bytes((_INTEGER, size)):
            yield int.from_bytes(content[place + 2 :], "big")


def _after_salt(content: bytes, start: int) -> list[int]:
    """The whole numbers that follow a salt."""
    tag, _, end = _element(content, start)
    found: list[int] = []
    while tag in (_OCTETS, _INTEGER):
        tag, start, end = _element(content, end)
        if tag == _INTEGER:
            found.append(int.from_bytes(content[start:end], "big"))
    return found


def _element(content: bytes, place: int) -> tuple[int, int, int]:
    """Tag, beginning and end of what an element holds; tag 0 when there is none."""
    if place + 2 > len(content):
        return 0, place, place
    tag, size, start = content[place], content[place + 1], place + 2
    if size >= 0x80:
        more = size & 0x7F
        size, start = int.from_bytes(content[start : start + more], "big"), start + more
    return tag, start, start + size
