"""Client certificates for tests, as people hold them in their hands."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

PASSWORD = "c4nary-S3CRET-81"


@lru_cache
def key(name: str = "a") -> Any:
    """A key; the same for the same name."""
    return rsa.generate_private_key(65537, 1024) if name == "short" else ec.generate_private_key(ec.SECP256R1())


@lru_cache
def certificate(name: str = "a", *, starts: int = -1, ends: int = 30) -> x509.Certificate:
    """A self-signed certificate of the key, valid between these days from now."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"client {name}")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=starts))
        .not_valid_after(now + dt.timedelta(days=ends))
    )
    return built.sign(key(name), hashes.SHA256())


def pem(name: str = "a", **days: int) -> bytes:
    """The certificate alone."""
    return certificate(name, **days).public_bytes(Encoding.PEM)


def key_pem(name: str = "a", password: str = "") -> bytes:
    """The key, locked if there is a password."""
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def bundle(name: str = "a", password: str = PASSWORD, others: tuple[str, ...] = ()) -> bytes:
    """Both as PKCS#12."""
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    more = [certificate(other) for other in others]
    return pkcs12.serialize_key_and_certificates(b"x", key(name), certificate(name), more, lock)


@lru_cache
def rsa_pair(name: str = "a") -> tuple[str, str]:
    """A private RSA key and its public key, both PEM; the same for the same name."""
    made = rsa.generate_private_key(65537, 2048)
    public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), public.decode()
