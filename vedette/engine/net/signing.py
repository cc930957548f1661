"""Requests signed as they leave, for sites that answer to nothing else.

The record of a request never holds its signature: what is sent again later, or changed by a test, is signed anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
import warnings
from collections.abc import Callable, Mapping
from email.utils import formatdate

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey

from vedette.contract.exchange import Headers, Request
from vedette.contract.job import SIGNING_ALGORITHMS, Job, Signing
from vedette.engine.net.origin import split
from vedette.engine.net.wire import encoded, target_bytes

TOKEN_S = 60
"""Seconds for which a token about a request is good."""
XPAY = "x-pay-token"
UNFIT = "the key of the signature cannot be used with its algorithm"

Sign = Callable[[bytes], bytes]
_DIGESTS: dict[str, type[hashes.SHA256] | type[hashes.SHA512]] = {"256": hashes.SHA256, "512": hashes.SHA512}


class Signer:
    """Signs the requests of a scan. Raises ValueError, which never holds the key, when the key does not do."""

    def __init__(self, signing: Signing, secret: str, wall: Callable[[], float] = time.time) -> None:
        if signing.algorithm not in SIGNING_ALGORITHMS.get(signing.method, ()):
            raise ValueError(f"requests cannot be signed by {signing.method} with {signing.algorithm}")
        self._signing = signing
        self._wall = wall
        if signing.method == "jwt-v1":
            self._make = _tokens(signing, secret, wall)
        elif signing.method == "xpay":
            self._make = self._xpay
            self._sign = _plain_signer(signing.algorithm, secret)
        else:
            self._make = self._http
            self._sign = _plain_signer(signing.algorithm, secret)

    def signed(self, request: Request) -> Request:
        """The request with its signature, in the place of any that it brought. Raises UrlError."""
        made = self._make(request)
        names = {name.lower() for name, _ in made}
        kept = tuple(pair for pair in request.headers if pair[0].lower() not in names)
        return Request(request.method, request.url, (*kept, *made), request.body, request.user)

    def signed_bytes(self, data: bytes, request: Request) -> bytes:
        """Bytes of a request with the signature of the record that stands for them, after their first line."""
        first, end, rest = data.partition(b"\r\n")
        if not end:
            return data
        lines = [encoded(name) + b": " + encoded(value) for name, value in self._make(request)]
        return b"\r\n".join((first, *lines, rest))

    def _xpay(self, request: Request) -> Headers:
        path, _, query = split(request.url)[1].partition("?")
        base = self._signing.base_path.strip("/")
        resource = path.lstrip("/")
        if base and (resource + "/").startswith(base + "/"):
            resource = resource[len(base) :].lstrip("/")
        now = str(int(self._wall()))
        told = now.encode() + target_bytes(resource) + target_bytes(query) + request.body
        return ((XPAY, f"xv2:{now}:{self._sign(told).hex()}"),)

    def _http(self, request: Request) -> Headers:
        wanted = self._signing.headers
        own: list[tuple[str, str]] = []
        if "date" in wanted:
            own.append(("Date", formatdate(self._wall(), usegmt=True)))
        if "digest" in wanted:
            own.append(("Digest", "SHA-256=" + _base64(hashlib.sha256(request.body).digest())))
        if "content-length" in wanted and request.body:
            own.append(("Content-Length", str(len(request.body))))
        names = {name.lower() for name, _ in own}
        known = (*own, *(pair for pair in request.headers if pair[0].lower() not in names))
        present = [name for name in wanted if name in ("(request-target)", "host") or _has(known, name)]
        told = "\n".join(f"{name}: {_told(name, request, known)}" for name in present)
        parts = (
            f'keyId="{self._signing.key_id}"',
            f'algorithm="{self._signing.algorithm}"',
            f'headers="{" ".join(present)}"',
            f'signature="{_base64(self._sign(encoded(told)))}"',
        )
        return (*own, ("Signature", ",".join(parts)))


def signer_of(job: Job, given: Mapping[str, str]) -> Signer | None:
    """What signs the job's requests; None when they go unsigned. Raises ValueError, and KeyError for a secret that is
    missing."""
    return Signer(job.signing, given[job.signing.secret]) if job.signing is not None else None


def _has(headers: Headers, name: str) -> bool:
    return any(known.lower() == name for known, _ in headers)


def _told(name: str, request: Request, known: Headers) -> str:
    origin, target = split(request.url)
    if name == "(request-target)":
        return f"{request.method.lower()} {target_bytes(target).decode('latin-1')}"
    if name == "host" and not _has(known, name):
        return origin.authority
    return ", ".join(value.strip() for found, value in known if found.lower() == name)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _plain_signer(algorithm: str, secret: str) -> Sign:
    kind, _, size = algorithm.partition("-sha")
    if kind == "hmac":
        if not secret:
            raise ValueError(UNFIT)
        return lambda data: hmac.digest(secret.encode(), data, f"sha{size}")
    digest = _DIGESTS[size]()
    key = _private_key(secret)
    if kind == "rsa" and isinstance(key, rsa.RSAPrivateKey):
        return lambda data: key.sign(data, padding.PKCS1v15(), digest)
    if kind == "ecdsa" and isinstance(key, ec.EllipticCurvePrivateKey):
        return lambda data: key.sign(data, ec.ECDSA(digest))
    raise ValueError(UNFIT)


def _private_key(secret: str) -> object:
    try:
        return load_pem_private_key(secret.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError(UNFIT) from None


def _tokens(signing: Signing, secret: str, wall: Callable[[], float]) -> Callable[[Request], Headers]:
    """Makes tokens whose claims are: `iat`, `exp` (a minute later), `jti` (random), `htm` (method) and `htu` (address
    without query) as in RFC 9449, `path` (with the query), `body_sha256` (hexadecimal), and `iss`, the key's id."""
    key = _jose_key(signing.algorithm, secret)
    head = {"alg": signing.algorithm, "typ": "JWT"} | ({"kid": signing.key_id} if signing.key_id else {})
    own = {"iss": signing.key_id} if signing.key_id else {}
    prefix = "Bearer " if signing.header.lower() == "authorization" else ""

    def make(request: Request) -> Headers:
        origin, target = split(request.url)
        now = int(wall())
        claims = {
            **own,
            "iat": now,
            "exp": now + TOKEN_S,
            "jti": secrets.token_hex(16),
            "htm": request.method,
            "htu": origin.url + target.partition("?")[0],
            "path": target,
            "body_sha256": hashlib.sha256(request.body).hexdigest(),
        }
        return ((signing.header, prefix + jwt.encode(head, claims, key, algorithms=[signing.algorithm])),)

    try:
        make(Request("GET", "http://localhost/"))
    except (JoseError, ValueError, TypeError):
        raise ValueError(UNFIT) from None
    return make


def _jose_key(algorithm: str, secret: str) -> OctKey | RSAKey | ECKey:
    try:
        if algorithm.startswith("HS"):
            if not secret:
                raise ValueError(UNFIT)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a site's secret may be shorter than one would choose
                return OctKey.import_key(secret)
        return (ECKey if algorithm.startswith("ES") else RSAKey).import_key(secret)
    except (JoseError, ValueError, TypeError):
        raise ValueError(UNFIT) from None
