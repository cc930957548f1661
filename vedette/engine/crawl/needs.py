"""Whether a page must be seen by a browser, or markup says all there is."""

from __future__ import annotations

import re
from collections.abc import Callable

from xxhash import xxh3_64_hexdigest

from vedette.engine.parse.document import attribute
from vedette.engine.parse.page import Page
from vedette.engine.parse.urls import resolve

_DATA = re.compile(r"json|importmap|speculationrules|template|x-|text/(?!javascript|ecmascript|babel|jsx)")
_NUMBERS = re.compile(r"[0-9a-f]{8,}|\d+|\s+", re.IGNORECASE)
MAX_MARKS = 400


def behaviour(page: Page, outside: Callable[[str], bool]) -> str:
    """A digest of what can make a page do something: its scripts, handlers and custom elements; empty when it has
    none. Pages of one digest behave alike. Scripts from addresses that are `outside` do not count: they will not
    load."""
    if not page.is_html or page.response.status >= 400:
        return ""
    marks: dict[str, None] = {}
    for tag, attributes, node in page.elements:
        if len(marks) >= MAX_MARKS:
            break
        if tag == "script":
            marks |= dict.fromkeys(filter(None, (_script(page, attributes, node.text(), outside),)))
        elif "-" in tag and tag[0] != "-":
            marks.setdefault(tag)
        for name, value in attributes.items():
            if name.startswith("on") or (
                value and name in ("href", "action") and value.lstrip()[:11].lower() == "javascript:"
            ):
                marks.setdefault(_NUMBERS.sub("0", f"{tag} {name} {value}"))
    return xxh3_64_hexdigest("\n".join(marks).encode("utf-8", "replace")) if marks else ""


def _script(page: Page, attributes: dict[str, str | None], text: str, outside: Callable[[str], bool]) -> str:
    if _DATA.search(attribute(attributes, "type").lower()):
        return ""
    if source := attribute(attributes, "src"):
        url = resolve(page.url, source)
        return "" if url is None or outside(url) else url.partition("?")[0]
    return _NUMBERS.sub("0", text.strip())
