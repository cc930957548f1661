"""Client certificates in each form that people have, and what is said of those that cannot be used."""

from __future__ import annotations

import base64
import datetime as dt
import ssl

import pytest

from tests.server.targets.certifying import PASSWORD, bundle, certificate, key_pem, pem
from vedette.server.targets.client_certificates import PartError, read

NOW = dt.datetime.now(dt.UTC)
ROUNDS = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c\x30\x0a\x04\x02xx\x02\x04\x7f\xff\xff\xff"
STRETCHED = (
    b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + base64.encodebytes(ROUNDS) + b"-----END ENCRYPTED PRIVATE KEY-----"
)


@pytest.mark.parametrize(
    ("given", "key", "password"),
    [
        (pem(), key_pem(), ""),
        (pem() + key_pem(), b"", ""),
        (key_pem() + pem(), b"  ", ""),
        (pem("b") + pem(), key_pem(), ""),
        (pem(), key_pem(password=PASSWORD), PASSWORD),
        (pem(), key_pem(), "of no use"),
        (bundle(), b"", PASSWORD),
        (bundle(others=("b",)), b"", PASSWORD),
        (bundle(password=""), b"", ""),
        (base64.encodebytes(bundle()), b"", PASSWORD),
    ],
)
def test_each_form_is_read_into_one(given, key, password, tmp_path):
    found = read(given, key, password, now=NOW)
    assert (found.subject, found.expires) == ("CN=client a", certificate("a").not_valid_after_utc)
    (tmp_path / "pem").write_text(found.pem)
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(tmp_path / "pem")
    assert found.pem.index("PRIVATE") < found.pem.index(pem().decode()) and "PRIVATE" not in repr(found)


@pytest.mark.parametrize(
    ("given", "key", "password", "part", "word"),
    [
        (b"", b"", "", "certificate", "Hand in"),
        (b"x" * 300_000, b"", "", "certificate", "at most"),
        (b"s3cr3t", b"", "", "certificate", "neither"),
        (b"c2VjcmV0", b"", "", "certificate", "nor in PKCS#12"),
        (b"\x30\x03abc", b"", "", "password", "no PKCS#12"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key_pem(), "", "certificate", "no certif"),
        (pem(), b"", "", "key", "private key"),
        (pem(), b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "", "key", "no private key"),
        (pem(), b"-----BEGIN PRIVATE KEY-----\n" + b"AAAA\n" * 2000, "", "key", "at most"),
        (pem(), STRETCHED, "x", "key", "too long"),
        (bundle() + b"\x02\x04\x7f\xff\xff\xff", b"", PASSWORD, "certificate", "too long"),
        (pem(), key_pem("b"), "", "key", "does not fit"),
        (pem(), key_pem(password=PASSWORD), "", "password", "locked"),
        (pem(), key_pem(password=PASSWORD), "wrong", "password", "wrong"),
        (pem("short"), key_pem("short"), "", "key", "2048"),
        (pem(starts=-9, ends=-2), key_pem(), "", "certificate", "expired"),
        (pem(starts=3), key_pem(), "", "certificate", "not valid before"),
    ],
)
def test_what_cannot_be_used_is_told_in_words(given, key, password, part, word):
    with pytest.raises(PartError, match=word) as error:
        read(given, key, password, now=NOW)
    assert error.value.part == part and "s3cr3t" not in str(error.value)
