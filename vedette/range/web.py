"""What a page is given and what it returns: `Request` and `Response`, apart from sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from vedette.range.clock import Clock
from vedette.range.fields import Fields, Malformed, Part, parse_cookies, parse_multipart, parse_pairs

if TYPE_CHECKING:
    from vedette.range.site import Site
    from vedette.range.state import Session

REASONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    411: "Length Required",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    505: "HTTP Version Not Supported",
}


@dataclass(kw_only=True)
class Request:
    """A request as it came in. `headers` has lower-case names; `path` is raw, `places` holds the decoded path
    segments that the route names; `site`, `session` and `clock` are set by the site before a page sees it."""

    method: str
    path: str
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    places: dict[str, str] = field(default_factory=dict)
    site: Site = field(init=False, repr=False)
    session: Session = field(init=False, repr=False)
    clock: Clock = field(init=False, repr=False)

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path's segments, decoded one by one: an encoded slash does not split."""
        return tuple(unquote(piece, errors="replace") for piece in self.path.split("/")[1:])

    @cached_property
    def query(self) -> Fields:
        """The parameters of the URL."""
        return parse_pairs(self.query_string)

    @cached_property
    def cookies(self) -> Fields:
        """The cookies, values percent-decoded."""
        return parse_cookies(self.headers.get("cookie", ""))

    @property
    def content_type(self) -> str:
        """The body's media type without parameters, lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of a multipart body; raises `Malformed`."""
        return parse_multipart(self.body, self.headers.get("content-type", ""))

    @cached_property
    def form(self) -> Fields:
        """The fields of a URL-encoded or multipart body; raises `Malformed`."""
        if self.content_type == "multipart/form-data":
            return Fields((part.name, part.text) for part in self.parts)
        return parse_pairs(self.text)

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object; raises `Malformed`."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Malformed("the body is not JSON") from error
        if not isinstance(value, dict):
            raise Malformed("the body is not a JSON object")
        return value


@dataclass(slots=True, kw_only=True)
class Response:
    """An answer. Line breaks in `headers` are dropped when it is sent; `lines` are whole header lines, sent as they
    are, for pages that build their headers themselves."""

    body: bytes = b""
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def with_header(self, name: str, value: str) -> Response:
        """Add a header and return the answer itself."""
        self.headers.append((name, value))
        return self

    def with_line(self, line: str) -> Response:
        """Add a header line as it is and return the answer itself."""
        self.lines.append(line)
        return self


def respond(text: str, media: str, status: int = 200) -> Response:
    """Answer with text of a media type."""
    return Response(body=text.encode("utf-8", "replace"), status=status, headers=[("Content-Type", media)])


def html_page(text: str, status: int = 200) -> Response:
    """Answer with a complete HTML document or fragment."""
    return respond(text, "text/html; charset=utf-8", status)


def plain(text: str, status: int = 200) -> Response:
    """Answer with plain text that browsers must not guess to be anything else."""
    return respond(text, "text/plain; charset=utf-8", status).with_header("X-Content-Type-Options", "nosniff")


def json_answer(value: object, status: int = 200) -> Response:
    """Answer with JSON that browsers must not guess to be anything else."""
    text = json.dumps(value, ensure_ascii=False)
    return respond(text, "application/json", status).with_header("X-Content-Type-Options", "nosniff")


def redirect(location: str, status: int = 303) -> Response:
    """Send the browser elsewhere."""
    return Response(status=status, headers=[("Location", location), ("Content-Type", "text/html; charset=utf-8")])


def member(value: object, *path: str) -> object:
    """Return what stands at a path of keys in nested JSON objects, or None."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text_of(value: object, default: str = "") -> str:
    """Return a JSON scalar as text, as loosely typed languages do."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return str(value)
