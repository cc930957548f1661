"""Nodes and values of XPath, and the conversions between them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias


class XPathError(Exception):
    """An expression that cannot be read or evaluated."""


@dataclass(slots=True, eq=False)
class Node:
    """A node: `kind` is "root", "element", "attribute" or "text"; `order` is its place in the document."""

    kind: str
    name: str = ""
    value: str = ""
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    attributes: list[Node] = field(default_factory=list)
    order: int = 0

    @property
    def text(self) -> str:
        """The string value: all text inside."""
        return self.value if self.kind in ("attribute", "text") else "".join(child.text for child in self.children)


Value: TypeAlias = "list[Node] | str | float | bool"


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression is evaluated: the node, its position and how many there are."""

    node: Node
    position: int = 1
    size: int = 1


Expression: TypeAlias = Callable[[Context], Value]

_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))[ \t\r\n]*")


def to_text(value: Value) -> str:
    """Convert as `string()` does."""
    if isinstance(value, list):
        return value[0].text if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else _number_text(value)


def _number_text(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"


def to_number(value: Value) -> float:
    """Convert as `number()` does."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    match = _NUMBER.fullmatch(to_text(value))
    return float(match[1]) if match else math.nan


def to_truth(value: Value) -> bool:
    """Convert as `boolean()` does."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def nodes_of(value: Value) -> list[Node]:
    """Return a node list as it is; raises XPathError for anything else."""
    if not isinstance(value, list):
        raise XPathError("Invalid type")
    return value


def in_order(nodes: list[Node]) -> list[Node]:
    """Return the nodes once each, in document order."""
    return sorted(dict.fromkeys(nodes), key=lambda node: node.order)


_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def compare(operator: str, left: Value, right: Value) -> bool:
    """Compare two values; a node list stands for each of its nodes, and one that fits is enough."""
    if isinstance(left, list) and isinstance(right, list):
        return any(_atoms(operator, a.text, b.text) for a in left for b in right)
    if isinstance(left, bool) or isinstance(right, bool):
        # Only equality makes truth values of both sides; an order is one of numbers, and of a list only its truth.
        both = operator in ("=", "!=")
        left = to_truth(left) if both or isinstance(left, list) else left
        right = to_truth(right) if both or isinstance(right, list) else right
        return _atoms(operator, left, right)
    if isinstance(left, list):
        return any(_atoms(operator, node.text, right) for node in left)
    if isinstance(right, list):
        return any(_atoms(operator, left, node.text) for node in right)
    return _atoms(operator, left, right)


def _atoms(operator: str, left: Value, right: Value) -> bool:
    if operator in ("=", "!=") and isinstance(left, str) and isinstance(right, str):
        return (left == right) == (operator == "=")
    return _ORDER[operator](to_number(left), to_number(right))


def compute(operator: str, left: Value, right: Value) -> float:
    """Compute with numbers as IEEE 754 says; `mod` takes the sign of the left."""
    a, b = to_number(left), to_number(right)
    if operator == "+":
        return a + b
    if operator == "-":
        return a - b
    if operator == "*":
        return a * b
    if operator == "div":
        return _divide(a, b)
    return math.nan if b == 0 or math.isinf(a) or math.isnan(a + b) else math.fmod(a, b)


def _divide(a: float, b: float) -> float:
    if b != 0 or math.isnan(b):
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)
