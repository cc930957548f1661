"""What the scripts of a Postman collection put into variables. Read, never run: assignments of plain expressions over
the answer are understood, whatever stands around them; all else is passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tree_sitter import Node

from vedette.contract.exchange import Headers, header
from vedette.engine.parse.postman_variables import plain
from vedette.engine.parse.scripttree import Tree
from vedette.engine.parse.set_cookie import parse

MAX_SCRIPT = 200_000
MAX_STEPS = 20_000
MAX_DEPTH = 30
_SETTERS = frozenset(
    f"{owner}.set" for owner in ("pm.environment", "pm.collectionVariables", "pm.globals", "pm.variables")
) | {"postman.setEnvironmentVariable", "postman.setGlobalVariable"}
_GETTERS = frozenset(
    f"{owner}.get" for owner in ("pm.environment", "pm.collectionVariables", "pm.globals", "pm.variables")
) | {"postman.getEnvironmentVariable", "postman.getGlobalVariable"}
_HEADERS = frozenset({"pm.response.headers.get", "postman.getResponseHeader"})
_COOKIES = frozenset({"pm.cookies.get", "postman.getResponseCookie"})


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer that a script sees; empty before the request is sent."""

    text: str = ""
    headers: Headers = ()


class _Unknown:
    """What cannot be told without running the script."""


UNKNOWN = _Unknown()


def assigned(script: str, answer: Answered, values: Mapping[str, str]) -> dict[str, str]:
    """The variables that a script sets, as far as their values can be told, the last assignment winning. `values` are
    those known before."""
    tree = Tree(script[:MAX_SCRIPT])
    if not tree.readable:
        return {}
    reader = _Reader(tree, answer, dict(values))
    found: dict[str, str] = {}
    for call in reader.calls(_SETTERS):
        arguments = reader.arguments(call)
        if len(arguments) < 2:
            continue
        name, value = reader.value(arguments[0]), reader.value(arguments[1])
        text = _text(value)
        if isinstance(name, str) and name and text is not None:
            found[name] = reader.values[name] = text
    return found


