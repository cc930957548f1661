"""References in answers that are data: JSON and XML."""

from __future__ import annotations

import json
import re
from typing import Any

MAX_TEXT = 2_000_000
MAX_NODES = 20_000
MAX_REFERENCES = 1_000
_URL_LIKE = re.compile(r"(?:https?:)?//[\w.\-\[\]:]+[^\s<>\"]{0,2000}|/(?:[\w~.{%\-][^\s<>\"]{0,2000})?")
_NAMED = re.compile(
    r"(?:url|uri|href|links?|src|next|prev|previous|first|last|self|location|endpoint|action)$", re.IGNORECASE
)
_RELATIVE = re.compile(r"[\w.\-]{1,100}[/?][^\s<>\"]{1,500}|[\w\-]{1,100}\.\w{2,5}")
_PARAMETER = re.compile(r"\{[^{}/]{1,60}\}")
_XML_REFERENCE = re.compile(
    r"\b(?:href|src|url|location|link)\s{0,10}=\s{0,10}[\"']([^\"'<>\s]{1,2000})[\"']"
    r"|>\s{0,200}((?:https?:/)?/[^<>\s]{1,2000})\s{0,200}<",
    re.IGNORECASE,
)


def json_references(text: str) -> list[str]:
    """The strings of a JSON text that are URLs or paths, in order, each once; `{name}` in them becomes 1.

    Keys count when they are paths, as in an API description. Empty when the text is not JSON.
    """
    try:
        value = json.loads(text[:MAX_TEXT])
    except (ValueError, RecursionError):
        return []
    found: dict[str, None] = {}
    stack: list[tuple[str, Any]] = [("", value)]
    for _ in range(MAX_NODES):
        if not stack or len(found) >= MAX_REFERENCES:
            break
        key, item = stack.pop()
        if isinstance(item, dict):
            stack += reversed(list(item.items()))
        elif isinstance(item, list):
            stack += [(key, child) for child in reversed(item)]
        for candidate, by_name in ((key, False), (item, True)):
            if isinstance(candidate, str) and _is_reference(key if by_name else "", candidate):
                found.setdefault(_PARAMETER.sub("1", candidate))
    return list(found)


def _is_reference(key: str, value: str) -> bool:
    if _URL_LIKE.fullmatch(value):
        return value not in ("/", "//")
    return bool(_NAMED.search(key)) and _RELATIVE.fullmatch(value) is not None


def xml_references(text: str) -> list[str]:
    """The references in the attributes and texts of an XML document, in order, each once."""
    found: dict[str, None] = {}
    for attribute, content in _XML_REFERENCE.findall(text[:MAX_TEXT]):
        found.setdefault((attribute or content).replace("&amp;", "&"))
        if len(found) >= MAX_REFERENCES:
            break
    return list(found)
