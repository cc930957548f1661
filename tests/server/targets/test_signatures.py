"""Settings of signatures are read strictly, and each algorithm wants its key."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.contract.job import SIGNING_ALGORITHMS
from vedette.server.targets import signatures


def pem(key, lock=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption()).decode()


RSA = pem(rsa.generate_private_key(65537, 2048))
P256, P521 = pem(ec.generate_private_key(ec.SECP256R1())), pem(ec.generate_private_key(ec.SECP521R1()))
LOCKED = pem(ec.generate_private_key(ec.SECP256R1()), BestAvailableEncryption(b"x"))
EDWARDS = pem(ed25519.Ed25519PrivateKey.generate())


def test_little_needs_to_be_said():
    found, faults = signatures.read({"signature_method": "jwt-v1"}, {})
    assert not faults and (found["algorithm"], found["header_name"]) == ("HS256", "X-JWT-Signature")
    again, faults = signatures.read({"key_id": "k", "signature_method": "http-v1"}, found)
    assert not faults and (again["algorithm"], again["key_id"]) == ("hmac-sha256", "k")
    assert again["signed_headers"] == ["(request-target)", "host", "date", "digest"]
    kept, _ = signatures.read({}, {**again, "algorithm": "rsa-sha256"})
    assert kept["algorithm"] == "rsa-sha256"
    listed, _ = signatures.read({"signed_headers": "Host  date X-A"}, again)
    assert listed["signed_headers"] == ["host", "date", "x-a"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"signature_method": "md5"}, "signature_method"),
        ({"algorithm": "HS256"}, "algorithm"),
        ({"algorithm": "none"}, "algorithm"),
        ({"signature_method": "http-v1"}, "key_id"),
        ({"key_id": 'a"b'}, "key_id"),
        ({"key_id": "a\nb"}, "key_id"),
        ({"signed_headers": 7}, "signed_headers"),
        ({"signed_headers": ["a b"]}, "signed_headers"),
        ({"signed_headers": ["(created)"]}, "signed_headers"),
        ({"signed_headers": [f"h{number}" for number in range(21)]}, "signed_headers"),
        ({"header_name": "a b"}, "header_name"),
        ({"header_name": "Host"}, "header_name"),
        ({"base_path": "/a b"}, "base_path"),
        ({"base_path": "/a?b"}, "base_path"),
    ],
)
def test_what_may_not_be_is_told_under_its_name(value, name):
    _, faults = signatures.read(value, {})
    assert list(faults) == [name]


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(list(signatures.DEFAULTS)), st.none() | st.text() | st.lists(st.text()), max_size=4)
)
def test_anything_is_read_or_refused(value):
    found, _ = signatures.read(value, {})
    assert found.keys() == signatures.DEFAULTS.keys()


@pytest.mark.parametrize("algorithm", signatures.ALGORITHMS)
def test_each_algorithm_wants_its_key(algorithm):
    fault = lambda secret: signatures.fault_of_secret(secret, algorithm)  # noqa: E731
    assert fault("") and fault("x" * 20_000)
    if algorithm.startswith(("hmac", "HS")):
        assert fault("s3cr3t") == ""
        return
    is_rsa = algorithm.startswith(("rsa", "RS", "PS"))
    assert "PEM" in fault("s3cr3t") and "password" in fault(LOCKED) and fault(EDWARDS)
    assert bool(fault(RSA)) is not is_rsa and bool(fault(P521)) is (algorithm != "ecdsa-sha256")
    assert bool(fault(P256)) is (is_rsa or algorithm == "ES384")


def test_every_way_is_known():
    assert set(signatures.METHODS) == set(SIGNING_ALGORITHMS) and len(signatures.ALGORITHMS) == 13
