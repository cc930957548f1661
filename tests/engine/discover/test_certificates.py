"""The facts of a certificate, and nothing of what is none."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from vedette.engine.discover.certificates import facts

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def certificate(*names, common="Shop.example"):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    issuer = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test authority")])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(7).not_valid_before(START).not_valid_after(START + dt.timedelta(days=90))
    )  # fmt: skip
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
    return builder.sign(key, hashes.SHA256())


def test_facts():
    made = certificate("WWW.shop.example", "*.shop.example")
    found = facts(made.public_bytes(Encoding.DER), "expired")
    assert found.names == ("*.shop.example", "shop.example", "www.shop.example")
    assert (found.subject, found.issuer, found.distrust) == ("CN=Shop.example", "O=Test authority", "expired")
    assert found.not_before == START.timestamp()
    assert found.not_after == START.timestamp() + 90 * 86_400
    assert found.sha256 == made.fingerprint(hashes.SHA256()).hex()


def test_a_common_name_that_is_no_host_is_no_name():
    assert facts(certificate(common="Some box").public_bytes(Encoding.DER)).names == ()


def test_what_is_no_certificate():
    assert facts(b"hello") is None


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_a_broken_one_is_none():
    whole = certificate("www.shop.example").public_bytes(Encoding.DER)
    broken = [
        whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :]
        for place in range(len(whole))
        for flip in (1, 0x80)
    ]
    read = [facts(one) for one in broken]
    assert None in read
    assert any(one is not None for one in read)
