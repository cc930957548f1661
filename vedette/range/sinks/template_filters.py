"""Filters (`value | name`) and tests (`value is name`) of the Jinja-like dialect."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

from vedette.range.sinks.bounds import OPERATORS
from vedette.range.sinks.template_values import TemplateError, Undefined, attribute

_ITEMS_MAX = 10_000


def _items(value: object) -> list[object]:
    if isinstance(value, Undefined):
        return []
    if not isinstance(value, Iterable):
        raise TemplateError(f"'{type(value).__name__}' object is not iterable")
    return list(value)[:_ITEMS_MAX]


def _length(value: object) -> int:
    if isinstance(value, str | list | tuple | Mapping | range):
        return len(value)
    if isinstance(value, Undefined):
        return 0
    raise TemplateError(f"object of type '{type(value).__name__}' has no len()")


def _default(value: object, other: object = "", boolean: object = False) -> object:
    return other if isinstance(value, Undefined) or (boolean and not value) else value


def _join(value: object, separator: object = "", name: object = None) -> str:
    return str(separator).join(str(attribute(part, str(name)) if name else part) for part in _items(value))


def _replace(value: object, old: object, new: object, count: int = -1) -> str:
    text = str(value)
    if text.count(str(old)) * len(str(new)) > 200_000:
        raise TemplateError("result too long")
    return text.replace(str(old), str(new), count)


def _reverse(value: object) -> object:
    return value[::-1] if isinstance(value, str) else list(reversed(_items(value)))


def _end(value: object, place: int) -> object:
    parts = _items(value)
    return parts[place] if parts else Undefined("No first item, sequence was empty.")


def _int(value: object, default: int = 0) -> int:
    try:
        return int(value) if isinstance(value, int | float) else int(float(str(value)))
    except (ValueError, OverflowError):
        return default


def _float(value: object, default: float = 0.0) -> float:
    try:
        return float(str(value))
    except ValueError:
        return default


def _round(value: float, precision: int = 0) -> float:
    return float(round(value, precision))


def _sort(value: object, reverse: bool = False) -> list[object]:
    parts = _items(value)
    fold = all(isinstance(part, str) for part in parts)
    return sorted(parts, key=lambda part: str(part).lower() if fold else part, reverse=bool(reverse))  # type: ignore[arg-type,return-value]


def _title(value: object) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in str(value).split(" "))


def _truncate(value: object, length: int = 255) -> str:
    text = str(value)
    return text if len(text) <= length + 5 else text[: length - 3].rsplit(" ", 1)[0] + "..."


def _escape(value: object) -> str:
    return html.escape(str(value)).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


FILTERS: dict[str, Callable[..., object]] = {
    "abs": abs,
    "attr": lambda value, name: attribute(value, str(name)),
    "capitalize": lambda value: str(value).capitalize(),
    "count": _length,
    "d": _default,
    "default": _default,
    "e": _escape,
    "escape": _escape,
    "first": lambda value: _end(value, 0),
    "float": _float,
    "format": lambda value, *plain, **named: OPERATORS["%"](str(value), named or plain),
    "int": _int,
    "join": _join,
    "last": lambda value: _end(value, -1),
    "length": _length,
    "list": _items,
    "lower": lambda value: str(value).lower(),
    "max": lambda value: max(_items(value), default=""),  # type: ignore[type-var]
    "min": lambda value: min(_items(value), default=""),  # type: ignore[type-var]
    "replace": _replace,
    "reverse": _reverse,
    "round": _round,
    "safe": lambda value: value,
    "sort": _sort,
    "string": str,
    "sum": lambda value: sum(_items(value)),  # type: ignore[arg-type]
    "title": _title,
    "tojson": lambda value: json.dumps(value, sort_keys=True),
    "trim": lambda value, chars=None: str(value).strip(chars),
    "truncate": _truncate,
    "unique": lambda value: list(dict.fromkeys(_items(value))),
    "upper": lambda value: str(value).upper(),
    "urlencode": lambda value: quote(str(value), safe="/"),
    "wordcount": lambda value: len(str(value).split()),
}

TESTS: dict[str, Callable[..., bool]] = {
    "defined": lambda value: not isinstance(value, Undefined),
    "divisibleby": lambda value, number: value % number == 0,
    "eq": lambda value, other: value == other,
    "even": lambda value: value % 2 == 0,
    "false": lambda value: value is False,
    "in": lambda value, many: value in many,
    "iterable": lambda value: isinstance(value, Iterable),
    "lower": lambda value: str(value).islower(),
    "mapping": lambda value: isinstance(value, Mapping),
    "ne": lambda value, other: value != other,
    "none": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float),
    "odd": lambda value: value % 2 == 1,
    "sequence": lambda value: isinstance(value, str | list | tuple | Mapping),
    "string": lambda value: isinstance(value, str),
    "true": lambda value: value is True,
    "undefined": lambda value: isinstance(value, Undefined),
    "upper": lambda value: str(value).isupper(),
}
