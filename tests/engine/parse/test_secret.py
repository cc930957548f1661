"""Real secrets against the many things that look like one."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from vedette.engine.parse import secret

GITHUB = "ghp_" + "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"


def test_entropy() -> None:
    assert secret.entropy("") == 0.0
    assert secret.entropy("aaaa") == 0.0
    assert secret.entropy("abcd") == 2.0
    assert secret.entropy("q8Zt1LwX0vNc5RbYk2Jd") > 4.0


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "your-api-key-here",
        "<insert-key>",
        "${API_KEY}",
        "{{ api_key }}",
        "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
        "abcdefghijklmnopqrst",
        "sk_live_1234567890abcdef",
        "********************",
        "changeme-please",
        "000000000000000000",
        "key...goes...here",
        "REPLACE_ME_WITH_TOKEN",
    ],
)
def test_placeholders(text: str) -> None:
    assert secret.placeholder(text)


@pytest.mark.parametrize("text", ["AKIAQ3Z7RTWK5NXB2VLP", "q8Zt1LwX0vNc5RbYk2Jd7HsPf4", "9xK2pQ7w", "Tr0ub4dor&3"])
def test_no_placeholders(text: str) -> None:
    assert not secret.placeholder(text)


def test_the_checksum_of_a_revoked_public_token_holds() -> None:
    assert secret.checksum_holds(GITHUB)


@pytest.mark.parametrize("token", [GITHUB[:-1] + "8", GITHUB.replace("zQ", "zR"), "ghp_" + "a" * 36, "ghp_"])
def test_a_changed_token_fails_its_checksum(token: str) -> None:
    assert not secret.checksum_holds(token)


def jwt(header: object, claims: object, signature: str = "c2lnbmF0dXJl") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
    return ".".join([*parts, signature])


def test_jwt_parts() -> None:
    header, claims = {"alg": "HS256"}, {"iss": "shop", "name": "Ünal"}
    assert secret.jwt_parts(jwt(header, claims)) == (header, claims)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "eyJh.eyJi.c",
        jwt({"typ": "JWT"}, {"iss": "shop"}),
        jwt({"alg": "HS256"}, ["no", "object"]),
        jwt({"alg": "HS256"}, {"sub": "1234567890", "name": "John Doe"}),
        jwt({"alg": "HS256"}, {"a": 1}) + ".more",
    ],
)
def test_no_jwt(token: str) -> None:
    assert secret.jwt_parts(token) is None


def pems() -> list[str]:
    none = serialization.NoEncryption()
    curve = ec.derive_private_key(7, ec.SECP256R1())
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(b"7" * 32)
    forms = (
        (curve, serialization.PrivateFormat.PKCS8, none),
        (curve, serialization.PrivateFormat.TraditionalOpenSSL, none),
        (curve, serialization.PrivateFormat.OpenSSH, none),
        (edwards, serialization.PrivateFormat.PKCS8, none),
        (curve, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")),
    )
    return [key.private_bytes(serialization.Encoding.PEM, form, how).decode() for key, form, how in forms]


@pytest.mark.parametrize("pem", pems(), ids=["pkcs8", "ec", "openssh", "ed25519", "encrypted"])
def test_private_keys_of_all_forms(pem: str) -> None:
    assert secret.private_key(pem.strip())
    assert secret.private_key(pem.strip().replace("\n", "\\n"))
    assert secret.private_key(pem.strip().replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "body",
    [
        "...",
        "MIIEpAIBAAKCAQEA...",
        "MIIEpAIBAAKCAQEAx1y2z3",
        "your key here",
        base64.b64encode(b"not a key, only some longer text that was encoded").decode(),
    ],
)
def test_what_is_no_key(body: str) -> None:
    assert not secret.private_key(f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----")


def test_a_key_cut_short_is_none() -> None:
    lines = pems()[0].splitlines()
    assert not secret.private_key("\n".join([lines[0], lines[1], lines[-1]]))
