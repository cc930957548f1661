"""AWS Signature Version 4 for requests without a body."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Key:
    """The credentials of an AWS user, for one service in one region."""

    access_key: str
    secret_key: str = field(repr=False)
    service: str
    region: str


def signed_headers(
    url: str, key: Key, now: datetime, *, method: str = "GET", headers: tuple[tuple[str, str], ...] = ()
) -> tuple[tuple[str, str], ...]:
    """The headers given with the two that sign the request, the date and the authorisation. `Host` is signed as the URL
    says it, and left to the client to send."""
    parts = urlsplit(url)
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{key.region}/{key.service}/aws4_request"
    sent = (*headers, ("X-Amz-Date", moment))
    lines = sorted((name.lower(), " ".join(value.split())) for name, value in (*sent, ("Host", parts.netloc)))
    names = ";".join(name for name, _ in lines)
    query = sorted((_escaped(name), _escaped(value)) for name, value in parse_qsl(parts.query, keep_blank_values=True))
    canonical = "\n".join(
        (
            method,
            quote(parts.path or "/", safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in query),
            "".join(f"{name}:{value}\n" for name, value in lines),
            names,
            _EMPTY,
        )
    )
    signature = _signature(key, scope, moment, canonical)
    credential = f"{key.access_key}/{scope}"
    value = f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return (*sent, ("Authorization", value))


def _signature(key: Key, scope: str, moment: str, canonical: str) -> str:
    secret = f"AWS4{key.secret_key}".encode()
    for part in scope.split("/"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return hmac.new(secret, "\n".join((_ALGORITHM, moment, scope, digest)).encode(), "sha256").hexdigest()


def _escaped(text: str) -> str:
    return quote(text, safe="-_.~")
