"""The requests of a HAR file, as browsers and proxies record them."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import re
from typing import Any
from urllib.parse import urlencode

from vedette.contract.exchange import Headers
from vedette.engine.parse.operation import FORM, MULTIPART, Operation, Reading, request_of
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
        url = _asked(url, request.get("queryString"))
        headers = _typed(_headers(request.get("headers")), request.get("postData"))
        made = operation("har", method, url, headers, _body(request.get("postData")))
        if fields := _parts(request.get("postData"), made.media):
            made = dataclasses.replace(made, media=MULTIPART, body=fields, raw=b"")
        sent = request_of(made)
        found.setdefault(alike(method, url, sent.headers, sent.body), made)
        if len(found) >= MAX_OPERATIONS:
            problems.append(f"Entries after number {number} were left out: more than {MAX_OPERATIONS} requests.")
            break
    return Reading(list(found.values()), problems)


def _asked(url: str, listed: Any) -> str:
    """The URL with its query, which some recorders keep in the list alone."""
    if "?" in url:
        return url
    pairs = [(str(one.get("name", "")), str(one.get("value", ""))) for one in _objects(listed)]
    return f"{url}?{urlencode(pairs)}" if pairs else url


def _parts(posted: Any, media: str) -> dict[str, Any]:
    """The fields of a form with files that was recorded field by field; empty for other bodies."""
    if not isinstance(posted, dict) or posted.get("text") or not media.lower().startswith("multipart/"):
        return {}
    fields: dict[str, Any] = {}
    for one in _objects(posted.get("params")):
        name, value = str(one.get("name", "")), str(one.get("value") or "")
        known = fields.get(name)
        if one.get("fileName"):
            fields[name] = {"$file": value or "sample\n"}
        elif name not in fields or isinstance(known, dict):
            fields[name] = value
        else:
            fields[name] = [*(known if isinstance(known, list) else [known]), value]
    return fields


def _objects(listed: Any) -> list[dict[str, Any]]:
    return [one for one in listed[:1000] if isinstance(one, dict)] if isinstance(listed, list) else []


def _headers(listed: Any) -> Headers:
    named = [(str(one.get("name", "")), str(one.get("value", ""))) for one in _objects(listed)[:100]]
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
    pairs = [(str(one.get("name", "")), str(one.get("value", ""))) for one in _objects(posted.get("params"))]
    return urlencode(pairs).encode()


def _note(problems: list[str], number: int, what: str) -> None:
    if len(problems) < 50:
        problems.append(f"Entry {number}: {what}.")
