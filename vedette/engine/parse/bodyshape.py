"""The parameters of a request body, whatever its encoding: names and values, and the shape that its like share."""

from __future__ import annotations

import json
import re
from typing import Any

from vedette.engine.parse.urls import pairs_of

MAX_FIELDS = 500
_PART_NAME = re.compile(rb'name="([^"\r\n]{1,200})"[^\r\n]*(?:\r\n[^\r\n]+)*\r\n\r\n([^\r\n]{0,2000})')
_XML_NAME = re.compile(rb"<([A-Za-z_][\w.\-:]{0,100})[^<>]*>([^<>]{0,500})")


def names_and_values(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """The fields of a body with their values, in order: form fields, multipart parts, JSON leaves by their last key,
    XML elements. Empty for a body of another kind."""
    kind = content_type.partition(";")[0].strip().lower()
    text = body.decode("utf-8", "replace")
    if "json" in kind or text[:1] in ("{", "["):
        try:
            return _leaves(json.loads(text))
        except (ValueError, RecursionError):
            return []
    if kind == "multipart/form-data":
        return [(_text(name), _text(value)) for name, value in _PART_NAME.findall(body)[:MAX_FIELDS]]
    if "xml" in kind:
        return [(_text(name), _text(value).strip()) for name, value in _XML_NAME.findall(body)[:MAX_FIELDS]]
    if kind == "text/plain":
        return [(name, value) for name, _, value in (line.partition("=") for line in text.splitlines()) if name]
    return pairs_of(text)[:MAX_FIELDS] if "=" in text else []


def shape(content_type: str, body: bytes) -> str:
    """What two bodies that differ only in their values have in common: the encoding and the sorted field names."""
    if not body:
        return ""
    names = sorted({name for name, _ in names_and_values(content_type, body)})
    return content_type.partition(";")[0].strip().lower() + "|" + ",".join(names)


def _leaves(value: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    stack: list[tuple[str, Any]] = [("", value)]
    while stack and len(found) < MAX_FIELDS:
        key, item = stack.pop()
        if isinstance(item, dict):
            stack += reversed(list(item.items()))
        elif isinstance(item, list):
            stack += [(key, child) for child in reversed(item)]
        elif key:
            found.append((key, "" if item is None else str(item)))
    return found


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
