"""Requests that were recorded or written out: one operation each, of those alike the first."""

from __future__ import annotations

import dataclasses
import json

from vedette.contract.exchange import Headers, header, with_header
from vedette.engine.parse.bodyshape import shape
from vedette.engine.parse.operation import Operation
from vedette.engine.parse.parameter_style import is_header_name
from vedette.engine.parse.tree_text import bounded
from vedette.engine.parse.urls import split

UNSENT = (
    "host", "content-length", "connection", "accept-encoding", "transfer-encoding", "keep-alive", "te", "upgrade",
    "if-none-match", "if-modified-since", "proxy-connection", "upgrade-insecure-requests", "cache-control", "pragma",
    "cookie",
)  # fmt: skip
"""Headers that belong to one connection, one browser's cache or one session's cookies."""


def operation(kind: str, method: str, url: str, headers: Headers, body: bytes, name: str = "") -> Operation:
    """The operation of one request; a JSON body is taken apart, others stay as they are."""
    kept = tuple(pair for pair in headers if sendable(pair[0]))
    media = header(kept, "content-type")
    made = Operation(
        name=name or f"{method} {url.partition('?')[0]}",
        method=method,
        url=url.replace("{", "%7B").replace("}", "%7D"),
        headers=with_header(kept, "Content-Type", None),
        media=media,
        kind=kind,
    )
    if "json" in media:
        try:
            return dataclasses.replace(made, body=bounded(json.loads(body)))
        except (ValueError, RecursionError):
            pass
    return dataclasses.replace(made, raw=body)


def sendable(name: str) -> bool:
    """Whether a recorded header may be sent again: its name is one, and it belongs to no connection."""
    lower = name.lower()
    return is_header_name(name) and not lower.startswith("sec-") and lower not in UNSENT


def alike(method: str, url: str, headers: Headers, body: bytes) -> tuple[str, ...]:
    """What two requests have in common that differ in their values only."""
    root, path, query = split(url)
    names = ",".join(sorted({part.partition("=")[0] for part in query.split("&")}))
    return method, root, path, names, shape(header(headers, "content-type"), body)
