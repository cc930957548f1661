"""HTML built from nodes: text is escaped because there is no other way to put it in."""

from __future__ import annotations

import re
from html import escape

_VOID = {"br", "hr", "img", "meta", "link", "input"}
_CHILDLESS = {"rect", "circle", "path", "line"}
"""SVG elements, which end themselves: in HTML a bare `<rect>` would swallow its neighbours."""


class Node:
    """Finished HTML. Made by `tag` and `join` only, so that text from a site can never become markup."""

    __slots__ = ("html",)

    def __init__(self, html: str) -> None:
        self.html = html


Child = Node | str | int | float | None


def text(value: str) -> str:
    """The value escaped, control characters replaced by a visible sign."""
    shown = "".join(char if char.isprintable() or char in "\n\t" else "�" for char in value)
    return escape(shown, quote=True)


def tag(name: str, /, *children: Child, **attributes: str | int | float | None) -> Node:
    """An element. Attribute names take `_` for `-`, and a trailing one is dropped (`class_`); None leaves one out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Node(f"<{name}{given}>")
    if name in _CHILDLESS:
        return Node(f"<{name}{given}/>")
    return Node(f"<{name}{given}>{join(*children).html}</{name}>")


def join(*children: Child) -> Node:
    """Several nodes and texts as one node."""
    parts = (child.html if isinstance(child, Node) else text(str(child)) for child in children if child is not None)
    return Node("".join(parts))


def style(css: str) -> Node:
    """Our own style sheet; the one place where text goes in as it is. Never give it anything from outside."""
    return Node(f"<style>{css}</style>")


def marked(value: str, marks: tuple[str, ...]) -> Node:
    """The text with every occurrence of the marks highlighted."""
    hits = sorted({mark for mark in marks if mark}, key=len, reverse=True)
    if not hits:
        return join(value)
    pieces = re.split("(" + "|".join(re.escape(mark) for mark in hits) + ")", value)
    return join(*(tag("mark", piece) if index % 2 else piece for index, piece in enumerate(pieces)))


def prose(value: str) -> Node:
    """A manual's text: paragraphs apart by an empty line, `code` between backticks."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", value) if part.strip()]
    return join(*(tag("p", _with_code(paragraph)) for paragraph in paragraphs))


def _with_code(paragraph: str) -> Node:
    pieces = paragraph.split("`")
    if len(pieces) % 2 == 0:  # a backtick without its partner: nothing is code
        return join(paragraph)
    return join(*(tag("code", piece) if index % 2 else piece for index, piece in enumerate(pieces)))
