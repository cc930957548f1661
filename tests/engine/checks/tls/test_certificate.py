"""What is read from certificates: dates, names, chain, strength."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from vedette.engine.attack.probe import TlsFacts
from vedette.engine.checks.tls.certificate import faults_of

NOW = datetime(2024, 6, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
KEY = ec.derive_private_key(11, ec.SECP256R1())


def certificate(
    names: tuple[str, ...] = ("shop.example",),
    *,
    start: datetime = NOW - YEAR,
    end: datetime = NOW + YEAR,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = KEY,
    own: bool = False,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    issuer = subject if own else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).serial_number(1)
    builder = builder.public_key(key.public_key()).not_valid_before(start).not_valid_after(end)
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternative, critical=False)
    return builder.sign(KEY, hashes.SHA256())


def words(made: x509.Certificate, host: str = "shop.example", chain: str = "", now: datetime | None = NOW) -> list[str]:
    return [fault.word for fault in faults_of(made, TlsFacts(chain_error=chain), host, now)]


def test_a_good_certificate_has_no_fault() -> None:
    assert words(certificate()) == []


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW + 2 * YEAR, ["expired"]),
        (NOW - 2 * YEAR, ["not-yet-valid"]),
        (NOW + YEAR - timedelta(days=5), ["expires-soon"]),
        (NOW + YEAR - timedelta(days=15), []),
        (None, []),
    ],
)
def test_dates(now: datetime | None, expected: list[str]) -> None:
    assert words(certificate(), now=now) == expected


def test_the_library_knows_that_it_expired() -> None:
    assert words(certificate(), chain="certificate has expired", now=None) == ["expired"]


@pytest.mark.parametrize(
    ("names", "host", "matches"),
    [
        (("shop.example",), "shop.example", True),
        (("SHOP.example",), "shop.example", True),
        (("*.shop.example",), "www.shop.example", True),
        (("*.shop.example",), "shop.example", False),
        (("*.shop.example",), "a.b.shop.example", False),
        (("other.example",), "shop.example", False),
        ((), "shop.example", False),
    ],
)
def test_names(names: tuple[str, ...], host: str, matches: bool) -> None:
    assert (words(certificate(names), host) == []) is matches


@pytest.mark.parametrize(
    ("chain", "own", "expected"),
    [
        ("self-signed certificate", True, ["self-signed"]),
        ("unable to get local issuer certificate", False, ["unknown-authority"]),
        ("Hostname mismatch, certificate is not valid for 'shop.example'.", False, []),
        ("", True, []),
    ],
)
def test_chains(chain: str, own: bool, expected: list[str]) -> None:
    assert words(certificate(own=own), chain=chain) == expected


def test_short_keys() -> None:
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    assert words(certificate(key=small)) == ["short-key"]
    assert words(certificate(key=ec.derive_private_key(5, ec.SECP192R1()))) == ["short-key"]
