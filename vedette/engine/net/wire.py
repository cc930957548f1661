"""Requests and responses as bytes of HTTP/1.1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vedette.contract.exchange import Headers, Request, header
from vedette.engine.net.origin import Origin

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~\-]+\Z")
_BREAKS = re.compile(r"[\r\n\x00]")
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
"""Methods that announce the length of their body also when it is empty."""


@dataclass(slots=True)
class Head:
    """The start of a response. `whole` tells that its end was seen."""

    status: int
    version: str
    headers: Headers
    whole: bool


def encoded(text: str) -> bytes:
    """Header text as bytes: one byte a character where that is possible, else UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def target_bytes(target: str) -> bytes:
    """A request target as bytes; characters beyond ASCII go as UTF-8."""
    return target.encode("utf-8", "surrogateescape")


def fault(request: Request) -> str:
    """Why this request is not well-formed HTTP; empty when it is."""
    if not _TOKEN.match(request.method):
        return "the method is not a token"
    for name, value in request.headers:
        if not _TOKEN.match(name):
            return "a header name is not a token"
        if _BREAKS.search(value):
            return "a line break in a header"
    return ""


def ordinary(request: Request) -> bool:
    """Whether a client library can send the request exactly as given. What decides framing goes over the raw lane."""
    hosts = 0
    for name, value in request.headers:
        lower = name.lower()
        if lower == "transfer-encoding" or (lower == "content-length" and value.strip() != str(len(request.body))):
            return False
        hosts += lower == "host"
    return hosts < 2 and not (request.method == "HEAD" and request.body)


def request_bytes(request: Request, origin: Origin, target: str) -> bytes:
    """The request exactly as its record says; Host and Content-Length are added where missing."""
    lines = [encoded(request.method) + b" " + target_bytes(target) + b" HTTP/1.1"]
    given = {name.lower() for name, _ in request.headers}
    if "host" not in given:
        lines.append(b"Host: " + encoded(origin.authority))
    lines += [encoded(name) + b": " + encoded(value) for name, value in request.headers]
    framed = "content-length" in given or "transfer-encoding" in given
    if not framed and (request.body or request.method in BODY_METHODS):
        lines.append(b"Content-Length: %d" % len(request.body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body


def parse_head(lines: Sequence[bytes]) -> Head | None:
    """The final response head among the lines received (interim heads before it and trailers after it are left out);
    None when there is none."""
    start, end = _final(lines)
    if start < 0:
        return None
    version, _, rest = lines[start].decode("latin-1").strip().partition(" ")
    code = rest[:3]
    headers: list[tuple[str, str]] = []
    for line in lines[start + 1 : end]:
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name, value.strip()))
    return Head(int(code) if code.isdigit() else 0, version[5:], tuple(headers), end < len(lines))


def _final(lines: Sequence[bytes]) -> tuple[int, int]:
    start, end, opening = -1, len(lines), True
    for index, line in enumerate(lines):
        if opening and line.startswith(b"HTTP/"):
            start, end = index, len(lines)
        opening = line in (b"\r\n", b"\n")
        if opening and end == len(lines):
            end = index
    return start, end


def content_encoding(headers: Headers) -> str:
    """The Content-Encoding of a response; empty when none."""
    return header(headers, "content-encoding")
