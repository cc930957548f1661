"""A script's syntax tree, and ways about in it."""

from __future__ import annotations

from functools import lru_cache

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

MAX_SOURCE = 1_000_000
MAX_NESTING = 2_000
_LANGUAGE = Language(tree_sitter_javascript.language())


class Tree:
    """A parsed script. `text` is the source with one character for each of its UTF-8 bytes, so that positions in it
    are those of the tree. Not `readable` when it is nested deeper than any real script: its tree is empty then."""

    def __init__(self, source: str) -> None:
        self.text, self.root = _parsed(source[:MAX_SOURCE])
        self.readable = bool(self.root.end_byte) or not self.text

    def node_at(self, start: int, end: int = 0) -> Node | None:
        """The smallest node that spans these positions."""
        return self.root.descendant_for_byte_range(start, max(end, start + 1))

    def source(self, node: Node) -> str:
        """The text of a node."""
        return self.text[node.start_byte : node.end_byte]

    def string_at(self, position: int) -> Node | None:
        """The string or template that begins with the quote at this position; None when none does."""
        node = self.node_at(position)
        if node is not None and node.type in ("'", '"', "`"):
            node = node.parent
        fits = node is not None and node.type in ("string", "template_string") and node.start_byte == position
        return node if fits else None

    def above(self, node: Node) -> Node | None:
        """The concatenation or template that takes an expression in as one of its parts; None when none does."""
        parent = node.parent
        if parent is None:
            return None
        if parent.type == "binary_expression" and self.operator(parent) == "+":
            return parent
        if parent.type == "parenthesized_expression" and node.type == "binary_expression":
            return parent
        if parent.type == "template_substitution" and node.type == "identifier":
            return parent.parent
        if parent.type == "member_expression" and self._is_joining(parent):
            return parent.parent
        return parent if parent.type == "array" and self._is_joined(parent) else None

    def operator(self, node: Node) -> str:
        """The operator of an expression; empty when it has none."""
        operator = node.child_by_field_name("operator")
        return operator.type if operator is not None else ""

    def _is_joining(self, member: Node) -> bool:
        name = member.child_by_field_name("property")
        call = member.parent
        called = call is not None and call.type == "call_expression" and call.child_by_field_name("function") == member
        return called and name is not None and self.source(name) in ("concat", "join")

    def _is_joined(self, array: Node) -> bool:
        parent = array.parent
        return parent is not None and parent.type == "member_expression" and self._is_joining(parent)


@lru_cache(maxsize=2)
def _parsed(source: str) -> tuple[str, Node]:
    raw = source.encode("utf-8", "replace")
    root = Parser(_LANGUAGE).parse(raw).root_node
    if len(raw) > MAX_NESTING and _is_deep(root):
        # Going up costs time that grows with the depth: such a text is not the work of people.
        root = Parser(_LANGUAGE).parse(b"").root_node
    return raw.decode("latin-1"), root


def _is_deep(root: Node) -> bool:
    cursor = root.walk()
    depth = 0
    while True:
        if cursor.goto_first_child():
            depth += 1
            if depth > MAX_NESTING:
                return True
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return False
            depth -= 1
