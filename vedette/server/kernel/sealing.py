"""Encryption at rest: a key ring in a file of its own, one data key per organisation, values bound to their place.

The ring wraps data keys, data keys seal values (AES-256-GCM throughout). A sealed value opens only in the organisation,
table, row and column it was sealed for. Nothing here puts a key or a secret into a text: not in errors, not in `repr`.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings

Blob = bytes | memoryview
"""What a binary column gives back: the databases differ."""

KEY_BYTES = 32
MIN_PASSPHRASE = 12
OBFUSCATED = "OBFUSCATED_"

_SEALED, _WRAPPED, _EXPORTED = b"vs1", b"vw1", b"vx1"
_NONCE = 12
_TAG = 16
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_KEY_ID_BYTES = 8
_OBFUSCATED = re.compile(OBFUSCATED + r"[0-9a-f]{24}")
_SALT = 16
_SCRYPT_LOG_N = 17
_SCRYPT_LOG_NS = range(10, 21)


class SealError(Exception):
    """A sealed value, wrapped key or key ring cannot be used. The text says why and never what was inside."""


class DataKey:
    """The key of one organisation. It never shows its bytes and refuses to be copied into another process."""

    __slots__ = ("_secret", "id")

    def __init__(self, key_id: str, secret: bytes) -> None:
        if not _KEY_ID.fullmatch(key_id) or len(secret) != KEY_BYTES:
            raise SealError("not a data key")
        self.id = key_id
        self._secret = secret

    def __repr__(self) -> str:
        return f"<DataKey {self.id}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key is not to be serialised")


class _Ring(NamedTuple):
    current: str
    keys: dict[str, bytes]
    instance: bytes


class KeyRing:
    """The keys of this instance, read from a file that only its owner may read, and made there on first use.

    The file is JSON: `current` (a key id), `keys` (id to base64 of 32 bytes), `instance` (the same, what `derive` works
    from; rotation leaves it alone). Raises SealError for a file with wrong permissions or form, or with weak keys.
    """

    __slots__ = ("_derived", "_path", "_ring")

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self._path = path
        self._derived: dict[str, bytes] = {}
        if create and not path.exists():
            self._make(_Ring(*_first_keys()), exist_ok=True)
        self._ring = _read(path)

    def __repr__(self) -> str:
        return f"<KeyRing {self._path}: {len(self._ring.keys)} keys, current {self._ring.current}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key ring is not to be serialised")

    @property
    def current(self) -> str:
        """The id of the key that wraps."""
        return self._ring.current

    def rotate(self) -> str:
        """Adds a new key and makes it the one that wraps; the old ones go on unwrapping. Returns its id."""
        with _locked(self._path):
            ring = _read(self._path)
            key_id = _new_key_id(ring.keys)
            _write(self._path, _Ring(key_id, {**ring.keys, key_id: secrets.token_bytes(KEY_BYTES)}, ring.instance))
        self._ring = _read(self._path)
        return key_id

    def wrap(self, data_key: DataKey, aad: str) -> bytes:
        """The data key, enciphered for storing; `aad` is what it belongs to (the organisation's public id)."""
        # Another process may have rotated the ring: what is wrapped now must use its present key.
        self._ring = _read(self._path)
        inner = data_key.id.encode() + data_key._secret
        return _lock(_WRAPPED, self._ring.current, self._ring.keys[self._ring.current], inner, (aad,))

    def unwrap(self, wrapped: Blob, aad: str) -> DataKey:
        """The data key again. Raises SealError for another `aad`, an unknown ring key or changed bytes."""
        key_id = self.key_of(wrapped)
        if key_id not in self._ring.keys:
            self._ring = _read(self._path)
        if key_id not in self._ring.keys:
            raise SealError(f"the key ring has no key {key_id}")
        inner = _unlock(_WRAPPED, self._ring.keys[key_id], wrapped, (aad,))
        return DataKey(inner[:_KEY_ID_BYTES].decode(), inner[_KEY_ID_BYTES:])

    def rewrap(self, wrapped: Blob, aad: str) -> bytes:
        """The same data key under the current ring key; the given bytes, when they are that already."""
        data_key = self.unwrap(wrapped, aad)
        again = self.wrap(data_key, aad)
        return bytes(wrapped) if self.key_of(wrapped) == self.key_of(again) else again

    @staticmethod
    def key_of(wrapped: Blob) -> str:
        """The id of the ring key that a wrapped data key needs."""
        return _key_id(_WRAPPED, wrapped)

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose, the same for the life of this instance; rotation does not change it."""
        if purpose not in self._derived:
            self._derived[purpose] = _derive(self._ring.instance, f"instance: {purpose}")
        return self._derived[purpose]

    def export_ring(self, passphrase: str) -> bytes:
        """The whole ring, enciphered with a passphrase of at least MIN_PASSPHRASE characters, for a backup."""
        if len(passphrase) < MIN_PASSPHRASE:
            raise SealError(f"the passphrase needs at least {MIN_PASSPHRASE} characters")
        head = _EXPORTED + bytes((_SCRYPT_LOG_N,)) + secrets.token_bytes(_SALT)
        nonce = secrets.token_bytes(_NONCE)
        key = _from_passphrase(passphrase, head)
        return head + nonce + AESGCM(key).encrypt(nonce, _encode(_read(self._path)), head)

    @classmethod
    def import_ring(cls, path: Path, exported: bytes, passphrase: str) -> KeyRing:
        """Writes an exported ring to a place where none stands. Raises SealError for a wrong passphrase or changed
        bytes, and when there is a ring already: it is never replaced."""
        head_size = len(_EXPORTED) + 1 + _SALT
        head, rest = exported[:head_size], exported[head_size:]
        # The cost comes from outside: it must not take the machine's memory, nor be none.
        if not head.startswith(_EXPORTED) or len(rest) < _NONCE + _TAG or head[len(_EXPORTED)] not in _SCRYPT_LOG_NS:
            raise SealError("not an exported key ring")
        key = _from_passphrase(passphrase, head)
        try:
            text = AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], head)
        except InvalidTag:
            raise SealError("wrong passphrase, or the export was changed") from None
        ring = cls.__new__(cls)
        ring._path, ring._derived = path, {}
        ring._make(_decode(text), exist_ok=False)
        ring._ring = _read(path)
        return ring

    def _make(self, ring: _Ring, *, exist_ok: bool) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(self._path):
            if not self._path.exists():
                _write(self._path, ring)
            elif not exist_ok:
                raise SealError("there is a key ring already")


def instance_ring() -> KeyRing:
    """The key ring of this instance, as the settings name it."""
    return _ring_at(settings.VEDETTE.master_keys)


@lru_cache(maxsize=8)
def _ring_at(path: Path) -> KeyRing:
    return KeyRing(path)


def new_data_key() -> DataKey:
    """A new key for one organisation's values."""
    return DataKey(_new_key_id({}), secrets.token_bytes(KEY_BYTES))


def seal(
    data_key: DataKey, plaintext: bytes | str, *, organisation: str, table: str, public_id: str, column: str
) -> bytes:
    """The value, enciphered for one place only; texts as UTF-8. Sealing the same value twice gives different bytes."""
    inner = plaintext.encode() if isinstance(plaintext, str) else plaintext
    return _lock(_SEALED, data_key.id, data_key._secret, inner, (organisation, table, public_id, column))


def open_sealed(
    data_key: DataKey, sealed: Blob, *, organisation: str, table: str, public_id: str, column: str
) -> bytes:
    """The value again. Raises SealError for another place, another key or changed bytes."""
    if _key_id(_SEALED, sealed) != data_key.id:
        raise SealError("sealed with another data key")
    return _unlock(_SEALED, data_key._secret, sealed, (organisation, table, public_id, column))


def sealed_with(sealed: Blob) -> str:
    """The id of the data key that a sealed value needs."""
    return _key_id(_SEALED, sealed)


def obfuscated(data_key: DataKey, value: str) -> str:
    """What is shown in place of a secret: equal for equal values of one organisation, and telling nothing else."""
    mac = hmac.HMAC(_derive(data_key._secret, "obfuscation"), hashes.SHA256())
    mac.update(value.encode())
    return OBFUSCATED + mac.finalize().hex()[:24]


def is_obfuscated(text: str) -> bool:
    """Whether the text has the form of a shown secret: sent back, it leaves the stored one unchanged."""
    return _OBFUSCATED.fullmatch(text) is not None


def _lock(kind: bytes, key_id: str, key: bytes, inner: bytes, place: tuple[str, ...]) -> bytes:
    head = kind + key_id.encode()
    nonce = secrets.token_bytes(_NONCE)
    return head + nonce + AESGCM(key).encrypt(nonce, inner, _associated(head, place))


def _unlock(kind: bytes, key: bytes, stored: Blob, place: tuple[str, ...]) -> bytes:
    blob = bytes(stored)
    size = len(kind) + _KEY_ID_BYTES
    head, nonce, inner = blob[:size], blob[size : size + _NONCE], blob[size + _NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, inner, _associated(head, place))
    except InvalidTag:
        raise SealError("it belongs to another place, or was changed") from None


def _key_id(kind: bytes, stored: Blob) -> str:
    blob = bytes(stored)
    key_id = blob[len(kind) : len(kind) + _KEY_ID_BYTES].decode("ascii", "replace")
    enough = len(kind) + _KEY_ID_BYTES + _NONCE + _TAG
    if not blob.startswith(kind) or len(blob) < enough or not _KEY_ID.fullmatch(key_id):
        raise SealError("not in the form of sealed data")
    return key_id


def _associated(head: bytes, place: tuple[str, ...]) -> bytes:
    # Lengths first, so that no two places can read the same.
    parts = [head, *(part.encode() for part in place)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"vedette {purpose}".encode()).derive(key)


def _from_passphrase(passphrase: str, head: bytes) -> bytes:
    cost, salt = head[len(_EXPORTED)], head[len(_EXPORTED) + 1 :]
    # The same characters typed on another system may come in another composition.
    text = unicodedata.normalize("NFC", passphrase).encode()
    return Scrypt(salt, KEY_BYTES, n=2**cost, r=8, p=1).derive(text)


def _new_key_id(taken: dict[str, bytes]) -> str:
    return next(key_id for key_id in iter(lambda: secrets.token_hex(_KEY_ID_BYTES // 2), "") if key_id not in taken)


def _first_keys() -> tuple[str, dict[str, bytes], bytes]:
    key_id = _new_key_id({})
    return key_id, {key_id: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES)


def _weak(key: bytes) -> bool:
    """Whether a key is none that a random source gives: zeros, patterns, counted bytes, typed text."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(set(key)) <= KEY_BYTES // 4 or len(steps) <= 1 or all(0x20 <= byte < 0x7F for byte in key)


def _encode(ring: _Ring) -> bytes:
    keys = {key_id: base64.b64encode(key).decode() for key_id, key in ring.keys.items()}
    document = {"current": ring.current, "keys": keys, "instance": base64.b64encode(ring.instance).decode()}
    return json.dumps(document, indent=1).encode() + b"\n"


def _decode(text: bytes) -> _Ring:
    try:
        document: Any = json.loads(text)
        keys = {str(key_id): base64.b64decode(key, validate=True) for key_id, key in document["keys"].items()}
        ring = _Ring(str(document["current"]), keys, base64.b64decode(document["instance"], validate=True))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise SealError("the key ring cannot be read: its form is wrong") from None
    every = [*keys.values(), ring.instance]
    if ring.current not in keys or not all(_KEY_ID.fullmatch(key_id) for key_id in keys):
        raise SealError("the key ring names no current key")
    if any(len(key) != KEY_BYTES for key in every):
        raise SealError(f"the key ring holds a key that is not {KEY_BYTES} bytes long")
    if any(_weak(key) for key in every) or len(set(every)) != len(every):
        raise SealError("the key ring holds a key that is not random")
    return ring


def _read(path: Path) -> _Ring:
    try:
        file = path.open("rb")
    except OSError as error:
        raise SealError(f"the key ring {path} cannot be opened: {error.strerror}") from None
    with file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode) or stat.S_IMODE(facts.st_mode) & 0o077:
            raise SealError(f"the key ring {path} must be a file that only its owner can read (chmod 600)")
        return _decode(file.read())


def _write(path: Path, ring: _Ring) -> None:
    """Puts the ring in place whole or not at all. The caller holds the lock."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)  # left by a process that died here
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        if path.exists():
            # A rotation by the administrator must not lock the service's own user out.
            facts = path.stat()
            os.fchown(handle, facts.st_uid, facts.st_gid)
        os.fchmod(handle, 0o600)
        file.write(_encode(ring))
        file.flush()
        os.fsync(handle)
    fresh.replace(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One writer at a time, across processes: two rotations at once must not lose each other's key."""
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
