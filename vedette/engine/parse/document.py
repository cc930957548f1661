"""A parsed document as a flat list of its elements: walked once, read by links, forms, skeleton and fingerprint."""

from __future__ import annotations

from itertools import islice
from operator import itemgetter

from selectolax.lexbor import LexborHTMLParser, LexborNode

Element = tuple[str, dict[str, str | None], LexborNode]
"""Tag in lower case, attributes with names in lower case (a bare attribute has None), and the node itself.
Comments are there too, with the tag `-comment`."""

MAX_ELEMENTS = 20_000
MAX_TAGS = 40_000
MAX_TEMPLATE_DEPTH = 4
MAX_OUTSIDE = 100
LONG_TAG = 16_384
MAX_ATTRIBUTE_WORK = 20_000**2
_TAG = itemgetter(0)


def parse(text: str) -> LexborHTMLParser:
    """The tree of an HTML text, cut where parsing it would take time that grows with the square of its size."""
    if len(text) > LONG_TAG:
        text = text[: _safe_length(text)]
    return LexborHTMLParser(text)


def _safe_length(text: str) -> int:
    # Open elements are searched one by one for each new one, and so are the attributes of one tag: a page made of
    # nothing else would stall the whole scan.
    pieces = text.split("<", MAX_TAGS)
    length = len(text) - (len(pieces[-1]) if len(pieces) > MAX_TAGS else 0)
    work = 0
    position = 0
    for piece in pieces:
        if len(piece) > LONG_TAG and piece[0].isalpha():
            quotes = piece.count('"') + piece.count("'")
            work += (len(piece.split()) + piece.count("/") + quotes // 2) ** 2
            if work > MAX_ATTRIBUTE_WORK:
                return min(length, position)
        position += len(piece) + 1
    return length


def elements(tree: LexborHTMLParser) -> list[Element]:
    """All elements in document order, then comments outside of `<html>` and what is inside `<template>`.

    At most `MAX_ELEMENTS`.
    """
    root = tree.root
    if root is None:
        return []
    found = _walk(root)
    found += _outside(root)
    if "template" in map(_TAG, found):
        _walk_templates(tree, found)
    return found[:MAX_ELEMENTS]


def _walk(root: LexborNode) -> list[Element]:
    return [(node.tag or "", node.attributes, node) for node in islice(root.traverse(), MAX_ELEMENTS)]


def _outside(root: LexborNode) -> list[Element]:
    """The comments before and after the document's element."""
    around: list[LexborNode] = []
    before, after = root.prev, root.next
    while before is not None and len(around) < MAX_OUTSIDE:
        around.insert(0, before)
        before = before.prev
    while after is not None and len(around) < MAX_OUTSIDE:
        around.append(after)
        after = after.next
    return [("-comment", {}, node) for node in around if node.is_comment_node]


def _walk_templates(tree: LexborHTMLParser, found: list[Element]) -> None:
    fragments = [(fragment, 1) for fragment in tree.template_fragments()]
    # The list grows while it is read: a template may hold templates.
    for fragment, depth in fragments:
        if len(found) >= MAX_ELEMENTS:
            return
        found += _walk(fragment)
        if depth < MAX_TEMPLATE_DEPTH:
            fragments += [(inner, depth + 1) for inner in fragment.template_fragments()]


def attribute(attributes: dict[str, str | None], name: str) -> str:
    """An attribute's value; empty when absent or bare."""
    return attributes.get(name) or ""
