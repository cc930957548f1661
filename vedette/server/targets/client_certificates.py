"""Client certificates as people have them, PEM or PKCS#12, read into the one form that is stored. Writes nothing."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from vedette.server.targets.key_stretching import too_much
from vedette.server.targets.unlocking import TooMuch, Wrong, open_pkcs12
from vedette.server.targets.values import FieldError

MAX_BYTES = 32 * 1024
MAX_KEY = 8 * 1024
"""Of a key as PEM: whoever checks a longer one is busy for long."""
MIN_RSA_BITS = 2048
"""Shorter keys are refused by the TLS library that the engine speaks through."""
_KEYS = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
_PEM = b"-----BEGIN "
_LONG_KEY = f"A private key has at most {MAX_KEY // 1024} KiB."
_TOO_MUCH = "It would take too long to open it: lock it anew with fewer rounds."


class PartError(FieldError):
    """What is wrong with one part of it: `part` is `certificate`, `key` or `password`."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate that can be used. `pem` holds the key in the open, the certificate, and those that vouch for it, in
    this order; `expires` is in UTC."""

    pem: str = field(repr=False)
    subject: str
    expires: datetime


def read(certificate: bytes, key: bytes, password: str, *, now: datetime) -> ClientCertificate:
    """Reads PEM (the key may stand in the same text) or PKCS#12, as it is or in Base64. Raises PartError, which never
    repeats what was given."""
    if max(len(certificate), len(key)) > MAX_BYTES:
        raise PartError("certificate", f"A certificate with its key has at most {MAX_BYTES // 1024} KiB.")
    if not certificate.strip():
        raise PartError("certificate", "Hand in a certificate.")
    secret = password.encode()
    private, known = _from_pem(certificate, key, secret) if _PEM in certificate else _from_pkcs12(certificate, secret)
    own = _own(private, known)
    _in_force(own, now)
    others = [one for one in known if one is not own]
    parts = [private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())]
    parts += [one.public_bytes(Encoding.PEM) for one in (own, *others)]
    return ClientCertificate(b"".join(parts).decode(), _subject(own), own.not_valid_after_utc)


def _from_pem(certificate: bytes, key: bytes, password: bytes) -> tuple[_Key, list[x509.Certificate]]:
    try:
        known = x509.load_pem_x509_certificates(certificate)
    except ValueError:
        raise PartError("certificate", "This is no certificate in PEM form.") from None
    text = key if key.strip() else certificate
    start = _start_of_key(text)
    if start < 0:
        raise PartError("key", "Hand in the private key of the certificate, in PEM form.")
    _within_reason(text[start:])
    private: object
    try:
        private = load_pem_private_key(text[start:], password or None)
    except TypeError:
        # The library tells by this error that there is a password too few, or one too many.
        if password:
            private = _unlocked(text[start:])
        else:
            raise PartError("password", "The key is locked with a password: give it.") from None
    except (ValueError, UnsupportedAlgorithm):
        if password:
            raise PartError("password", "The key cannot be opened: the password is wrong.") from None
        raise PartError("key", "This is no private key in PEM form.") from None
    return _usable(private), known


def _unlocked(text: bytes) -> object:
    try:
        return load_pem_private_key(text, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise PartError("key", "This is no private key in PEM form.") from None


def _within_reason(text: bytes) -> None:
    block = text[: text.find(b"-----END") if b"-----END" in text else None]
    if len(block) > MAX_KEY:
        raise PartError("key", _LONG_KEY)
    lines = [line for line in block.splitlines()[1:] if b":" not in line]
    try:
        content = base64.b64decode(b"".join(lines))
    except (binascii.Error, ValueError):
        return  # the reader says what is wrong
    if too_much(content):
        raise PartError("key", _TOO_MUCH)


def _start_of_key(text: bytes) -> int:
    starts = [text.find(_PEM + word) for word in (b"PRIVATE", b"ENCRYPTED", b"RSA", b"EC PRIVATE")]
    return min((start for start in starts if start >= 0), default=-1)


def _from_pkcs12(given: bytes, password: bytes) -> tuple[_Key, list[x509.Certificate]]:
    content = given
    if not content.startswith(b"\x30"):
        try:
            content = base64.b64decode(b"".join(given.split()), validate=True)
        except (binascii.Error, ValueError):
            content = b""
    if not content.startswith(b"\x30"):
        raise PartError("certificate", "This is a certificate neither in PEM form nor in PKCS#12.")
    if too_much(content):
        raise PartError("certificate", _TOO_MUCH)
    try:
        found = open_pkcs12(content, password)
    except TooMuch:
        raise PartError("certificate", _TOO_MUCH) from None
    except Wrong:
        raise PartError(
            "password", "The file cannot be opened: the password is wrong, or it is no PKCS#12 file."
        ) from None
    if not found.own:
        raise PartError("certificate", "The file holds no certificate.")
    if not found.key:
        raise PartError("key", "The file holds no private key.")
    if len(found.key) > MAX_KEY:
        raise PartError("key", _LONG_KEY)
    known = [x509.load_pem_x509_certificate(one) for one in found.certificates]
    return _usable(load_pem_private_key(found.key, None)), known


def _usable(private: object) -> _Key:
    if not isinstance(private, _KEYS):
        raise PartError("key", "Only RSA, elliptic and Edwards keys can be used.")
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size < MIN_RSA_BITS:
        raise PartError("key", f"An RSA key needs at least {MIN_RSA_BITS} bits; this one has {private.key_size}.")
    return private


def _own(private: _Key, known: list[x509.Certificate]) -> x509.Certificate:
    """The one certificate that the key belongs to."""
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for one in known:
        try:
            same = one.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == public
        except (ValueError, UnsupportedAlgorithm):
            continue
        if same:
            return one
    raise PartError("key", "The key does not fit the certificate.")


def _in_force(own: x509.Certificate, now: datetime) -> None:
    if own.not_valid_after_utc < now:
        raise PartError("certificate", f"The certificate expired on {own.not_valid_after_utc:%Y-%m-%d}.")
    if own.not_valid_before_utc > now:
        raise PartError("certificate", f"The certificate is not valid before {own.not_valid_before_utc:%Y-%m-%d}.")


def _subject(own: x509.Certificate) -> str:
    try:
        text = own.subject.rfc4514_string()
    except ValueError:
        text = ""
    return text[:300] or "without a name"
