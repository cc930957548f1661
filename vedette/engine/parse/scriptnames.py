"""What the names in a script stand for where they are used."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from typing import Any, Protocol

from tree_sitter import Node

from vedette.engine.parse.jsvalue import Unknown, as_text

MAX_DEFINITIONS = 30
MAX_VALUE = 4_000
FUNCTIONS = frozenset(
    ("function_declaration", "function_expression", "arrow_function", "method_definition", "generator_function",
     "generator_function_declaration", "function")
)  # fmt: skip
_GIVEN = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]*+(?:\.[\w$]++)*+)\s*+\+?=(?![=>])")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


class Readable(Protocol):
    """A script as the names need it."""

    text: str
    root: Node

    def node_at(self, start: int, end: int = 0) -> Node | None:
        """The smallest node that spans these positions."""

    def source(self, node: Node) -> str:
        """The text of a node."""

    def value(self, node: Node | None, depth: int = 0) -> Any:
        """What an expression amounts to."""


class Names:
    """The definitions of one script, looked up when a name is asked for."""

    def __init__(self, script: Readable) -> None:
        self._script = script
        self._known: dict[tuple[int, str], Any] = {}

    def resolved(self, node: Node, name: str, depth: int) -> Any:
        """What a name stands for where it is used: the innermost function that declares it decides."""
        scope: Node | None = node
        while scope is not None:
            scope = self._function_around(scope)
            area = scope if scope is not None else self._script.root
            if scope is not None and name in self._parameters(scope):
                return Unknown()
            found = self.definition(name, area, node.start_byte, depth)
            if found is not None:
                return found
        return Unknown()

    def _function_around(self, node: Node) -> Node | None:
        parent = node.parent
        while parent is not None and parent.type not in FUNCTIONS:
            parent = parent.parent
        return parent

    def _parameters(self, function: Node) -> list[str]:
        listed = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
        return _NAME.findall(self._script.source(listed)[:2_000]) if listed is not None else []

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where each name is given something, in order: one pass for all of them."""
        found: dict[str, list[int]] = {}
        for match in _GIVEN.finditer(self._script.text):
            found.setdefault(match[1], []).append(match.start())
        return found

    def definition(self, name: str, area: Node, use: int, depth: int) -> Any:
        """The last value given to a name in this function (and in none inside it) before it is used, else the first
        one after; None when it gets none here."""
        key = (area.id, name)
        if key not in self._known:
            self._known[key] = None  # what is defined by itself is not known
            self._known[key] = self._definitions(name, area, depth)
        # What gives the name its value cannot use the value that it gives.
        given = [row for row in self._known[key] or () if not row[0] <= use < row[1]]
        before = [value for position, _, value in given if position < use]
        return before[-1] if before else given[0][2] if given else None

    def _definitions(self, name: str, area: Node, depth: int) -> list[tuple[int, int, Any]]:
        found: list[tuple[int, int, Any]] = []
        places = self._places.get(name, [])
        first = bisect_left(places, area.start_byte)
        for place in places[first : first + MAX_DEFINITIONS]:
            if place >= area.end_byte:
                break
            node = self._script.node_at(place, place + len(name))
            owner = node.parent if node is not None else None
            if node is None or owner is None or (("." not in name) and not self._belongs(node, area)):
                continue
            if owner.type == "variable_declarator":
                found.append(
                    (node.start_byte, owner.end_byte, self._script.value(owner.child_by_field_name("value"), depth + 1))
                )
            elif owner.type == "assignment_expression":
                found.append(
                    (node.start_byte, owner.end_byte, self._script.value(owner.child_by_field_name("right"), depth + 1))
                )
            elif owner.type == "augmented_assignment_expression" and found:
                values = (found[-1][2], self._script.value(owner.child_by_field_name("right"), depth + 1))
                joined = "".join(map(as_text, values))[:MAX_VALUE]
                found.append((node.start_byte, owner.end_byte, joined if isinstance(values[0], str) else Unknown()))
        return found

    def _belongs(self, node: Node, area: Node) -> bool:
        function = self._function_around(node)
        return function == area or (function is None and area == self._script.root)
