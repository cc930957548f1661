"""Names that SecurityTrails has seen in the name system."""

from __future__ import annotations

import json
from urllib.parse import quote

from vedette.contract.discovery import SourceInfo
from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query, Told
from vedette.engine.parse.urls import with_query

INFO = SourceInfo(
    id="securitytrails",
    title="SecurityTrails",
    url="https://api.securitytrails.com/v1/",
    needs_key=True,
    terms="https://securitytrails.com/corp/api",
)


def ask(query: Query) -> Request:
    """One request: the answer is whole, as far as the key's plan allows."""
    url = f"{query.url.rstrip('/')}/domain/{quote(query.domain)}/subdomains"
    pairs = [("children_only", "false"), ("include_inactive", "false")]
    return Request("GET", with_query(url, pairs), (("APIKEY", query.key), ("Accept", "application/json")))


def read(query: Query, request: Request, body: bytes) -> Told:
    """`subdomains` are the labels before the domain."""
    del request
    root = json.loads(body)
    labels = root.get("subdomains") if isinstance(root, dict) else None
    if not isinstance(labels, list):
        raise ValueError("no list of subdomains")
    return Told(tuple(f"{label}.{query.domain}" for label in labels if isinstance(label, str)))
