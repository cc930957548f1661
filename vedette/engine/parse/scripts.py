"""Addresses and header names in JavaScript text.

Regular expressions and a reader of literals, no execution: linear in the size of the text, bounded in its results.
"""

from __future__ import annotations

import re
from itertools import islice

from vedette.engine.parse import jsvalue

MAX_TEXT = 1_000_000
MAX_ENDPOINTS = 500
MAX_OBJECTS = 200
MAX_READS = 4_000
WINDOW = 6_000

_WORD = r"[\w\-]{1,60}"
_API_WORD = r"(?:api|apis|rest|graphql|ajax|rpc|services?|v\d{1,2}|admin|auth|users?|accounts?)"
_EXTENSION = r"(?:php|aspx?|jspx?|do|action|cgi|json|xml|html?)"
_ROOTED = re.compile(r"[\"'`](?=(?:https?:)?/{1,2}[\w$]|\.{1,2}/\w)")
_RELATIVE = re.compile(
    rf"[\"'`](?={_API_WORD}/[\w$]|{_WORD}(?:/{_WORD}){{0,6}}(?:\.{_EXTENSION}[\"'`?]|\?[\w\-]{{1,60}}=))"
)
_NAVIGATION = re.compile(
    r"(?:\bwindow\.open\s*\(|\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:assign|replace)\s*\("
    r"|\.(?:href|src|action)\s*=(?!=)|\bEventSource\s*\(|\bimport(?:Scripts)?\s*\()\s*(?=[\"'`])"
)
_NOT_URL = re.compile(r"[\s<>\\^\"'|*\x00-\x1f]|\$\)|\(\?")
_HEADER_SET = re.compile(
    r"(?:setRequestHeader|[hH]eaders\s*\.\s*(?:set|append))\s*\(\s*[\"'`]([A-Za-z][\w\-]{1,60})[\"'`]"
    r"|[hH]eaders(?:\.\w{1,20}){0,2}\s*\[\s*[\"'`]([A-Za-z][\w\-]{1,60})[\"'`]\s*\]\s*=(?!=)"
)
_HEADERS_OBJECT = re.compile(r"[hH]eaders[\"']?\s*(?::|=(?!=)|\()\s*(?:new\s+Headers\s*\(\s*)?(?=\{)")
_HEADER_NAME = re.compile(r"[A-Za-z][\w\-]{1,60}")


def endpoints(text: str) -> list[str]:
    """The references (unresolved) that the string literals of a script hold, each once: those that start like a URL
    or path first, then targets of navigation, then relative ones that look like a file or an API."""
    text = text[:MAX_TEXT]
    found: dict[str, None] = {}
    for pattern in (_ROOTED, _NAVIGATION, _RELATIVE):
        for match in islice(pattern.finditer(text), MAX_READS):
            start = match.end() if pattern is _NAVIGATION else match.start()
            value, _ = jsvalue.read(text[start : start + WINDOW])
            if isinstance(value, str) and looks_like_url(value):
                found.setdefault(value)
            if len(found) >= MAX_ENDPOINTS:
                return list(found)
    return list(found)


def looks_like_url(value: str) -> bool:
    """Whether a string may be a reference: no spaces, markup or pieces of a regular expression."""
    if not 1 < len(value) <= 2_000 or _NOT_URL.search(value):
        return False
    return value not in ("//", "./", "../", "http://", "https://") and not value.startswith(("///", "/*"))


def header_names(text: str) -> list[str]:
    """The names of the request headers that a script sets, each once whatever its case."""
    text = text[:MAX_TEXT]
    found: dict[str, str] = {}
    for match in _HEADER_SET.finditer(text):
        name = match.group(1) or match.group(2)
        found.setdefault(name.lower(), name)
    for match in islice(_HEADERS_OBJECT.finditer(text), MAX_OBJECTS):
        value, _ = jsvalue.read(text[match.end() : match.end() + WINDOW])
        for name in value if isinstance(value, dict) else ():
            if _HEADER_NAME.fullmatch(name):
                found.setdefault(name.lower(), name)
    return list(found.values())
