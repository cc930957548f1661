"""What the expressions of a script amount to, as far as that can be known without running it.

Values have the form of `jsvalue`: str, number, bool, None, list, dict, else `Unknown`.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from tree_sitter import Node

from vedette.engine.parse import jsvalue
from vedette.engine.parse.jsvalue import Unknown, as_text, unescape
from vedette.engine.parse.scriptnames import Names
from vedette.engine.parse.scripttree import Tree

MAX_DEPTH = 14
MAX_ITEMS = 200
MAX_STEPS = 60_000
MAX_PARTS = 200
MAX_VALUE = 4_000
ORIGIN, PROTOCOL, HOST = "\ue000", "\ue001", "\ue002"
"""Stand in a value for those parts of the page's own address."""

_OWN_SITE = re.compile(f"^(?:{ORIGIN}|(?:{PROTOCOL}|https?:|wss?:)?(?://)?{HOST})")
_PLACES = {"location.origin": ORIGIN, "location.protocol": PROTOCOL, "location.host": HOST, "location.hostname": HOST}
_PASSING = ("encodeURIComponent", "encodeURI", "String", "Number", "decodeURIComponent", "Object.freeze")
_KEEPING = ("trim", "toString", "toLowerCase", "valueOf")
_WRAPPED = frozenset(("parenthesized_expression", "await_expression", "sequence_expression"))


class Encoded(Unknown):
    """A value that goes through an encoder on its way into a request: `json` or `form`."""

    __slots__ = ("inner", "kind")

    def __init__(self, kind: str, inner: Any) -> None:
        super().__init__()
        self.kind = kind
        self.inner = inner


class Spent(Exception):  # noqa: N818 - an end, not an error
    """The script asks for more steps than it is worth."""


