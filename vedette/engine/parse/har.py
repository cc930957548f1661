"""The requests of a HAR file, as browsers and proxies record them."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import urlencode

from vedette.contract.exchange import Headers
from vedette.engine.parse.operation import FORM, Operation, Reading
from vedette.engine.parse.recorded import alike, operation
from vedette.engine.parse.urls import resolve

MAX_ENTRIES = 20_000
MAX_OPERATIONS = 2_000
_METHOD = re.compile(r"[A-Z]{3,20}")
_STATIC = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|js|mjs|map|woff2?|ttf|otf|eot|mp[34]|webm)$", re.IGNORECASE
)


def read(root: Any, base: str) -> Reading:
    """The operations of a parsed HAR file, without pictures, styles, scripts and fonts; of requests that differ in
    values only the first."""
    log = root.get("log") if isinstance(root, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        return Reading([], ["This is no HAR file: it has no list `log.entries`."])
    found: dict[tuple[str, ...], Operation] = {}
    problems: list[str] = []
    for number, entry in enumerate(entries[:MAX_ENTRIES], 1):
        request = entry.get("request") if isinstance(entry, dict) else None
        if not isinstance(request, dict) or not isinstance(request.get("url"), str):
            _note(problems, number, "it has no request with a URL")
            continue
        method, url = str(request.get("method", "GET")).upper(), resolve(base, request["url"])
        if url is None or not _METHOD.fullmatch(method):
            if not request["url"].startswith(("data:", "blob:", "ws:", "wss:", "chrome", "about:")):
                _note(problems, number, "its method or URL cannot be used")
            continue
        if _STATIC.search(url.partition("?")[0]):
            continue
        headers, body = _headers(request.get("headers")), _body(request.get("postData"))
        headers = _typed(headers, request.get("postData"))
        found.setdefault(alike(method, url, headers, body), operation("har", method, url, headers, body))
        if len(found) >= MAX_OPERATIONS:
            problems.append(f"Entries after number {number} were left out: more than {MAX_OPERATIONS} requests.")
            break
    return Reading(list(found.values()), problems)


def _headers(listed: Any) -> Headers:
    pairs = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    named = [(str(one.get("name", "")), str(one.get("value", ""))) for one in pairs[:100]]
    return tuple((name, re.sub(r"[\r\n\x00]", "", value)) for name, value in named)


def _typed(headers: Headers, posted: Any) -> Headers:
    if not isinstance(posted, dict) or any(name.lower() == "content-type" for name, _ in headers):
        return headers
    media = posted.get("mimeType") or (FORM if posted.get("params") else "")
    return (*headers, ("Content-Type", str(media))) if media else headers


def _body(posted: Any) -> bytes:
    if not isinstance(posted, dict):
        return b""
    text = posted.get("text")
    if isinstance(text, str) and text:
        if posted.get("encoding") == "base64":
            try:
                return base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                return b""
        return text.encode("utf-8", "replace")
    listed = posted.get("params")
    pairs = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return urlencode([(str(one.get("name", "")), str(one.get("value", ""))) for one in pairs]).encode()


def _note(problems: list[str], number: int, what: str) -> None:
    if len(problems) < 50:
        problems.append(f"Entry {number}: {what}.")
