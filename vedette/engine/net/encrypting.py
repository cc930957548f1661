"""JSON bodies encrypted as they leave and opened as they come, for sites that take nothing else.

Everybody else sees clear bodies: what is tested, compared and shown is what stands within.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.registry import HeaderParameter

from vedette.contract.exchange import Exchange, Request, header, with_header
from vedette.contract.job import CONTENT_ENCRYPTIONS, Encryption, Job

ALGORITHM = "RSA-OAEP-256"
FIELD = "encData"
KEY_ID = "keyId"
UNFIT = "a key of the encryption cannot be used"
_USED = [ALGORITHM, *CONTENT_ENCRYPTIONS]
_REGISTRY = jwe.JWERegistry(header_registry={"iat": HeaderParameter("Issued at", "int")}, algorithms=_USED)


class Envelope:
    """Encrypts and opens the bodies of a scan. Raises ValueError, which never holds a key, when a key does not do."""

    def __init__(
        self, encryption: Encryption, key: str, private_key: str = "", wall: Callable[[], float] = time.time
    ) -> None:
        if encryption.content not in CONTENT_ENCRYPTIONS:
            raise ValueError(f"bodies cannot be encrypted with {encryption.content}")
        self._encryption = encryption
        self._wall = wall
        self._key = _public(key)
        self._own = _private(private_key) if private_key else None
        self._scope = [_pattern(address) for address in encryption.scope]

    def covers(self, url: str) -> bool:
        """Whether what goes to an address is to be encrypted."""
        return not self._scope or any(pattern.match(url) for pattern in self._scope)

    def sealed(self, request: Request) -> Request:
        """The request with its JSON body encrypted; one that is so already, or of another kind, is left alone."""
        if not self.covers(request.url):
            return request
        headers = request.headers
        if self._encryption.key_id:
            headers = with_header(headers, KEY_ID, self._encryption.key_id)
        body = request.body
        if body and _is_json(header(headers, "content-type")) and _within(body) is None:
            token = jwe.encrypt_compact(self._head(), body, self._key, registry=_REGISTRY)
            body = json.dumps({FIELD: token}, separators=(",", ":")).encode()
            headers = with_header(headers, "Content-Length", None)
        return Request(request.method, request.url, headers, body, request.user)

    def open(self, exchange: Exchange) -> None:
        """Puts what stands in an encrypted answer in its place; what cannot be opened stays as it came."""
        response = exchange.response
        if response is None or self._own is None or response.truncated or not self.covers(exchange.request.url):
            return
        token = _within(response.body)
        if token is None:
            return
        try:
            clear = jwe.decrypt_compact(token, self._own, registry=_REGISTRY).plaintext
        except (JoseError, ValueError):
            return
        response.body = clear or b""

    def _head(self) -> dict[str, Any]:
        """What Visa's documents ask for; `iat` is in milliseconds."""
        head = {"alg": ALGORITHM, "enc": self._encryption.content, "typ": "JOSE", "iat": int(self._wall() * 1000)}
        return head | ({"kid": self._encryption.key_id} if self._encryption.key_id else {})


def envelope_of(job: Job, given: Mapping[str, str]) -> Envelope | None:
    """What encrypts the job's bodies; None when they go in the open. Raises ValueError, and KeyError for a secret that
    is missing."""
    wanted = job.encryption
    if wanted is None:
        return None
    return Envelope(wanted, given[wanted.key], given[wanted.private_key] if wanted.private_key else "")


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind.endswith(("/json", "+json"))


def _within(body: bytes) -> str | None:
    """The encrypted content of a body; None when it has none."""
    if not body.lstrip().startswith(b"{") or FIELD.encode() not in body:
        return None
    try:
        raw: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = raw.get(FIELD) if isinstance(raw, dict) and len(raw) == 1 else None
    return found if isinstance(found, str) and found.count(".") == 4 else None


def _pattern(address: str) -> re.Pattern[str]:
    end = "" if address.endswith(("/", "*", "?")) else r"(?=[/?#]|\Z)"
    return re.compile(".*".join(map(re.escape, address.split("*"))) + end)


def _public(text: str) -> RSAKey:
    raw = text.encode()
    try:
        known: object = (
            x509.load_pem_x509_certificate(raw).public_key() if b"CERTIFICATE" in raw else load_pem_public_key(raw)
        )
    except (ValueError, TypeError):
        raise ValueError(UNFIT) from None
    if not isinstance(known, rsa.RSAPublicKey):
        raise ValueError(UNFIT)
    return RSAKey.import_key(known.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _private(text: str) -> RSAKey:
    try:
        known = load_pem_private_key(text.encode(), None)
        if not isinstance(known, rsa.RSAPrivateKey):
            raise ValueError(UNFIT)
        return RSAKey.import_key(text)
    except (JoseError, ValueError, TypeError):
        raise ValueError(UNFIT) from None