class Script(Tree):
    """A parsed script whose expressions can be read. Reading raises Spent when it has taken too many steps."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._steps = MAX_STEPS
        self._names = Names(self)
        # Positions and operands of the last concatenation: a long one is climbed once, not once for each of its parts.
        self._last: tuple[int, int, list[tuple[int, Any]]] = (0, 0, [])

    def whole(self, node: Node) -> Node:
        """The concatenation that an expression is a part of; itself when it is none."""
        for _ in range(MAX_PARTS):
            self._spend(4)
            above = self.above(node)
            if above is None:
                break
            node = above
        return node

    def text_from(self, node: Node) -> str:
        """The text of the concatenation that an expression is a part of, as a reference: all of it when its beginning
        is known, else from the expression on."""
        if not self._last[0] <= node.start_byte < self._last[1]:
            whole = self.whole(node)
            self._last = whole.start_byte, whole.end_byte, self._pieces(whole)
        pieces = self._last[2]
        at = max((index for index, (start, _) in enumerate(pieces) if start <= node.start_byte), default=0)
        values = [value for _, value in pieces]
        if any(isinstance(value, Unknown) for value in values[:at]):
            values = values[at:]
        if len(values) > 1 and isinstance(values[0], Unknown) and as_text(values[1])[:1] == "/":
            values = values[1:]
        if not values or isinstance(values[0], Unknown):
            return ""
        return self.reference("".join(map(as_text, values))[:MAX_VALUE])

    def _pieces(self, node: Node) -> list[tuple[int, Any]]:
        """The operands of a concatenation or template with their positions, else the expression itself."""
        if node.type == "template_string":
            parts = node.named_children[:MAX_PARTS]
            return [(part.start_byte, self._part(part)) for part in parts]
        if node.type == "parenthesized_expression" and node.named_children:
            return self._pieces(node.named_children[0])
        if node.type != "binary_expression" or self.operator(node) != "+":
            return [(node.start_byte, self.value(node))]
        found: list[list[tuple[int, Any]]] = []
        rest: Node | None = node
        # A long concatenation leans to the left: read without a call for each of its parts.
        while rest is not None and rest.type == "binary_expression" and self.operator(rest) == "+":
            right = rest.child_by_field_name("right")
            found.append(
                self._pieces(right)
                if right is not None and right.type == "template_string"
                else [(rest.start_byte if right is None else right.start_byte, self.value(right))]
            )
            rest = rest.child_by_field_name("left")
        if rest is not None:
            found.append(
                self._pieces(rest) if rest.type == "template_string" else [(rest.start_byte, self.value(rest))]
            )
        return [piece for pieces in reversed(found) for piece in pieces][:MAX_PARTS]

    def _part(self, node: Node, depth: int = 0) -> Any:
        """A piece of a template."""
        if node.type == "template_substitution":
            inner = node.named_children
            return self.value(inner[0], depth + 1) if inner else ""
        return _decoded(self.source(node))

    def arguments_at(self, bracket: int) -> list[Any] | None:
        """The values of the arguments whose opening bracket is at this position; None when no call has it there."""
        node = self.node_at(bracket)
        if node is not None and node.type == "(":
            node = node.parent
        if node is None or node.type != "arguments" or node.start_byte != bracket:
            return None
        return [self.value(child) for child in node.named_children[:8] if child.type != "comment"]

    def value(self, node: Node | None, depth: int = 0) -> Any:
        """What an expression amounts to."""
        self._spend(1)
        if node is None or depth > MAX_DEPTH:
            return Unknown()
        read = _READERS.get(node.type)
        return Unknown() if read is None else read(self, node, depth)

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise Spent

    def reference(self, value: Any) -> str:
        """A value as a reference: what stands for the page's own address is taken off. Empty when it is no text, or
        when not even its beginning is known."""
        if not isinstance(value, str):
            return ""
        text = _OWN_SITE.sub("", value)
        return "" if any(mark in text for mark in (ORIGIN, PROTOCOL, HOST)) else text

    def _string(self, node: Node, depth: int) -> Any:
        return _decoded(self.source(node)[1:-1])

    def _template(self, node: Node, depth: int) -> Any:
        parts = node.named_children[:MAX_PARTS]
        return "".join(as_text(self._part(part, depth)) for part in parts)[:MAX_VALUE]

    def _literal(self, node: Node, depth: int) -> Any:
        value, _ = jsvalue.read(self.source(node)[:40])
        return value

    def _sum(self, node: Node, depth: int) -> Any:
        operator = self.operator(node)
        if operator in ("||", "??", "&&"):
            left = self.value(node.child_by_field_name("left"), depth + 1)
            preferred = operator != "&&" and not isinstance(left, Unknown)
            return left if preferred else self.value(node.child_by_field_name("right"), depth + 1)
        if operator != "+":
            return Unknown()
        operands: list[Node | None] = []
        rest: Node | None = node
        while rest is not None and rest.type == "binary_expression" and self.operator(rest) == "+":
            operands.append(rest.child_by_field_name("right"))
            rest = rest.child_by_field_name("left")
        values = [self.value(part, depth + 1) for part in (rest, *reversed(operands))][:MAX_PARTS]
        if not any(isinstance(value, str) for value in values):
            return Unknown()
        return "".join(map(as_text, values))[:MAX_VALUE]

    def _choice(self, node: Node, depth: int) -> Any:
        first = self.value(node.child_by_field_name("consequence"), depth + 1)
        return self.value(node.child_by_field_name("alternative"), depth + 1) if isinstance(first, Unknown) else first

    def _inner(self, node: Node, depth: int) -> Any:
        children = node.named_children
        return self.value(children[-1], depth + 1) if children else Unknown()

    def _assigned(self, node: Node, depth: int) -> Any:
        return self.value(node.child_by_field_name("right"), depth + 1)

    def _object(self, node: Node, depth: int) -> Any:
        found: dict[str, Any] = {}
        for child in node.named_children[:MAX_ITEMS]:
            if child.type == "pair":
                key = child.child_by_field_name("key")
                if key is not None and (name := self.key(key)):
                    found[name] = self.value(child.child_by_field_name("value"), depth + 1)
            elif child.type == "shorthand_property_identifier":
                found[self.source(child)] = self._names.resolved(child, self.source(child), depth + 1)
            elif child.type == "spread_element" and isinstance(spread := self._inner(child, depth + 1), dict):
                found |= spread
        return found

    def key(self, node: Node) -> str:
        """The name of a property; empty when it is computed."""
        if node.type in ("string", "computed_property_name"):
            value = self._string(node, 0) if node.type == "string" else self._inner(node, MAX_DEPTH - 2)
            return value if isinstance(value, str) else ""
        return self.source(node)

    def _array(self, node: Node, depth: int) -> Any:
        return [self.value(child, depth + 1) for child in node.named_children[:MAX_ITEMS] if child.type != "comment"]

    def _member(self, node: Node, depth: int) -> Any:
        path = self.source(node)[:200]
        for place, mark in _PLACES.items():
            if path == place or path.endswith("." + place):
                return mark
        name = node.child_by_field_name("property")
        owner = self.value(node.child_by_field_name("object"), depth + 1)
        if name is not None and isinstance(owner, dict):
            return owner.get(self.source(name), Unknown())
        assigned = self._names.definition(path, self.root, node.start_byte, depth) if _plain_path(path) else None
        return Unknown() if assigned is None else assigned

    def _named(self, node: Node, depth: int) -> Any:
        return self._names.resolved(node, self.source(node), depth)

    def _new(self, node: Node, depth: int) -> Any:
        name = self.source(maker)[:100] if (maker := node.child_by_field_name("constructor")) is not None else ""
        listed = node.child_by_field_name("arguments")
        given = [self.value(child, depth + 1) for child in listed.named_children[:2]] if listed is not None else []
        return self._made(name.rpartition(".")[2], given)

    def _made(self, name: str, given: list[Any]) -> Any:
        first = given[0] if given else Unknown()
        if name == "URL" and isinstance(first, str):
            base = given[1] if len(given) > 1 else ""
            base = base if isinstance(base, str) else ""
            return first if base in ("", ORIGIN) or first.startswith(ORIGIN) else urljoin(base, first)
        if name in ("URLSearchParams", "FormData"):
            return Encoded("form", first)
        return first if name in ("Headers", "Request", "String") else Unknown()

    def _call(self, node: Node, depth: int) -> Any:
        called, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if called is None or listed is None:
            return Unknown()
        name = self.source(called)[-200:]
        owner, _, method = name.rpartition(".")
        first = listed.named_children[0] if listed.named_children else None
        if name in ("JSON.stringify", "angular.toJson"):
            return Encoded("json", self.value(first, depth + 1))
        if method in ("param", "stringify") and owner in ("$", "jQuery", "qs", "querystring", "Qs"):
            return Encoded("form", self.value(first, depth + 1))
        if name in _PASSING:
            return self.value(first, depth + 1)
        if called.type != "member_expression" or method not in ("concat", "join", *_KEEPING):
            return Unknown()
        base = self.value(called.child_by_field_name("object"), depth + 1)
        if method in _KEEPING:
            return base
        if method == "join" and isinstance(base, list):
            mark = self.value(first, depth + 1) if first is not None else ","
            return (mark if isinstance(mark, str) else ",").join(map(as_text, base))[:MAX_VALUE]
        if method == "concat" and isinstance(base, str):
            more = [as_text(self.value(child, depth + 1)) for child in listed.named_children[:MAX_PARTS]]
            return (base + "".join(more))[:MAX_VALUE]
        return Unknown()


def _plain_path(path: str) -> bool:
    return re.fullmatch(r"[\w$]+(?:\.[\w$]+){1,4}", path) is not None


def _decoded(text: str) -> str:
    """The text of a piece of a string."""
    return unescape(text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "replace"))


_READERS = {
    "string": Script._string,
    "template_string": Script._template,
    "number": Script._literal,
    "true": Script._literal,
    "false": Script._literal,
    "null": Script._literal,
    "undefined": Script._literal,
    "unary_expression": Script._literal,
    "binary_expression": Script._sum,
    "ternary_expression": Script._choice,
    "assignment_expression": Script._assigned,
    "object": Script._object,
    "array": Script._array,
    "member_expression": Script._member,
    "identifier": Script._named,
    "new_expression": Script._new,
    "call_expression": Script._call,
} | dict.fromkeys(_WRAPPED, Script._inner)
