"""Addresses that stand in running text, where no markup makes links of them."""

from __future__ import annotations

import re
from itertools import islice

MAX_TEXT = 200_000
MAX_ADDRESSES = 100
_EXTENSION = r"(?:html?|php\d?|aspx?|jspx?|do|action|cgi|json|xml|txt|csv|pdf|docx?|xlsx?|js|css|ya?ml|log|bak|sql|md)"
_SEGMENT = r"[\w\-.~%!$&+=:@]{1,100}"
_ADDRESS = re.compile(
    rf"(?<![^\s(\[<\"'`,;=])(?:https?://[^\s\"'<>()\[\]]{{3,1000}}"
    rf"|\.{{0,2}}/(?:{_SEGMENT}/){{1,12}}{_SEGMENT}(?:\?[^\s\"'<>()]{{1,300}})?"
    rf"|\.{{0,2}}/{_SEGMENT}\.{_EXTENSION}(?![\w\-])(?:\?[^\s\"'<>()]{{1,300}})?)"
)
_HINT = re.compile(r"(?<![^\s(\[,;])(?:https?://|\.{0,2}/[\w~])")
_NAMED = re.compile(r":[a-zA-Z_]\w{0,40}(?=/|$)")


def has_addresses(markup: str) -> bool:
    """A quick look at a document's source: False when `addresses` of its text would find nothing."""
    return _HINT.search(markup, 0, MAX_TEXT) is not None


def addresses(text: str) -> list[str]:
    """The references in a text, in order, each once: whole URLs, and paths that begin with a slash or dots and have
    several segments or the ending of a file. A segment `:name` becomes 1; the punctuation of a sentence is left out."""
    found: dict[str, None] = {}
    for match in islice(_ADDRESS.finditer(text, 0, MAX_TEXT), MAX_ADDRESSES):
        found.setdefault(_NAMED.sub("1", match.group().rstrip(".,;:!?")))
    return list(found)
