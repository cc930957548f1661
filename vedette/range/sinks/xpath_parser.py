"""Reads an XPath expression into a function of the context; the grammar stands in `xpath`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vedette.range.sinks.xpath_functions import FUNCTIONS, Function
from vedette.range.sinks.xpath_values import (
    Context,
    Expression,
    Node,
    Value,
    XPathError,
    compare,
    compute,
    in_order,
    nodes_of,
    to_number,
    to_truth,
)

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:(?P<literal>\"[^\"]*\"|'[^']*')|(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"|(?P<name>[A-Za-z_\u00c0-\uffff][\w.\-]*(?::(?!:)[A-Za-z_\u00c0-\uffff][\w.\-]*)?)"
    r"|(?P<sign>::|//|\.\.|!=|<=|>=|[()\[\].@,/|+\-=<>*$]))"
)
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_NAMED_OPERATORS = frozenset(("and", "or", "div", "mod"))
# After these a name or a star begins an operand; after anything else it is an operator.
_BEFORE_OPERAND = frozenset(("@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">=", "$"))
_NODE_TYPES = frozenset(("node", "text", "comment"))
_DEPTH_MAX = 30
_TOKENS_MAX = 400


def compile_expression(text: str) -> Expression:
    """Return the expression as a function; raises XPathError."""
    parser = _Parser(_tokens(text))
    expression = parser.expression()
    if parser.peek():
        raise XPathError("Invalid expression")
    return expression


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            unfinished = text[position:].lstrip()[:1] in ("'", '"')
            raise XPathError("Unfinished literal" if unfinished else "Invalid expression")
        kind = match.lastgroup or ""
        value = match[kind]
        operand_next = not found or found[-1][0] == "operator" or found[-1][1] in _BEFORE_OPERAND
        if not operand_next and (value == "*" or (kind == "name" and value in _NAMED_OPERATORS)):
            kind = "operator"
        found.append((kind, value))
        if len(found) > _TOKENS_MAX:
            raise XPathError("XPath error: recursion limit exceeded")
        position = match.end()
    return found


class _Parser:
    """An expression being read."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._position = 0
        self._depth = 0

    def peek(self, ahead: int = 0) -> str:
        """Return a token's text unless it is a literal, which no grammar rule compares."""
        place = self._position + ahead
        if place >= len(self._tokens):
            return ""
        kind, value = self._tokens[place]
        return "literal" if kind == "literal" else value

    def _kind(self) -> str:
        return self._tokens[self._position][0] if self._position < len(self._tokens) else ""

    def _take(self) -> str:
        if self._position >= len(self._tokens):
            raise XPathError("Invalid expression")
        self._position += 1
        return self._tokens[self._position - 1][1]

    def _expect(self, text: str) -> None:
        if self.peek() != text:
            raise XPathError("Invalid expression")
        self._position += 1

    def expression(self) -> Expression:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise XPathError("XPath error: recursion limit exceeded")
        found = self._level(0)
        self._depth -= 1
        return found

    def _level(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self.peek() in _LEVELS[level] and self._kind() in ("operator", "sign"):
            operator = self._take()
            left = _binary(operator, left, self._level(level + 1))
        return left

    def _unary(self) -> Expression:
        negative = minus = False
        while self.peek() == "-":
            self._take()
            negative, minus = not negative, True
        operand = self._union()
        if not minus:
            return operand
        return lambda context: -to_number(operand(context)) if negative else to_number(operand(context))

    def _union(self) -> Expression:
        parts = [self._path()]
        while self.peek() == "|":
            self._take()
            parts.append(self._path())
        if len(parts) == 1:
            return parts[0]
        return lambda context: in_order([node for part in parts for node in nodes_of(part(context))])

    def _path(self) -> Expression:
        if not self._at_primary():
            return self._location()
        start = self._primary()
        filters = self._predicates()
        if filters:
            start = _filtered(start, filters)
        if self.peek() not in ("/", "//"):
            return start
        return _walk(start, self._steps(self._take()))

    def _at_primary(self) -> bool:
        kind = self._kind()
        if kind in ("literal", "number") or self.peek() in ("(", "$"):
            return True
        return kind == "name" and self.peek(1) == "(" and self.peek() not in _NODE_TYPES

    def _primary(self) -> Expression:
        kind = self._kind()
        text = self._take()
        if kind == "literal":
            literal = text[1:-1]
            return lambda _context: literal
        if kind == "number":
            number = float(text)
            return lambda _context: number
        if text == "(":
            inner = self.expression()
            self._expect(")")
            return inner
        if text == "$":
            if self._kind() != "name":
                raise XPathError("Expected $ for variable reference")
            self._take()
            return _undefined_variable
        return self._call(text)

    def _call(self, name: str) -> Expression:
        self._expect("(")
        arguments: list[Expression] = []
        if self.peek() != ")":
            arguments.append(self.expression())
            while self.peek() == ",":
                self._take()
                arguments.append(self.expression())
        self._expect(")")
        function = FUNCTIONS.get(name)

        # An unknown function is noticed only when it is called.
        def call(context: Context) -> Value:
            if function is None:
                raise XPathError("Unregistered function")
            return _checked(function, arguments, context)

        return call

    def _location(self) -> Expression:
        if self.peek() not in ("/", "//"):
            return _walk(lambda context: [context.node], self._steps(""))
        lead = self._take()
        if lead == "/" and not self._at_step():
            return lambda context: [_root(context.node)]
        return _walk(lambda context: [_root(context.node)], self._steps(lead))

    def _at_step(self) -> bool:
        return self._kind() == "name" or self.peek() in (".", "..", "@", "*")

    def _steps(self, lead: str) -> list[_Step]:
        steps: list[_Step] = []
        while True:
            if lead == "//":
                steps.append(_Step("descendant-or-self", "node", [], typed=True))
            steps.append(self._step())
            if self.peek() not in ("/", "//"):
                return steps
            lead = self._take()

    def _step(self) -> _Step:
        if self.peek() in (".", ".."):
            return _Step("self" if self._take() == "." else "parent", "node", [], typed=True)
        axis = "child"
        if self.peek() == "@":
            self._take()
            axis = "attribute"
        elif self._kind() == "name" and self.peek(1) == "::":
            axis = self._take()
            self._take()
            if axis not in _AXES:
                raise XPathError("Invalid expression")
        if self._kind() != "name" and self.peek() != "*":
            raise XPathError("Invalid expression")
        test = self._take()
        typed = self.peek() == "("
        if typed:
            self._take()
            self._expect(")")
        elif ":" in test:
            raise XPathError("Undefined namespace prefix")
        return _Step(axis, test, self._predicates(), typed=typed)

    def _predicates(self) -> list[Expression]:
        found: list[Expression] = []
        while self.peek() == "[":
            self._take()
            found.append(self.expression())
            if self.peek() != "]":
                raise XPathError("Invalid predicate")
            self._take()
        return found


def _binary(operator: str, left: Expression, right: Expression) -> Expression:
    if operator == "or":
        return lambda context: to_truth(left(context)) or to_truth(right(context))
    if operator == "and":
        return lambda context: to_truth(left(context)) and to_truth(right(context))
    if operator in ("=", "!=", "<", "<=", ">", ">="):
        return lambda context: compare(operator, left(context), right(context))
    return lambda context: compute(operator, left(context), right(context))


def _undefined_variable(_context: Context) -> Value:
    raise XPathError("Undefined variable")


def _checked(function: Function, arguments: list[Expression], context: Context) -> Value:
    if not function.least <= len(arguments) <= function.most:
        raise XPathError("Invalid number of arguments")
    return function.call(context, [argument(context) for argument in arguments])


class _Step:
    """One step of a path: axis, node test and predicates."""

    def __init__(self, axis: str, test: str, predicates: list[Expression], *, typed: bool) -> None:
        self._axis = _AXES[axis]
        self._principal = "attribute" if axis == "attribute" else "element"
        self._test = test
        self._typed = typed
        self._predicates = predicates

    def apply(self, node: Node) -> list[Node]:
        found = [other for other in self._axis(node) if self._passes(other)]
        return _filter(found, self._predicates)

    def _passes(self, node: Node) -> bool:
        if self._typed:
            return self._test in ("node", node.kind)
        return node.kind == self._principal and self._test in ("*", node.name)


def _filter(nodes: list[Node], predicates: list[Expression]) -> list[Node]:
    for predicate in predicates:
        size = len(nodes)
        nodes = [node for place, node in enumerate(nodes, 1) if _holds(predicate, Context(node, place, size))]
    return nodes


def _holds(predicate: Expression, context: Context) -> bool:
    value = predicate(context)
    if isinstance(value, float):
        return value == context.position
    return to_truth(value)


def _filtered(start: Expression, predicates: list[Expression]) -> Expression:
    return lambda context: _filter(nodes_of(start(context)), predicates)


def _walk(start: Expression, steps: list[_Step]) -> Expression:
    def walk(context: Context) -> Value:
        nodes = nodes_of(start(context))
        for step in steps:
            nodes = in_order([found for node in nodes for found in step.apply(node)])
        return nodes

    return walk


def _root(node: Node) -> Node:
    return _root(node.parent) if node.parent else node


def _descendants(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _descendants(child)


def _ancestors(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _siblings(node: Node) -> list[Node]:
    return node.parent.children if node.parent and node.kind != "attribute" else []


def _following(node: Node) -> Iterator[Node]:
    return (other for other in _descendants(_root(node)) if other.order > node.order and node not in _ancestors(other))


def _preceding(node: Node) -> Iterator[Node]:
    before = [other for other in _descendants(_root(node)) if other.order < node.order]
    above = list(_ancestors(node))
    return (other for other in reversed(before) if other not in above)


_AXES: dict[str, Callable[[Node], Iterator[Node]]] = {
    "ancestor": _ancestors,
    "ancestor-or-self": lambda node: iter((node, *_ancestors(node))),
    "attribute": lambda node: iter(node.attributes),
    "child": lambda node: iter(node.children),
    "descendant": _descendants,
    "descendant-or-self": lambda node: iter((node, *_descendants(node))),
    "following": _following,
    "following-sibling": lambda node: (other for other in _siblings(node) if other.order > node.order),
    "parent": lambda node: iter((node.parent,) if node.parent else ()),
    "preceding": _preceding,
    "preceding-sibling": lambda node: (other for other in reversed(_siblings(node)) if other.order < node.order),
    "self": lambda node: iter((node,)),
}
