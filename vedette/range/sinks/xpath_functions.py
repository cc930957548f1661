"""The functions of XPath, each taking the context and its evaluated arguments."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from vedette.range.sinks.xpath_values import Context, Value, nodes_of, to_number, to_text, to_truth


@dataclass(frozen=True, slots=True)
class Function:
    """A function and how many arguments it takes at least and at most."""

    call: Callable[[Context, list[Value]], Value]
    least: int
    most: int


def _own(context: Context, arguments: list[Value]) -> Value:
    """Return the argument, or the context node where it is left out."""
    return arguments[0] if arguments else [context.node]


def _name(context: Context, arguments: list[Value]) -> str:
    nodes = nodes_of(_own(context, arguments))
    return nodes[0].name if nodes else ""


def _substring(_context: Context, arguments: list[Value]) -> str:
    text, start = to_text(arguments[0]), _round(to_number(arguments[1]))
    end = start + _round(to_number(arguments[2])) if len(arguments) > 2 else math.inf
    return "".join(char for place, char in enumerate(text, 1) if start <= place < end)


def _round(number: float) -> float:
    return number if math.isnan(number) or math.isinf(number) else float(math.floor(number + 0.5))


def _before(_context: Context, arguments: list[Value]) -> str:
    before, found, _ = to_text(arguments[0]).partition(to_text(arguments[1]) or "\0")
    return before if found else ""


def _after(_context: Context, arguments: list[Value]) -> str:
    mark = to_text(arguments[1])
    return to_text(arguments[0]).partition(mark)[2] if mark else to_text(arguments[0])


def _translate(_context: Context, arguments: list[Value]) -> str:
    text, old, new = (to_text(argument) for argument in arguments)
    table: dict[int, str] = {}
    for place, char in enumerate(old):
        table.setdefault(ord(char), new[place : place + 1])
    return text.translate(table)


def _whole(number: float, rounding: Callable[[float], int]) -> float:
    return number if math.isnan(number) or math.isinf(number) else float(rounding(number))


FUNCTIONS: dict[str, Function] = {
    "boolean": Function(lambda _c, a: to_truth(a[0]), 1, 1),
    "ceiling": Function(lambda _c, a: _whole(to_number(a[0]), math.ceil), 1, 1),
    "concat": Function(lambda _c, a: "".join(map(to_text, a)), 2, 99),
    "contains": Function(lambda _c, a: to_text(a[1]) in to_text(a[0]), 2, 2),
    "count": Function(lambda _c, a: float(len(nodes_of(a[0]))), 1, 1),
    "false": Function(lambda _c, _a: False, 0, 0),
    "floor": Function(lambda _c, a: _whole(to_number(a[0]), math.floor), 1, 1),
    "last": Function(lambda c, _a: float(c.size), 0, 0),
    "local-name": Function(lambda c, a: _name(c, a).rpartition(":")[2], 0, 1),
    "name": Function(_name, 0, 1),
    "normalize-space": Function(lambda c, a: " ".join(to_text(_own(c, a)).split()), 0, 1),
    "not": Function(lambda _c, a: not to_truth(a[0]), 1, 1),
    "number": Function(lambda c, a: to_number(_own(c, a)), 0, 1),
    "position": Function(lambda c, _a: float(c.position), 0, 0),
    "round": Function(lambda _c, a: _round(to_number(a[0])), 1, 1),
    "starts-with": Function(lambda _c, a: to_text(a[0]).startswith(to_text(a[1])), 2, 2),
    "string": Function(lambda c, a: to_text(_own(c, a)), 0, 1),
    "string-length": Function(lambda c, a: float(len(to_text(_own(c, a)))), 0, 1),
    "substring": Function(_substring, 2, 3),
    "substring-after": Function(_after, 2, 2),
    "substring-before": Function(_before, 2, 2),
    "sum": Function(lambda _c, a: math.fsum(to_number(node.text) for node in nodes_of(a[0])), 1, 1),
    "translate": Function(_translate, 3, 3),
    "true": Function(lambda _c, _a: True, 0, 0),
}
