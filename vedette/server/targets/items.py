"""Headers and cookies as a client gives them: which names and values may go on the wire. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vedette.server.targets.rules import MAX_NAME
from vedette.server.targets.values import FieldError

HEADER, COOKIE = "header", "cookie"
MAX_ITEMS = 100
MAX_VALUE = 8192

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_COOKIE_OCTETS = r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*"
_COOKIE_VALUE = re.compile(f'{_COOKIE_OCTETS}|"{_COOKIE_OCTETS}"')
# Framing belongs to whoever sends, and a foreign Host would scan a site whose owner was never asked.
_FORBIDDEN_HEADERS = frozenset(
    (
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "http2-settings",
        "proxy-connection",
        "proxy-authorization",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestItem:
    """A header or cookie as a client gives it. `authentication` marks one that logs in, `authentication_secondary` one
    that logs in another user, B, and is sent in no other name; `sensitive` one whose value is never shown;
    `allow_testing` lets the tests change it."""

    name: str
    value: str = ""
    authentication: bool = False
    sensitive: bool = False
    allow_testing: bool = False
    authentication_secondary: bool = False

    @property
    def hidden(self) -> bool:
        """Whether the value reads back obfuscated."""
        return self.authentication or self.authentication_secondary or self.sensitive


def request_items(kind: str, items: object) -> list[RequestItem]:
    """The items with names and values that may go on the wire. Raises FieldError, which never repeats a value."""
    if items is None:
        return []
    if not isinstance(items, Sequence) or isinstance(items, str | bytes):
        raise FieldError(f"Expected a list of {kind}s.")
    if len(items) > MAX_ITEMS:
        raise FieldError(f"At most {MAX_ITEMS} {kind}s are possible.")
    return [_request_item(kind, number, item) for number, item in enumerate(items, 1)]


def may_be_sent(kind: str, value: str) -> bool:
    """Whether a value is made of what a header or cookie may hold."""
    return (_HEADER_VALUE if kind == HEADER else _COOKIE_VALUE).fullmatch(value) is not None


def _request_item(kind: str, number: int, item: object) -> RequestItem:
    where = f"{kind.capitalize()} {number}"
    if not isinstance(item, RequestItem) or not isinstance(item.name, str) or not isinstance(item.value, str):
        raise FieldError(f"{where} needs a name and a value.")
    name, value = item.name.strip(" \t"), item.value.strip(" \t")
    if not _TOKEN.fullmatch(name) or len(name) > MAX_NAME:
        raise FieldError(f"{where} has a name that is not allowed.")
    if kind == HEADER and name.lower() in _FORBIDDEN_HEADERS:
        raise FieldError(f"{where}: {name} cannot be set.")
    if len(value) > MAX_VALUE:
        raise FieldError(f"{where} has a value of more than {MAX_VALUE} characters.")
    if not may_be_sent(kind, value):
        raise FieldError(f"{where} has a value with characters that are not allowed.")
    if item.authentication and item.authentication_secondary:
        raise FieldError(f"{where} logs in either the first or the second user, not both.")
    return RequestItem(
        name=name,
        value=value,
        authentication=bool(item.authentication),
        sensitive=bool(item.sensitive),
        allow_testing=bool(item.allow_testing),
        authentication_secondary=bool(item.authentication_secondary),
    )
