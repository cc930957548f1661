"""Public ids: twelve random Base58 characters, and their UUID form for the dialects that need one.

The UUID form is the id, enciphered with a permutation of the 122 free bits of a version 4 UUID that depends on the
instance's key and on the kind of thing. Only one in 2^51 UUIDs deciphers to an id, so a UUID of another kind, of
another instance, or made up, reads as no id at all, and no table is needed to read one back.
"""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from vedette.server.kernel import sealing

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LENGTH = 12

_ID = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}\1[0-9a-fA-F]{12}")
_DIGITS = {character: value for value, character in enumerate(ALPHABET)}
_COUNT = len(ALPHABET) ** LENGTH
_HALF = 61
_MASK = (1 << _HALF) - 1
_SPARE = 2 * _HALF - _COUNT.bit_length()
"""Bits of the block that an id leaves free: zeros that the deciphering checks."""
_ROUNDS = 8


def new_id() -> str:
    """A new public id: 70 bits that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_id(text: str) -> bool:
    """Whether the text has the form of a public id."""
    return _ID.fullmatch(text) is not None


def instance_key() -> bytes:
    """The key that makes this instance's UUIDs: 32 bytes, the same for the life of the key ring, rotated or not."""
    return sealing.instance_ring().derive("ids")


def as_uuid(kind: str, public_id: str, *, key: bytes | None = None) -> str:
    """The UUID of an id: lower case with hyphens, version 4 in form. The kind is a short word that never changes.
    Raises ValueError when the text is not a public id."""
    if not is_id(public_id):
        raise ValueError("not a public id")
    number = 0
    for character in public_id:
        number = number * len(ALPHABET) + _DIGITS[character]
    bits = _encipher(_rounds(key or instance_key(), kind), number << _SPARE)
    high, middle, low = bits >> 74, bits >> 62 & 0xFFF, bits & (1 << 62) - 1
    return str(UUID(int=high << 80 | 0x4 << 76 | middle << 64 | 0b10 << 62 | low))


def from_uuid(kind: str, text: str, *, key: bytes | None = None) -> str | None:
    """The id in a UUID, with or without hyphens, in any case; None when it is not one of this kind."""
    if not _UUID.fullmatch(text):
        return None
    value = int(text.replace("-", ""), 16)
    if value >> 76 & 0xF != 0x4 or value >> 62 & 0b11 != 0b10:
        return None
    block = value >> 80 << 74 | (value >> 64 & 0xFFF) << 62 | value & (1 << 62) - 1
    number = _decipher(_rounds(key or instance_key(), kind), block)
    if number & (1 << _SPARE) - 1 or number >> _SPARE >= _COUNT:
        return None
    number >>= _SPARE
    characters = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))


@lru_cache(maxsize=64)
def _rounds(key: bytes, kind: str) -> Cipher[modes.ECB]:
    # A key of its own for each kind; single blocks are all that is ever enciphered with it.
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(b"uuid:" + kind.encode())
    return Cipher(algorithms.AES(mac.finalize()), modes.ECB())  # noqa: S305 - AES as round function, not as a mode


def _mix(context: CipherContext, number: int, half: int) -> int:
    return int.from_bytes(context.update(bytes((number,)) + half.to_bytes(15, "big"))[:8], "big") & _MASK


def _encipher(cipher: Cipher[modes.ECB], block: int) -> int:
    """A balanced Feistel network over two halves of 61 bits."""
    context = cipher.encryptor()
    left, right = block >> _HALF, block & _MASK
    for number in range(_ROUNDS):
        left, right = right, left ^ _mix(context, number, right)
    return left << _HALF | right


def _decipher(cipher: Cipher[modes.ECB], block: int) -> int:
    context = cipher.encryptor()
    left, right = block >> _HALF, block & _MASK
    for number in reversed(range(_ROUNDS)):
        left, right = right ^ _mix(context, number, left), left
    return left << _HALF | right
