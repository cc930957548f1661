"""A small directory for the examples of this folder: search filters parsed by the grammar of RFC 4515.

Attribute names compare without case; an escaped character is `\\` and two hexadecimal digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Handler

Entry = dict[str, str]
Test = Callable[[Entry], bool]

ENTRIES: tuple[Entry, ...] = (
    {"objectclass": "person", "uid": "mira", "cn": "Mira Holm", "mail": "mira@shop.example", "userpassword": "moss"},
    {"objectclass": "person", "uid": "otto", "cn": "Otto Lind", "mail": "otto@shop.example", "userpassword": "fern"},
    {"objectclass": "device", "uid": "till", "cn": "Till printer"},
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9;-]*")
_VALUE = re.compile(r"(?:[^()\\*\0]|\\[0-9a-fA-F]{2}|\*)*")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{2})")


class FilterError(ValueError):
    """The filter does not follow the grammar."""


class _Parser:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def whole(self) -> Test:
        """The one filter that the text consists of."""
        test = self._filter()
        if self._at != len(self._text):
            raise FilterError("Bad search filter (-7)")
        return test

    def _take(self, literal: str) -> bool:
        found = self._text.startswith(literal, self._at)
        self._at += len(literal) if found else 0
        return found

    def _need(self, literal: str) -> None:
        if not self._take(literal):
            raise FilterError("Bad search filter (-7)")

    def _filter(self) -> Test:
        self._need("(")
        if self._take("&"):
            parts = self._list()
            test: Test = lambda entry: all(part(entry) for part in parts)  # noqa: E731
        elif self._take("|"):
            parts = self._list()
            test = lambda entry: any(part(entry) for part in parts)  # noqa: E731
        elif self._take("!"):
            inner = self._filter()
            test = lambda entry: not inner(entry)  # noqa: E731
        else:
            test = self._item()
        self._need(")")
        return test

    def _list(self) -> list[Test]:
        parts: list[Test] = []
        while self._text.startswith("(", self._at):
            parts.append(self._filter())
        return parts

    def _item(self) -> Test:
        name = self._match(_NAME).lower()
        self._need("=")
        value = self._match(_VALUE)
        plain = [_ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), piece) for piece in value.split("*")]
        pattern = re.compile(".*".join(re.escape(piece) for piece in plain), re.IGNORECASE | re.DOTALL)
        return lambda entry: name in entry and pattern.fullmatch(entry[name]) is not None

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise FilterError("Bad search filter (-7)")
        self._at = found.end()
        return found.group()


def search(text: str) -> list[Entry]:
    """The entries that a filter selects; raises FilterError."""
    test = _Parser(text).whole()
    return [entry for entry in ENTRIES if test(entry)]


def escaped(value: str) -> str:
    """The value as RFC 4515 wants it inside a filter."""
    return re.sub(r"[\\*()\0]", lambda found: f"\\{ord(found.group()):02x}", value)


def directory(text: str, name: str, *, read: Callable[[str], str] = str, show: str = "list") -> Handler:
    """A page that searches by the filter `text`, the field `name` (or else the cookie; the path's last segment
    when the name is empty) put in at each `{}` after `read`.

    `show` is `list`, `page` (the same, but no such page for an empty one), `found` (only whether there is an entry) or
    `error` (a list, and the parser's words on failure).
    """

    def handle(request: Request) -> Response:
        fields = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        fields |= dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True))
        headers = {key.lower(): unquote_plus(value.partition("=")[2]) for key, value in request.headers}
        last = unquote(urlsplit(request.url).path.rpartition("/")[2])
        value = read(fields.get(name, headers.get("cookie", "")) if name else last)
        try:
            found = search(text.replace("{}", value))
        except FilterError as error:
            if show == "error":
                return _page(f"<p>javax.naming.directory.InvalidSearchFilterException: {error}</p>", 500)
            found = []
        if show == "found":
            return _page("<p>Welcome.</p>" if found else "<p>Unknown name or password.</p>")
        status = 404 if show == "page" and not found else 200
        return _page("<ul>" + "".join(f"<li>{escape(entry['cn'])}</li>" for entry in found) + "</ul>", status)

    return handle


def _page(body: str, status: int = 200) -> Response:
    return Response(
        status, (("Content-Type", "text/html"),), f"<html><body><h1>Staff</h1>{body}</body></html>".encode()
    )
