"""Plain HTTP requests in a text file, one after another, with lines of `###` between them."""

from __future__ import annotations

import re
from typing import NamedTuple

from vedette.contract.exchange import Headers, header
from vedette.engine.parse.operation import Operation, Reading
from vedette.engine.parse.recorded import operation
from vedette.engine.parse.urls import resolve

MAX_TEXT = 20_000_000
MAX_REQUESTS = 2_000
_BETWEEN = re.compile(r"^###[ \t]*([^\r\n]*)\r?$", re.MULTILINE)
_FIRST = re.compile(r"([A-Za-z]{3,20})[ \t]+(\S{1,8000})(?:[ \t]+HTTP/[\d.]+)?[ \t]*")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class _Piece(NamedTuple):
    name: str
    text: str


def read(text: str, base: str) -> Reading:
    """The operations of a file. A request line may name a whole URL, or a path on the host of its Host header, else on
    that of `base`."""
    if len(text) > MAX_TEXT:
        return Reading([], [f"It is too large: at most {MAX_TEXT:,} characters are read."])
    found: list[Operation] = []
    problems: list[str] = []
    for number, piece in enumerate(_pieces(text), 1):
        if number > MAX_REQUESTS:
            problems.append(f"Request {number} and those after it were left out: more than {MAX_REQUESTS}.")
            break
        made = _read_one(piece, base)
        if isinstance(made, Operation):
            found.append(made)
        elif len(problems) < 50:
            problems.append(f"Request {number}{f' ({piece.name})' if piece.name else ''}: {made}.")
    if not found and not problems:
        problems.append("It holds no request.")
    return Reading(found, problems)


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    name, start = "", 0
    for match in _BETWEEN.finditer(text):
        pieces.append(_Piece(name, text[start : match.start()]))
        name, start = match[1].strip()[:200], match.end()
    pieces.append(_Piece(name, text[start:]))
    return [piece for piece in pieces if piece.text.strip()]


def _read_one(piece: _Piece, base: str) -> Operation | str:
    """The operation, or what is wrong with it."""
    head, body = _halves(piece.text.lstrip("\r\n \t"))
    lines = [line for line in head if line.strip() and not line.startswith(("#", "//"))]
    first = _FIRST.fullmatch(lines[0]) if lines else None
    if first is None:
        return "its first line is not `METHOD URL`"
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name.strip()):
            return f"the line {line[:60]!r} is no header"
        headers.append((name.strip(), value.strip()))
    url = _url(first[2], tuple(headers), base)
    if url is None:
        return "its address is no http or https URL"
    return operation("requests", first[1].upper(), url, tuple(headers), body, piece.name)


def _halves(text: str) -> tuple[list[str], bytes]:
    """The lines above the first empty one, and what stands below it without the line break at its end."""
    unified = text.replace("\r\n", "\n")
    head, _, body = unified.partition("\n\n")
    return head.split("\n"), body.rstrip("\n").encode("utf-8", "surrogateescape")


def _url(target: str, headers: Headers, base: str) -> str | None:
    host = header(headers, "host")
    if target.startswith("/") and host:
        return resolve(base, f"{base.partition('://')[0]}://{host}{target}")
    return resolve(base, target)
