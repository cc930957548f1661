"""HTML that escapes by default: a template's values are escaped unless they are `Markup` already."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping


class Markup(str):
    """Text that is HTML already and must not be escaped again."""

    __slots__ = ()

    def __add__(self, other: str) -> Markup:
        return Markup(str(self) + escape(other))


def escape(value: object) -> str:
    """Return HTML for a value: `Markup` as it is, a list item by item, anything else as escaped text."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, list | tuple):
        return "".join(map(escape, value))
    return html.escape(str(value))


def markup(template: str, **values: object) -> Markup:
    """Fill `{name}` places of a template written by us with escaped values."""
    return Markup(template.format_map({name: escape(value) for name, value in values.items()}))


def each(template: str, rows: Iterable[Mapping[str, object]]) -> Markup:
    """Fill the template once per row and join the results."""
    return Markup("".join(markup(template, **row) for row in rows))


def script_json(value: object) -> Markup:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(value)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
