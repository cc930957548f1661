"""Tells a document that shows something as an example from one that lets it slip."""

from __future__ import annotations

import html
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from vedette.engine.parse.page import Page

QUOTING = frozenset({"code", "textarea", "samp", "kbd", "blockquote", "article"})
"""Elements whose text is meant to be read as an example or an essay."""

PREFORMATTED = frozenset({"pre", "xmp"})
"""Elements that manuals use for examples, and programs for dumping errors."""

TEXT_TYPES = frozenset(
    {"", "text/html", "application/xhtml+xml", "text/plain", "application/json", "application/xml", "text/xml"}
    | {"application/problem+json"}
)
"""Media types in which an application answers a person or a client; scripts and styles are not among them."""

MIN_PROSE = 200


def quoted(page: Page, text: str) -> bool:
    """Whether a page that is not an error shows `text` only inside elements made for quoting.

    Preformatted text counts only beside some prose: an answer that is little else than that is a dump. Error answers
    (400 and above) never quote, and a page that is not HTML has no such elements.
    """
    if page.response.status >= 400 or not page.is_html:
        return False
    # Entities are resolved on both sides: the parser writes them in its own way.
    wanted = html.unescape(text)
    shown = html.unescape(page.text).count(wanted)
    if not shown:
        return False
    if shown <= _count(_outermost(page, QUOTING), wanted):
        return True
    return shown <= _count(_outermost(page, QUOTING | PREFORMATTED), wanted) and _prose(page) >= MIN_PROSE


def _outermost(page: Page, tags: frozenset[str]) -> Iterator[LexborNode]:
    for node in page.tree.css(", ".join(sorted(tags))):
        if not _inside(node.parent, tags):
            yield node


def _inside(node: LexborNode | None, tags: frozenset[str]) -> bool:
    while node is not None:
        if node.tag in tags:
            return True
        node = node.parent
    return False


def _count(nodes: Iterator[LexborNode], wanted: str) -> int:
    return sum(html.unescape(node.html or "").count(wanted) for node in nodes)


def _prose(page: Page) -> int:
    """How many characters of text stand outside of quoting elements, markup and scripts."""
    body = page.tree.body
    if body is None:
        return 0
    aside = sum(len(node.text()) for node in _outermost(page, QUOTING | PREFORMATTED | {"script", "style"}))
    return len(body.text()) - aside
