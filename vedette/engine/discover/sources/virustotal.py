"""Names that VirusTotal (version 3 of its API) has seen, page by page."""

from __future__ import annotations

import json
from urllib.parse import quote

from vedette.contract.discovery import SourceInfo
from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query, Told
from vedette.engine.parse.urls import with_query

INFO = SourceInfo(
    id="virustotal",
    title="VirusTotal",
    url="https://www.virustotal.com/api/v3/",
    needs_key=True,
    terms="https://docs.virustotal.com/reference/overview",
)


def ask(query: Query) -> Request:
    """The first page, as large as it may be."""
    url = f"{query.url.rstrip('/')}/domains/{quote(query.domain)}/subdomains"
    return Request("GET", with_query(url, [("limit", "40")]), (("x-apikey", query.key), ("Accept", "application/json")))


def read(query: Query, request: Request, body: bytes) -> Told:
    """Each row of `data` has the name as its id; `links.next` leads to the next page."""
    del query
    root = json.loads(body)
    rows = root.get("data") if isinstance(root, dict) else None
    if not isinstance(rows, list):
        raise ValueError("no list of data")
    names = [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    links = root.get("links")
    following = links.get("next") if isinstance(links, dict) else None
    return Told(tuple(names), Request("GET", following, request.headers) if isinstance(following, str) else None)
