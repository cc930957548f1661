"""Settings and keys of message encryption are read strictly."""

from __future__ import annotations

import pytest

from tests.server.targets.certifying import PASSWORD, certificate, key_pem, pem, rsa_pair
from vedette.server.targets import message_encryption as rules

PRIVATE, PUBLIC = rsa_pair()


def test_settings_are_put_in_the_place_of_others():
    scope = ["https://a.example/x", " https://*.b.example/y/* ", "https://a.example/x", "", "https://c.example"]
    found, faults = rules.read({"scope": scope, "content_encryption": ""}, {"key_id": "k"})
    assert not faults and found == {
        "key_id": "k",
        "scope": ["https://a.example/x", "https://*.b.example/y/*", "https://c.example"],
        "content_encryption": "A128GCM",
    }


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"key_id": "a\nb"}, "key_id"),
        ({"key_id": 7}, "key_id"),
        ({"scope": "https://a.example"}, "scope"),
        ({"scope": ["/x"]}, "scope"),
        ({"scope": ["ftp://a.example/"]}, "scope"),
        ({"scope": ["https://a.example/ x"]}, "scope"),
        ({"scope": ["https://a.example/" + "x" * 2048]}, "scope"),
        ({"scope": [f"https://a.example/{number}" for number in range(101)]}, "scope"),
        ({"content_encryption": "A128CBC-HS256"}, "content_encryption"),
    ],
)
def test_what_may_not_be_is_told_under_its_name(given, name):
    assert list(rules.read(given, {})[1]) == [name]


def test_keys_must_be_such():
    assert rules.fault_of_key(PUBLIC) == rules.fault_of_private_key(PRIVATE) == rules.fault_of_private_key("") == ""
    assert "Give" in rules.fault_of_key(" ") and "PEM" in rules.fault_of_key("s3cr3t")
    assert "RSA" in rules.fault_of_key(pem().decode())
    assert certificate() and "PEM" in rules.fault_of_key(PRIVATE)
    assert "PEM" in rules.fault_of_private_key(PUBLIC) and "RSA" in rules.fault_of_private_key(key_pem().decode())
    assert "password" in rules.fault_of_private_key(key_pem(password=PASSWORD).decode())
    assert "KiB" in rules.fault_of_key("x" * 9000) and "KiB" in rules.fault_of_private_key("x" * 9000)
    assert rules.fault_of_key(pem("short").decode()) == ""
