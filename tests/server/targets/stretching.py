"""Hostile files: locked keys that ask for more work than anybody needs, visibly or within what is locked."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_SALT, _IV = b"saltsalt", b"i" * 16
_DATA, _ENCRYPTED = "2a864886f70d010701", "2a864886f70d010706"
_PBES2, _PBKDF2, _SCRYPT = "2a864886f70d01050d", "2a864886f70d01050c", "2b06010401da47040b"
_SHA256, _AES256, _KEY_BAG = "2a864886f70d0209", "60864801650304012a", "2a864886f70d010c0a0102"


def hidden(rounds: int, password: bytes) -> bytes:
    """PKCS#12 that opens with one round; the key within, once it is seen, asks for so many."""
    bag = _seq(_oid(_KEY_BAG), _tagged(0xA0, _seq(_lock(_stretched(rounds)), _tagged(4, b"k" * 160))))
    outer = hashlib.pbkdf2_hmac("sha256", password, _SALT, 1, 32)
    content = _seq(_oid(_DATA), _lock(_stretched(1)), _tagged(0x80, _encrypted(outer, _seq(bag))))
    part = _seq(_oid(_ENCRYPTED), _tagged(0xA0, _seq(_whole(0), content)))
    return _seq(_whole(3), _seq(_oid(_DATA), _tagged(0xA0, _tagged(4, _seq(part)))))


def locked_with_scrypt(cost: int, block: int, lanes: int) -> bytes:
    """A key in PKCS#8."""
    numbers = (_whole(cost), _whole(block), _whole(lanes))
    return _seq(_lock(_seq(_oid(_SCRYPT), _seq(_tagged(4, _SALT), *numbers))), _tagged(4, b"k" * 160))


def _lock(function: bytes) -> bytes:
    return _seq(_oid(_PBES2), _seq(function, _seq(_oid(_AES256), _tagged(4, _IV))))


def _stretched(rounds: int) -> bytes:
    return _seq(_oid(_PBKDF2), _seq(_tagged(4, _SALT), _whole(rounds), _seq(_oid(_SHA256), _tagged(5))))


def _encrypted(key: bytes, data: bytes) -> bytes:
    left = 16 - len(data) % 16
    cipher = Cipher(algorithms.AES(key), modes.CBC(_IV)).encryptor()
    return cipher.update(data + bytes([left]) * left) + cipher.finalize()


def _seq(*parts: bytes) -> bytes:
    return _tagged(0x30, *parts)


def _oid(text: str) -> bytes:
    return _tagged(6, bytes.fromhex(text))


def _whole(number: int) -> bytes:
    return _tagged(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _tagged(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 0x80 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + size + body