def _text(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return plain(value) if isinstance(value, str | int | float) else None


@dataclass(slots=True)
class _Reader:
    tree: Tree
    answer: Answered
    values: dict[str, str]
    steps: int = 0
    names: dict[str, Node] | None = None
    open: set[str] = field(default_factory=set)

    def calls(self, wanted: frozenset[str]) -> Iterator[Node]:
        """The calls of these functions, in order."""
        for node in self._nodes():
            if node.type == "call_expression" and self._name_of(node) in wanted:
                yield node

    def arguments(self, call: Node) -> list[Node]:
        """The arguments of a call."""
        held = call.child_by_field_name("arguments")
        return [one for one in held.named_children if one.type != "comment"] if held is not None else []

    def value(self, node: Node | None, depth: int = 0) -> Any:
        """What an expression amounts to; UNKNOWN when that cannot be told."""
        self.steps += 1
        if node is None or depth > MAX_DEPTH or self.steps > MAX_STEPS:
            return UNKNOWN
        reads = {
            "string": self._string,
            "template_string": self._template,
            "number": self._number,
            "identifier": self._identifier,
            "member_expression": self._member,
            "subscript_expression": self._member,
            "call_expression": self._call,
            "binary_expression": self._joined,
        }
        if node.type in reads:
            return reads[node.type](node, depth + 1)
        if node.type in ("parenthesized_expression", "await_expression") and node.named_children:
            return self.value(node.named_children[0], depth + 1)
        return {"true": True, "false": False}.get(node.type, UNKNOWN)

    def _nodes(self) -> Iterator[Node]:
        waiting, seen = [self.tree.root], 0
        while waiting and seen < MAX_STEPS:
            node = waiting.pop()
            seen += 1
            yield node
            waiting.extend(reversed(node.named_children))

    def _name_of(self, call: Node) -> str:
        function = call.child_by_field_name("function")
        return "".join(self.tree.source(function).split()).replace("?.", ".") if function is not None else ""

    def _string(self, node: Node, depth: int) -> Any:
        del depth
        return "".join(map(self._piece, node.named_children))

    def _piece(self, node: Node) -> str:
        text = self.tree.source(node).encode("latin-1").decode("utf-8", "replace")
        if node.type != "escape_sequence":
            return text
        try:
            return str(json.loads(f'"{text}"'))
        except ValueError:
            return text[1:]

    def _template(self, node: Node, depth: int) -> Any:
        parts: list[str] = []
        for child in node.named_children:
            if child.type != "template_substitution":
                parts.append(self._piece(child))
                continue
            text = _text(self.value(child.named_children[0] if child.named_children else None, depth))
            if text is None:
                return UNKNOWN
            parts.append(text)
        return "".join(parts)

    def _number(self, node: Node, depth: int) -> Any:
        del depth
        try:
            return json.loads(self.tree.source(node))
        except ValueError:
            return UNKNOWN

    def _joined(self, node: Node, depth: int) -> Any:
        operator = self.tree.operator(node)
        left = self.value(node.child_by_field_name("left"), depth)
        if operator in ("||", "??") and left is not UNKNOWN and left not in ("", None):
            return left
        right = self.value(node.child_by_field_name("right"), depth)
        if operator in ("||", "??"):
            return right
        texts = _text(left), _text(right)
        if operator != "+" or texts[0] is None or texts[1] is None:
            return UNKNOWN
        return texts[0] + texts[1]

    def _identifier(self, node: Node, depth: int) -> Any:
        name = self.tree.source(node)
        if name == "responseBody":
            return self.answer.text
        if self.names is None:
            self.names = dict(self._declared())
        declared = self.names.get(name)
        if declared is None or name in self.open:
            return UNKNOWN
        self.open.add(name)
        try:
            if declared.type in ("shorthand_property_identifier_pattern", "pair_pattern"):
                return self._taken_apart(declared, depth)
            return self.value(declared, depth)
        finally:
            self.open.discard(name)

    def _declared(self) -> Iterator[tuple[str, Node]]:
        """Names with the expressions that they stand for, or with their place in a pattern that takes one apart."""
        for node in self._nodes():
            pair = {"variable_declarator": ("name", "value"), "assignment_expression": ("left", "right")}.get(node.type)
            if pair is None:
                continue
            name, value = (node.child_by_field_name(part) for part in pair)
            if name is None or value is None:
                continue
            if name.type == "identifier":
                yield self.tree.source(name), value
            elif name.type == "object_pattern":
                yield from self._parts(name)

    def _parts(self, pattern: Node) -> Iterator[tuple[str, Node]]:
        for child in pattern.named_children:
            inner = child.child_by_field_name("value") if child.type == "pair_pattern" else None
            if child.type == "shorthand_property_identifier_pattern":
                yield self.tree.source(child), child
            elif inner is not None and inner.type == "identifier":
                yield self.tree.source(inner), child

    def _taken_apart(self, part: Node, depth: int) -> Any:
        key = part.child_by_field_name("key") or part
        pattern = part.parent
        owner = pattern.parent if pattern is not None else None
        if owner is None:
            return UNKNOWN
        whole = owner.child_by_field_name("value") or owner.child_by_field_name("right")
        return _at(self.value(whole, depth), self.tree.source(key))

    def _member(self, node: Node, depth: int) -> Any:
        inner = node.child_by_field_name("property") or node.child_by_field_name("index")
        if inner is None:
            return UNKNOWN
        key = self.tree.source(inner) if node.type == "member_expression" else self.value(inner, depth)
        return _at(self.value(node.child_by_field_name("object"), depth), key)

    def _call(self, node: Node, depth: int) -> Any:
        name, given = self._name_of(node), self.arguments(node)
        if name == "pm.response.json":
            return _json(self.answer.text)
        if name == "pm.response.text":
            return self.answer.text
        if not given:
            function = node.child_by_field_name("function")
            is_text = name.endswith((".toString", ".trim")) and function is not None
            text = _text(self.value(function.child_by_field_name("object"), depth)) if is_text and function else None
            return UNKNOWN if text is None else text.strip()
        first = self.value(given[0], depth)
        if name == "JSON.parse":
            return _json(first) if isinstance(first, str) else UNKNOWN
        if name in ("String", "JSON.stringify"):
            text = _text(first)
            return UNKNOWN if text is None else text
        if not isinstance(first, str):
            return UNKNOWN
        if name in _GETTERS:
            return self.values.get(first, UNKNOWN)
        if name in _HEADERS:
            return header(self.answer.headers, first) or UNKNOWN
        return self._cookie(first) if name in _COOKIES else UNKNOWN

    def _cookie(self, name: str) -> Any:
        lines = [value for key, value in self.answer.headers if key.lower() == "set-cookie"]
        known = [one for one in map(parse, lines) if one is not None and one.name == name]
        return known[-1].value if known else UNKNOWN


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UNKNOWN


def _at(value: Any, key: Any) -> Any:
    if isinstance(value, dict) and isinstance(key, str) and key in value:
        return value[key]
    if isinstance(value, list) and isinstance(key, int) and not isinstance(key, bool) and 0 <= key < len(value):
        return value[key]
    return UNKNOWN
