"""Tokens that a log-in left behind: in headers that the page sends, in storage, in answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vedette.contract.exchange import Exchange, Headers

MIN_TOKEN, MAX_TOKEN = 16, 8192
MAX_NODES = 2000
_TELLING = re.compile(
    r"authori[sz]ation|token|csrf|xsrf|api-?key|session|(?:^|-)auth(?:$|-)|jwt|access-?key", re.IGNORECASE
)
_NAMES = re.compile(r"token|jwt|bearer|auth|session|credential", re.IGNORECASE)
_FIRST = ("access_token", "accesstoken", "id_token", "idtoken", "jwt", "token")
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
_OPAQUE = re.compile(r"[\w.~+/=|:-]+")
_NEVER = frozenset(("x-vedette-scan", "sec-websocket-key", "cookie", "proxy-authorization"))


def used_headers(exchanges: Iterable[Exchange]) -> dict[str, Headers]:
    """By URL, the headers with which the page's own code said who it is; of several values of a header the last."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for exchange in exchanges:
        for name, value in exchange.request.headers:
            if name.lower() not in _NEVER and _TELLING.search(name) and 1 < len(value) <= MAX_TOKEN:
                origin = "/".join(exchange.request.url.split("/")[:3])
                found.setdefault(origin, {})[name.lower()] = (name, value)
    return {origin: tuple(pairs.values()) for origin, pairs in found.items()}


def in_storage(stored: Mapping[str, str]) -> str:
    """The text that is most likely a bearer token among what a site keeps in the browser; empty when none is."""
    return _best(pair for key, value in stored.items() for pair in _leaves(key, value))


def in_answers(exchanges: Iterable[Exchange]) -> str:
    """The same among the answers of JSON to what was sent."""
    texts = (
        exchange.response.text
        for exchange in exchanges
        if exchange.response is not None
        and exchange.request.method in ("POST", "PUT")
        and "json" in exchange.response.content_type
    )
    return _best(pair for text in texts for pair in _leaves("", text))


def _best(pairs: Iterable[tuple[str, str]]) -> str:
    ranked: list[tuple[int, str]] = []
    for name, value in pairs:
        if not (MIN_TOKEN <= len(value) <= MAX_TOKEN and _OPAQUE.fullmatch(value)) or "csrf" in name.lower():
            continue
        jwt, bare = _JWT.fullmatch(value) is not None, name.lower().replace("-", "_")
        if "refresh" in bare or not (jwt or _NAMES.search(name)):
            continue
        first = next((place for place, word in enumerate(_FIRST) if word in bare), len(_FIRST))
        ranked.append((first - (10 if jwt else 0), value))
    return min(ranked, key=lambda one: one[0])[1] if ranked else ""


def _leaves(name: str, text: str) -> Iterator[tuple[str, str]]:
    try:
        raw: Any = json.loads(text)
    except (ValueError, RecursionError):
        raw = text
    stack: list[tuple[str, Any]] = [(name, raw)]
    for _ in range(MAX_NODES):
        if not stack:
            return
        key, value = stack.pop(0)
        if isinstance(value, dict):
            stack += [
                (f"{key}.{inner}" if key and not _NAMES.search(inner) else str(inner), one)
                for inner, one in value.items()
            ]
        elif isinstance(value, list):
            stack += [(key, one) for one in value]
        elif isinstance(value, str):
            yield key, value if value != text else text.strip('"')
        elif raw is value and name:
            yield name, text  # a token of digits only
