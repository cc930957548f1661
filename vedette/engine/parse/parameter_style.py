"""How the values of parameters are written: OpenAPI's styles, and the collection formats of its second version."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MAX_ITEMS = 20
MAX_DEPTH = 6
JSON = "json"
"""The style of a parameter that is described by a media type: one text, whatever its value."""

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BETWEEN = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "tabDelimited": "%09"}
_FORMATS = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}


def style_of(node: Mapping[str, Any], place: str, *, old: bool) -> tuple[str, bool]:
    """The style of a described parameter and whether the parts of its value stand each for itself. `old` is of the
    second version, where only lists have a format."""
    plain = "simple" if place in ("path", "header") else "form"
    if old:
        style, explode = _FORMATS.get(str(node.get("collectionFormat", "csv")), _FORMATS["csv"])
        return (plain if style == "form" else style), explode
    if isinstance(node.get("content"), dict) and "schema" not in node:
        return JSON, False
    told, apart = node.get("style"), node.get("explode")
    style = told if isinstance(told, str) and told else plain
    return style, apart if isinstance(apart, bool) else style in ("form", "deepObject")


def pairs(name: str, value: Any, style: str = "", explode: bool = True) -> list[tuple[str, str]]:
    """What stands in a query for a parameter: names and values, both encoded. Without a style a list goes as several,
    an object as JSON."""
    name = writable(name)
    if style == JSON or not isinstance(value, (dict, list)):
        return [(quote_plus(name), quote_plus(text(value)))]
    if isinstance(value, list):
        items = [quote_plus(text(item)) for item in value[:MAX_ITEMS]]
        if explode or style == "deepObject":
            return [(quote_plus(name), item) for item in items]
        return [(quote_plus(name), _BETWEEN.get(style, ",").join(items))] if items else []
    if style == "deepObject":
        return [(quote_plus(key), quote_plus(item)) for key, item in deep(name, value)]
    if style == "form" and explode:
        return [pair for key, item in value.items() for pair in pairs(str(key), item)]
    if style:
        parts = [quote_plus(part) for key, item in value.items() for part in (text(str(key)), text(item))]
        return [(quote_plus(name), _BETWEEN.get(style, ",").join(parts))]
    return [(quote_plus(name), quote_plus(text(value)))]


def deep(name: str, value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The plain values of a nested one, each under the way to it: `name[key][0]`."""
    if depth < MAX_DEPTH and isinstance(value, dict):
        for key, item in value.items():
            yield from deep(f"{name}[{key}]", item, depth + 1)
    elif depth < MAX_DEPTH and isinstance(value, list):
        for index, item in enumerate(value[:MAX_ITEMS]):
            yield from deep(f"{name}[{index}]", item, depth + 1)
    else:
        yield writable(name), text(value)


def segment(name: str, value: Any, style: str = "", explode: bool = False) -> str:
    """What stands in a path for a parameter, encoded; empty for a value that is."""
    parts = [quote(part, safe="=") if explode else quote(part, safe="") for part in _parts(value, style, explode)]
    if style == "matrix":
        if isinstance(value, dict) and explode:
            return "".join(f";{part}" for part in parts)
        named = quote(writable(name), safe="")
        return "".join(f";{named}={part}" for part in parts) if explode else f";{named}={','.join(parts)}"
    if style == "label":
        return "." + ("." if explode else ",").join(parts)
    return ",".join(parts)


def line(value: Any, style: str = "", explode: bool = False) -> str:
    """What stands in a header or cookie for a parameter."""
    return ",".join(_parts(value, style, explode))


def is_header_name(name: str) -> bool:
    """Whether a header may be called so."""
    return _HEADER.fullmatch(name) is not None


def text(value: Any) -> str:
    """A plain value as text; lists and objects as JSON."""
    if value is None:
        return ""
    return writable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def writable(text: str) -> str:
    """The text without halves of letters, which JSON may name and no encoding can write."""
    return text.encode("utf-8", "replace").decode()


def _parts(value: Any, style: str, explode: bool) -> list[str]:
    if isinstance(value, list) and style != JSON:
        return [text(item) for item in value[:MAX_ITEMS]]
    if isinstance(value, dict) and style not in ("", JSON):
        if explode:
            return [writable(f"{key}={text(item)}") for key, item in value.items()]
        return [part for key, item in value.items() for part in (text(str(key)), text(item))]
    return [text(value)]
