"""How messages to a site are encrypted, as a client says it: keys and scope read strictly. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from vedette.contract.job import CONTENT_ENCRYPTIONS
from vedette.server.targets.rules import MAX_URL, UNSAFE
from vedette.server.targets.values import FieldError, choice_of, text_of, texts_of

MAX_KEY = 8 * 1024
_TOO_LONG = f"A key has at most {MAX_KEY // 1024} KiB."
MAX_SCOPE = 100
_KEY_ID = re.compile(r"[\x20-\x7e]{0,255}")
_ADDRESS = re.compile(r"https?://[^/?#*\s]+[/?*]?.*|https?://\*.*")

DEFAULTS: dict[str, Any] = {"key_id": "", "scope": [], "content_encryption": CONTENT_ENCRYPTIONS[0]}
"""What stands where nothing was given; without a scope it is the whole site."""


def _key_id(value: object) -> str:
    text = text_of(value, 255).strip()
    if not _KEY_ID.fullmatch(text):
        raise FieldError("It holds characters that are not allowed.")
    return text


def _scope(value: object) -> list[str]:
    found = list(dict.fromkeys(one.strip() for one in texts_of(value) if one.strip()))
    if len(found) > MAX_SCOPE:
        raise FieldError(f"At most {MAX_SCOPE} are possible.")
    for address in found:
        if len(address) > MAX_URL or not _ADDRESS.fullmatch(address) or UNSAFE.search(address):
            raise FieldError("Each is an address, such as https://api.shop.example/pay/; * is any run of characters.")
    return found


def _content(value: object) -> str:
    return DEFAULTS["content_encryption"] if value in (None, "") else choice_of(value, CONTENT_ENCRYPTIONS)


_READERS: dict[str, Callable[[Any], Any]] = {"key_id": _key_id, "scope": _scope, "content_encryption": _content}


def read(given: Mapping[str, Any], current: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings given in the place of the current ones, and what is wrong with them, by name."""
    found = {name: current.get(name, default) for name, default in DEFAULTS.items()}
    faults: dict[str, str] = {}
    for name, reader in _READERS.items():
        if name in given:
            try:
                found[name] = reader(given[name])
            except FieldError as error:
                faults[name] = str(error)
    return found, faults


def fault_of_key(text: str) -> str:
    """Why a text is no key for which one can encrypt, as a sentence; empty when it is one."""
    if not text.strip():
        return "Give the public key or the certificate of the site."
    if len(text) > MAX_KEY:
        return _TOO_LONG
    raw = text.encode()
    try:
        known: object = (
            x509.load_pem_x509_certificate(raw).public_key() if b"CERTIFICATE" in raw else load_pem_public_key(raw)
        )
    except (ValueError, UnsupportedAlgorithm):
        return "This is no public key or certificate in PEM form."
    return "" if isinstance(known, rsa.RSAPublicKey) else "Messages can be encrypted for an RSA key only."


def fault_of_private_key(text: str) -> str:
    """Why a text is no key that opens messages, as a sentence; empty when it is one, or none at all."""
    if not text.strip():
        return ""
    if len(text) > MAX_KEY:
        return _TOO_LONG
    try:
        known = load_pem_private_key(text.encode(), None)
    except TypeError:
        return "The key is locked with a password: give it without."
    except (ValueError, UnsupportedAlgorithm):
        return "This is no private key in PEM form."
    return "" if isinstance(known, rsa.RSAPrivateKey) else "Messages can be opened with an RSA key only."
