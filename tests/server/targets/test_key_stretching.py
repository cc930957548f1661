"""Files that ask for hours of work are known before any is done."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat, load_pem_private_key, pkcs12
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.targets.certifying import PASSWORD, bundle, certificate, key, key_pem
from tests.server.targets.stretching import locked_with_scrypt
from vedette.server.targets import key_stretching
from vedette.server.targets.key_stretching import too_much


@pytest.mark.parametrize("kind", [PBES.PBESv2SHA256AndAES256CBC, PBES.PBESv1SHA1And3KeyTripleDESCBC])
def test_rounds_are_read_from_each_kind_of_file(kind, monkeypatch):
    build = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(7_001).key_cert_algorithm(kind)
    lock = build.hmac_hash(hashes.SHA256()).build(b"pw")
    content = pkcs12.serialize_key_and_certificates(b"x", key("a"), certificate("a"), None, lock)
    assert not too_much(content)
    monkeypatch.setattr(key_stretching, "MAX_ROUNDS", 14_000)
    assert too_much(content) and list(key_stretching._rounds(content)).count(7_001) == 2
    monkeypatch.setattr(key_stretching, "MAX_ROUNDS", 7_000)
    assert too_much(b"\x04\x08saltsalt\x02\x02\x1b\x59")


@pytest.mark.parametrize(
    ("numbers", "refused"), [((16_384, 8, 1), False), ((16_384, 8, 100), True), ((2**20, 8, 1), True)]
)
def test_all_that_makes_scrypt_slow_counts(numbers, refused):
    assert too_much(locked_with_scrypt(*numbers)) is refused


def test_what_people_have_passes():
    assert not too_much(bundle()) and not too_much(bundle(password="")) and not too_much(key_pem(password=PASSWORD))
    assert load_pem_private_key(key_pem(), None)


@settings(deadline=None)
@given(st.binary(), st.binary())
def test_anything_is_read(before, after):
    assert too_much(before + b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c" + after) in (True, False)
