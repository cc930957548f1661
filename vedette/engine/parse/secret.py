"""Is it a real secret? Entropy, placeholders and the checksums that some tokens carry."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import zlib
from collections import Counter
from typing import Any

PLACEHOLDER_WORDS = (
    "changeme",
    "change_me",
    "dummy",
    "example",
    "fake",
    "foobar",
    "insert",
    "notreal",
    "placeholder",
    "redacted",
    "replace",
    "sample",
    "secretkey",
    "todo",
    "your",
    "xxxx",
)
SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "0123456789abcdef", "qwertyuiop", "asdfghjkl")
SEQUENCE_LENGTH = 7
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECKSUM_LENGTH = 6
SAMPLE_JWT_SUBJECT = "1234567890"

_TEMPLATE = re.compile(r"[<>{}*$%\[\]\s]|\.\.\.|(.)\1{5}")


def entropy(text: str) -> float:
    """Shannon entropy in bits per character; 0 for an empty text."""
    total = len(text)
    return -sum(count / total * math.log2(count / total) for count in Counter(text).values()) if total else 0.0


def placeholder(text: str) -> bool:
    """Whether a person wrote this to stand for a secret: `your-api-key-here`, `AKIAIOSFODNN7EXAMPLE`, `${KEY}`."""
    lower = text.lower()
    if any(word in lower for word in PLACEHOLDER_WORDS) or _TEMPLATE.search(text):
        return True
    return any(
        sequence[start : start + SEQUENCE_LENGTH] in lower
        for sequence in SEQUENCES
        for start in range(len(sequence) - SEQUENCE_LENGTH + 1)
    )


def checksum_holds(token: str) -> bool:
    """Whether a token of the form `prefix_` + random + six characters ends in the CRC-32 of its random part."""
    random, claimed = token.rpartition("_")[2][:-CHECKSUM_LENGTH], token[-CHECKSUM_LENGTH:]
    number, digits = zlib.crc32(random.encode()), ""
    while number:
        number, rest = divmod(number, len(BASE62))
        digits = BASE62[rest] + digits
    return digits.rjust(CHECKSUM_LENGTH, "0") == claimed


def jwt_parts(token: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Header and claims of a signed JWT; None when it is none, or the sample that every manual shows."""
    pieces = token.split(".")
    if len(pieces) != 3:
        return None
    header, claims = _json_piece(pieces[0]), _json_piece(pieces[1])
    if header is None or claims is None or "alg" not in header or claims.get("sub") == SAMPLE_JWT_SUBJECT:
        return None
    return header, claims


def private_key(pem: str) -> bool:
    """Whether a PEM block holds the bytes of a private key: an ASN.1 sequence of that length, or OpenSSH's magic."""
    body = re.sub(r"-----[A-Z ]+-----|\\[rn]|(?m:^[A-Za-z-]+:.*$)", "", pem)
    try:
        data = base64.b64decode(re.sub(r"[\s\"',+]+(?=$)|\s+", "", body), validate=True)
    except (binascii.Error, ValueError):
        return False
    if data.startswith(b"openssh-key-v1\0"):
        return len(data) > 100
    encrypted = "ENCRYPTED" in pem
    return _sequence_length(data) == len(data) or (encrypted and len(data) >= 64)


def _sequence_length(data: bytes) -> int:
    if len(data) < 4 or data[0] != 0x30:
        return -1
    if data[1] < 0x80:
        return 2 + data[1]
    size = data[1] & 0x7F
    return 2 + size + int.from_bytes(data[2 : 2 + size], "big")


def _json_piece(piece: str) -> dict[str, Any] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))
    except (ValueError, UnicodeDecodeError):
        return None
    return value if isinstance(value, dict) else None
