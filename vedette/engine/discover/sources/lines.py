"""Names from a place of the operator's own: plain lines, lines of JSON, or one list in JSON.

`{domain}` in the address stands for the domain; a key goes along as a bearer token. Of lines that are JSON objects the
first of the fields FIELDS counts, which is how common tools for finding names write theirs.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from vedette.contract.discovery import SourceInfo
from vedette.contract.exchange import Request
from vedette.engine.discover.source import Query, Told

INFO = SourceInfo(id="lines", title="Lists of names")

FIELDS = ("host", "name", "hostname", "subdomain", "domain", "fqdn")


def ask(query: Query) -> Request:
    """One request."""
    headers = (("Authorization", f"Bearer {query.key}"),) if query.key else ()
    return Request("GET", query.url.replace("{domain}", quote(query.domain)), headers)


def read(query: Query, request: Request, body: bytes) -> Told:
    """One name a line, or a list."""
    del query, request
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("["):
        rows = json.loads(text)
    else:
        rows = [json.loads(line) if line.startswith(("{", '"')) else line for line in map(str.strip, text.splitlines())]
    return Told(tuple(name for row in rows if (name := _name(row))))


def _name(row: Any) -> str:
    if isinstance(row, dict):
        row = next((row[field] for field in FIELDS if isinstance(row.get(field), str)), "")
    return row if isinstance(row, str) else ""
