"""Python's own arithmetic on plain values, bounded so that no expression can fill the memory or the day."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

_BITS_MAX = 50_000
_LENGTH_MAX = 200_000
_WIDTH_MAX = 1000


class BoundsError(ValueError):
    """A result that would be too large."""


def check_length(length: int, most: int = _LENGTH_MAX) -> None:
    """Raise BoundsError for a result longer than allowed."""
    if length > most:
        raise BoundsError("result too long")


def check_format(form: str) -> None:
    """Raise BoundsError for a format whose width or precision could be very large."""
    if "*" in form or any(int(number) > _WIDTH_MAX for number in re.findall(r"[0-9]{1,9}", form)):
        raise BoundsError("width too large")


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | bytes | list | tuple) else 1


def _add(left: object, right: object) -> object:
    check_length(_size(left) + _size(right))
    return operator.add(left, right)


def _multiply(left: object, right: object) -> object:
    for many, times in ((left, right), (right, left)):
        if isinstance(many, str | bytes | list | tuple) and isinstance(times, int) and len(many) * times > _LENGTH_MAX:
            raise BoundsError("result too long")
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > _BITS_MAX:
        raise BoundsError("number too large")
    return operator.mul(left, right)


def _power(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, int) and abs(left) > 1 and left.bit_length() * right > _BITS_MAX:
        raise BoundsError("number too large")
    return operator.pow(left, right)


def _shift(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right > _BITS_MAX:
        raise BoundsError("number too large")
    return operator.lshift(left, right)


def _modulo(left: object, right: object) -> object:
    # With a text on the left this is formatting, where a width can be as long as the number says.
    if isinstance(left, str | bytes):
        check_format(left if isinstance(left, str) else left.decode("latin-1"))
    return operator.mod(left, right)


OPERATORS: dict[str, Callable[[object, object], object]] = {
    "+": _add,
    "-": operator.sub,
    "*": _multiply,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": _modulo,
    "**": _power,
    "<<": _shift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda item, many: operator.contains(many, item),
    "not in": lambda item, many: not operator.contains(many, item),
}
