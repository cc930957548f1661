"""Finds the text nodes and attributes of an XML text with their exact places, without expanding anything."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from xml.sax.saxutils import escape

_TAG = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>"
    r"|</(?P<close>[^\s>]+)\s*>|<(?P<open>[A-Za-z_][^\s/>]*)(?P<attributes>(?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=/>]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, slots=True)
class XmlLeaf:
    """`path` is the `/`-joined way from the root, `#2` marking a second sibling of one name and `@` an attribute;
    `text` is what it says, `start` and `end` the place of its characters."""

    path: str
    text: str
    start: int
    end: int


@dataclass(slots=True)
class _Open:
    path: str
    children: Counter[str] = field(default_factory=Counter)
    text_at: int = 0
    has_child: bool = False


def xml_leaves(text: str) -> list[XmlLeaf]:
    """Attributes, and the text of elements without children, in order; empty when the text is not like XML."""
    found: list[XmlLeaf] = []
    stack = [_Open("")]
    for match in _TAG.finditer(text):
        if match["open"]:
            _open(match, stack, found)
        elif match["close"]:
            if len(stack) == 1:
                return []
            _close(match, stack, found, text)
        elif match["cdata"] is not None:
            # Text in a CDATA section needs no escaping; leaving such elements out keeps the rest simple.
            stack[-1].has_child = True
    return found if len(stack) == 1 else []


def escaped(text: str) -> str:
    """The text with the characters of markup as entities, fit for elements and attributes."""
    return escape(text, {'"': "&quot;", "'": "&apos;"})


def _open(match: re.Match[str], stack: list[_Open], found: list[XmlLeaf]) -> None:
    parent, name = stack[-1], match["open"]
    parent.has_child = True
    parent.children[name] += 1
    count = parent.children[name]
    label = name if count == 1 else f"{name}#{count}"
    path = f"{parent.path}/{label}" if parent.path else label
    for attribute in _ATTRIBUTE.finditer(match["attributes"]):
        group = 2 if attribute[2] is not None else 3
        if not attribute[1].startswith("xmlns"):
            shift = match.start("attributes")
            start, end = shift + attribute.start(group), shift + attribute.end(group)
            found.append(XmlLeaf(f"{path}/@{attribute[1]}", unescape(attribute[group]), start, end))
    if not match["empty"]:
        stack.append(_Open(path, text_at=match.end()))


def _close(match: re.Match[str], stack: list[_Open], found: list[XmlLeaf], text: str) -> None:
    node = stack.pop()
    if not node.has_child:
        found.append(XmlLeaf(node.path, unescape(text[node.text_at : match.start()]), node.text_at, match.start()))
