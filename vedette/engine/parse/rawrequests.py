"""Plain HTTP requests in a text file, one after another, with lines of `###` between them: raw ones, and those of the
clients in editors with their variables. Scripts and assertions in such files are passed over, never run."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from vedette.contract.exchange import Headers, header, with_header
from vedette.engine.parse.operation import Operation, Parameter, Reading, Secured
from vedette.engine.parse.recorded import operation
from vedette.engine.parse.request_placeholders import Placeholders
from vedette.engine.parse.tree_text import bounded
from vedette.engine.parse.urls import resolve

MAX_TEXT = 20_000_000
MAX_REQUESTS = 2_000
_BETWEEN = re.compile(r"^###[ \t]*([^\r\n]*)\r?$", re.MULTILINE)
_FIRST = re.compile(r"(?:([A-Za-z]{3,20})[ \t]+)?(\S{1,8000})(?:[ \t]+HTTP/[\d.]+)?[ \t]*")
_BARE = re.compile(r"https?://|/", re.IGNORECASE)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VARIABLE = re.compile(r"@([\w.$-]{1,100})[ \t]*=[ \t]*(.*)")
_TITLE = re.compile(r"(?:#|//)[ \t]*@name[ \t]*=?[ \t]*(\S.{0,199})")
_SCRIPT = re.compile(r"^(?:[<>][ \t]*\{%.*?%\}|\{\{[^{}\n]{0,50}\n.*?^\}\})[ \t]*$", re.MULTILINE | re.DOTALL)
_AFTER = re.compile(r"^(?:>>?!?[ \t]+\S|<>[ \t]|\?\?[ \t])")
_FILE = re.compile(r"<@?[ \t]+\S")


class _Piece(NamedTuple):
    name: str
    lines: list[str]


def read(text: str, base: str, values: Mapping[str, str] | None = None) -> Reading:
    """The operations of a file. A request line may name a whole URL, or a path on the host of its Host header, else on
    that of `base`. `values` go before the variables that the file sets."""
    if len(text) > MAX_TEXT:
        return Reading([], [f"It is too large: at most {MAX_TEXT:,} characters are read."])
    reader = _Reader(base, dict(values or {}))
    found: list[Operation] = []
    for number, piece in enumerate(reader.pieces(text), 1):
        if number > MAX_REQUESTS:
            reader.problems.append(f"Request {number} and those after it were left out: more than {MAX_REQUESTS}.")
            break
        reader.about = f"Request {number}{f' ({piece.name})' if piece.name else ''}"
        made = reader.operation(piece)
        if made is not None:
            found.append(made)
    if not found and not reader.problems:
        reader.problems.append("It holds no request.")
    return Reading(found, reader.problems)


class _Reader:
    def __init__(self, base: str, values: dict[str, str]) -> None:
        self.problems: list[str] = []
        self.about = ""
        self._base = base
        self._values = values
        self._known = Placeholders({}, values)

    def pieces(self, text: str) -> list[_Piece]:
        """What stands between the lines of `###`, without what comes before a request line; what holds no request is
        left out, and the variables of all are known."""
        unified = _SCRIPT.sub("", text.replace("\r\n", "\n")) if "{%" in text or "\n}}" in text else text
        unified = unified.replace("\r\n", "\n")
        name, start, variables = "", 0, {}
        pieces: list[_Piece] = []
        spans = [(match.start(), match.end(), match[1].strip()[:200]) for match in _BETWEEN.finditer(unified)]
        for stop, following, title in (*spans, (len(unified), len(unified), "")):
            lines = unified[start:stop].split("\n")
            while lines and (not lines[0].strip() or lines[0].lstrip().startswith(("#", "//", "@"))):
                line = lines.pop(0).strip()
                if found := _VARIABLE.fullmatch(line):
                    variables[found[1]] = found[2].strip()
                elif found := _TITLE.fullmatch(line):
                    name = name or found[1].strip()
            if lines:
                pieces.append(_Piece(name, lines))
            name, start = title, following
        self._known = Placeholders(variables, self._values)
        return pieces

    def operation(self, piece: _Piece) -> Operation | None:
        """The operation; None with a note on what is wrong with it."""
        head, body = _halves(piece.lines)
        first = _FIRST.fullmatch(self._known.opened(head[0].strip()))
        if first is None or (first[1] is None and not _BARE.match(first[2])):
            self._note("its first line is not `METHOD URL`")
            return None
        headers: list[tuple[str, str]] = []
        for line in head[1:]:
            name, colon, value = line.partition(":")
            if not colon or not _NAME.fullmatch(name.strip()):
                self._note(f"the line {line[:60]!r} is no header")
                return None
            headers.append((name.strip(), value.strip()))
        method = (first[1] or "GET").upper()
        graphql = method == "GRAPHQL" or header(tuple(headers), "x-request-type").lower() == "graphql"
        url = _url(first[2], tuple(headers), self._base)
        if url is None:
            self._note("its address is no http or https URL")
            return None
        secured, kept = self._secured(headers)
        if any(map(_FILE.match, body)):
            self._note("its body is a file, which is not part of this one")
            body = [line for line in body if not _FILE.match(line)]
        content = self._known.filled("\n".join(body).rstrip("\n"))
        if "urlencoded" in header(kept, "content-type"):
            content = re.sub(r"\n[ \t]*&|&[ \t]*\n", "&", content)
        if graphql:
            kept = with_header(with_header(kept, "X-REQUEST-TYPE", None), "Content-Type", "application/json")
            method, content = "POST", _graphql(content)
        made = operation("requests", method, url, kept, content.encode("utf-8", "surrogateescape"), piece.name)
        return self._with_holes(dataclasses.replace(made, secured=secured, given=frozenset(self._values)))

    def _secured(self, headers: list[tuple[str, str]]) -> tuple[tuple[Secured, ...], Headers]:
        """What opens the request and is not known, and the other headers with their values."""
        secured: list[Secured] = []
        kept: list[tuple[str, str]] = []
        for name, value in headers:
            unknown = self._known.unknown(value)
            if unknown and name.lower() == "authorization":
                secured.append(Secured("basic" if value.lower().startswith("basic") else "bearer"))
            elif unknown and re.search(r"api-?key|token|secret", name, re.IGNORECASE):
                secured.append(Secured("key", name))
            else:
                kept.append((name, self._known.filled(value)))
        return tuple(secured), tuple(kept)

    def _with_holes(self, made: Operation) -> Operation:
        """The operation with a hole for each placeholder in its path that has no value."""
        url, names = self._known.with_holes(made.url)
        parameters = tuple(Parameter(name, "path", self._known.sample(name)) for name in names)
        name = made.name if made.name != f"{made.method} {made.url.partition('?')[0]}" else f"{made.method} {url}"
        return dataclasses.replace(made, url=url, name=name.partition("?")[0], parameters=parameters)

    def _note(self, what: str) -> None:
        if len(self.problems) < 50:
            self.problems.append(f"{self.about}: {what}.")


def _halves(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines of the head with a long address in one, and those of the body, without what clients of editors write
    around them."""
    head: list[str] = []
    for index, line in enumerate(lines):
        if not line.strip():
            body = lines[index + 1 :]
            break
        if len(head) == 1 and line[:1] in " \t" and line.strip()[:1] in ("?", "&", "/"):
            head[0] += line.strip()
        elif not line.startswith(("#", "//")) and not _AFTER.match(line):
            head.append(line)
    else:
        body = []
    end = next((index for index, line in enumerate(body) if _AFTER.match(line)), len(body))
    return head, body[:end]


def _graphql(text: str) -> str:
    """The body of a GraphQL request: a query, and its variables below an empty line."""
    query, _, rest = text.partition("\n\n")
    try:
        variables = bounded(json.loads(rest)) if rest.strip() else {}
    except (ValueError, RecursionError):
        query, variables = text, {}
    return json.dumps({"query": query, "variables": variables})


def _url(target: str, headers: Headers, base: str) -> str | None:
    host = header(headers, "host")
    if target.startswith("/") and host:
        return resolve(base, f"{base.partition('://')[0]}://{host}{target}")
    return resolve(base, target)
