"""Certificates in public transparency logs, as the crt.sh search tells them in JSON; also for a mirror of it."""

from __future__ import annotations

import json

from vedette.contract.discovery import SourceInfo
from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query, Told
from vedette.engine.parse.urls import with_query

INFO = SourceInfo(
    id="crt-sh", title="Certificate transparency (crt.sh)", url="https://crt.sh/", terms="https://crt.sh/"
)


def ask(query: Query) -> Request:
    """All certificates of names below the domain, the same certificate once, expired ones left out."""
    pairs = [("q", f"%.{query.domain}"), ("output", "json"), ("exclude", "expired"), ("deduplicate", "Y")]
    return Request("GET", with_query(query.url, pairs), (("Accept", "application/json"),))


def read(query: Query, request: Request, body: bytes) -> Told:
    """Each certificate has its names in `name_value`, one a line, and its common name."""
    del query, request
    rows = json.loads(body or b"[]")
    if not isinstance(rows, list):
        raise ValueError("not a list")
    names: list[str] = []
    for row in rows:
        if isinstance(row, dict):
            texts = (row.get("name_value"), row.get("common_name"))
            names += [line for text in texts if isinstance(text, str) for line in text.splitlines()]
    return Told(tuple(names))
