"""What went over the wire: a request record in, a response record out.

Both lanes of the network room speak these two records and nothing else, so that no check ever sees a client.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

Headers = tuple[tuple[str, str], ...]

_NO_CHARSETS = ("punycode", "idna", "unicode-escape", "raw-unicode-escape")
"""Codecs that no page is written in. The first takes time that grows with the square of the length."""


def header(headers: Headers, name: str) -> str:
    """The first value of a header, whatever its case; empty when absent."""
    wanted = name.lower()
    for key, value in headers:
        if key.lower() == wanted:
            return value
    return ""


def header_all(headers: Headers, name: str) -> tuple[str, ...]:
    """Every value of a header in the order received, whatever its case."""
    wanted = name.lower()
    return tuple(value for key, value in headers if key.lower() == wanted)


def with_header(headers: Headers, name: str, value: str | None) -> Headers:
    """The headers with this one set once, or removed when the value is None."""
    wanted = name.lower()
    kept = tuple((key, old) for key, old in headers if key.lower() != wanted)
    return kept if value is None else (*kept, (name, value))


@dataclass(slots=True, frozen=True)
class Request:
    """A request as it is to be sent.

    `url` is absolute; its path and query go out byte for byte, dots and odd characters included.
    `user` names whose session carries it: empty for nobody, else `A` or `B`.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    user: str = ""


@dataclass(slots=True)
class Response:
    """A response as it came, its body decompressed and cut at the limit. Times are seconds."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    http_version: str = "1.1"
    ttfb_s: float = 0.0
    total_s: float = 0.0
    truncated: bool = False
    resent: bool = False

    def header(self, name: str) -> str:
        """The first value of a header, whatever its case; empty when absent."""
        return header(self.headers, name)

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text, in the declared character set, never failing."""
        declared = self.header("content-type").lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
        try:
            codec = codecs.lookup(declared or "utf-8").name
            return self.body.decode("utf-8" if codec in _NO_CHARSETS else codec, "replace")
        except (LookupError, ValueError):
            return self.body.decode("utf-8", "replace")


@dataclass(slots=True)
class Exchange:
    """One request with what came of it.

    `response` is None when none came; `error` then holds one of the words of `ERRORS`, `detail` the reason in words.
    `sent_at` is seconds since the epoch.
    """

    request: Request
    response: Response | None = None
    error: str = ""
    detail: str = ""
    sent_at: float = 0.0
    address: str = ""

    @property
    def status(self) -> int:
        """The status code; 0 without a response."""
        return self.response.status if self.response else 0

    @property
    def usable(self) -> bool:
        """Whether the answer may serve as evidence: it came, whole and once."""
        return self.response is not None and not self.response.resent


ERRORS = ("timeout", "connect", "tls", "protocol", "refused", "stopped", "resolve", "budget")
"""Why a request has no response: `refused` is our own guard, `stopped` our own control, `budget` a spent limit."""


@dataclass(slots=True)
class Step:
    """One exchange of a proof, with a note for the reader and the strings to mark in it."""

    label: str
    exchange: Exchange
    marks: tuple[str, ...] = ()
    note: str = ""
    control: bool = False
    request_marks: tuple[str, ...] = field(default=())
