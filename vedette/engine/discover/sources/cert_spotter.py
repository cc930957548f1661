"""Certificates in public transparency logs, as the Cert Spotter search tells them, page by page."""

from __future__ import annotations

import json

from vedette.contract.discovery import SourceInfo
from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query, Told
from vedette.engine.parse.urls import with_query

INFO = SourceInfo(
    id="cert-spotter",
    title="Certificate transparency (Cert Spotter)",
    url="https://api.certspotter.com/v1/issuances",
    terms="https://sslmate.com/ct_search_api/",
)


def ask(query: Query) -> Request:
    """The first page of what was issued; a key is not needed and raises what may be asked in an hour."""
    return _page(query, "")


def read(query: Query, request: Request, body: bytes) -> Told:
    """Each issuance tells its `dns_names`; pages follow one another by the id of the last until one is empty."""
    del request
    rows = json.loads(body)
    if not isinstance(rows, list):
        raise ValueError("not a list")
    rows = [row for row in rows if isinstance(row, dict)]
    lists = [row["dns_names"] for row in rows if isinstance(row.get("dns_names"), list)]
    names = [name for told in lists for name in told if isinstance(name, str)]
    last = rows[-1].get("id") if rows else None
    return Told(tuple(names), _page(query, str(last)) if last else None)


def _page(query: Query, after: str) -> Request:
    pairs = [("domain", query.domain), ("include_subdomains", "true"), ("expand", "dns_names")]
    headers = (("Authorization", f"Bearer {query.key}"),) if query.key else ()
    return Request("GET", with_query(query.url, [*pairs, *([("after", after)] if after else [])]), headers)
