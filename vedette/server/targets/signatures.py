"""How the requests to a site are signed, as a client says it: each part read strictly, the key against its algorithm.
Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from vedette.contract.job import SIGNING_ALGORITHMS, Signing
from vedette.server.targets.values import FieldError, choice_of, text_of

METHODS = tuple(SIGNING_ALGORITHMS)
ALGORITHMS = tuple(dict.fromkeys(name for names in SIGNING_ALGORITHMS.values() for name in names))
MAX_SECRET = 8 * 1024
MAX_PATH = 1024
MAX_HEADERS = 20
_USUAL = Signing(method="", secret="", algorithm="")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_KEY_ID = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]{0,255}")
_PATH = re.compile(r"[!-~]*")
_CURVES = {"ES256": "secp256r1", "ES384": "secp384r1"}
_FIXED = frozenset({"host", "connection", "content-length", "transfer-encoding", "cookie"})

DEFAULTS: dict[str, Any] = {
    "signature_method": "xpay",
    "algorithm": "",
    "key_id": "",
    "signed_headers": list(_USUAL.headers),
    "header_name": _USUAL.header,
    "base_path": "",
}
"""What stands where nothing was given; an empty algorithm is the usual one of the method."""


def _key_id(value: object) -> str:
    text = text_of(value, 255)
    if not _KEY_ID.fullmatch(text):
        raise FieldError("It holds characters that are not allowed.")
    return text


def _headers(value: object) -> list[str]:
    given = value.split() if isinstance(value, str) else value
    if given is None or given == []:
        return list(_USUAL.headers)
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise FieldError("Expected names of headers.")
    names = list(dict.fromkeys(one.strip().lower() for one in given))
    if len(names) > MAX_HEADERS:
        raise FieldError(f"At most {MAX_HEADERS} are possible.")
    for name in names:
        if name != "(request-target)" and not _TOKEN.fullmatch(name):
            raise FieldError("Each is the name of a header, or (request-target).")
    return names


def _header(value: object) -> str:
    text = text_of(value, 100).strip()
    if not text:
        return _USUAL.header
    if not _TOKEN.fullmatch(text) or text.lower() in _FIXED:
        raise FieldError("A token cannot go in this header.")
    return text


def _path(value: object) -> str:
    text = text_of(value, MAX_PATH).strip()
    if not _PATH.fullmatch(text) or "?" in text or "#" in text:
        raise FieldError("Enter a path, such as /vdp.")
    return text


def _choice(allowed: tuple[str, ...], default: str) -> Callable[[object], str]:
    return lambda value: default if value is None or value == "" else choice_of(value, allowed)


_READERS: dict[str, Callable[[Any], Any]] = {
    "signature_method": _choice(METHODS, METHODS[0]),
    "algorithm": _choice(ALGORITHMS, ""),
    "key_id": _key_id,
    "signed_headers": _headers,
    "header_name": _header,
    "base_path": _path,
}


def read(given: Mapping[str, Any], current: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings given in the place of the current ones, and what is wrong with them, by name."""
    found = {name: current.get(name, default) for name, default in DEFAULTS.items()}
    faults: dict[str, str] = {}
    for name, reader in _READERS.items():
        if name not in given:
            continue
        try:
            found[name] = reader(given[name])
        except FieldError as error:
            faults[name] = str(error)
    possible = SIGNING_ALGORITHMS[found["signature_method"]]
    if not found["algorithm"] or ("algorithm" not in given and found["algorithm"] not in possible):
        found["algorithm"] = possible[0]
    if "algorithm" not in faults and found["algorithm"] not in possible:
        faults["algorithm"] = f"Requests are signed by {found['signature_method']} with one of: {', '.join(possible)}."
    if found["signature_method"] == "http-v1" and not found["key_id"]:
        faults.setdefault("key_id", "Give the name under which the site knows the key.")
    return found, faults


def fault_of_secret(secret: str, algorithm: str) -> str:
    """Why a secret cannot be used with an algorithm, as a sentence; empty when it can."""
    if not secret.strip():
        return "Give the shared secret, or the private key."
    if len(secret) > MAX_SECRET:
        return f"Ensure this field has no more than {MAX_SECRET} characters."
    if algorithm.startswith(("hmac", "HS")):
        return ""
    try:
        key = load_pem_private_key(secret.encode(), None)
    except TypeError:
        return "The key is locked with a password: give it without."
    except (ValueError, UnsupportedAlgorithm):
        return f"{algorithm} needs a private key in PEM form."
    if algorithm.startswith(("rsa", "RS", "PS")):
        return "" if isinstance(key, rsa.RSAPrivateKey) else f"{algorithm} needs an RSA key."
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return f"{algorithm} needs an elliptic key."
    curve = _CURVES.get(algorithm, key.curve.name)
    return "" if key.curve.name == curve else f"{algorithm} needs a key of the curve {curve}."
