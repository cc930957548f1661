"""Values of the PHP-like language: conversions, operators and the ways of printing.

Null, booleans, whole numbers (64 bit, growing into floats), floats and texts are Python's; an array is a dict in order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TypeAlias

from vedette.range.sinks.bounds import check_length

Value: TypeAlias = "bool | int | float | str | dict[int | str, Value] | None"

_NUMERIC = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)")


class PhpError(Exception):
    """An uncaught error of the running code, as `Uncaught CLASS: message`."""


def thrown(kind: str, message: str) -> PhpError:
    """Return the error for an uncaught object of a class."""
    return PhpError(f"Uncaught {kind}: {message}")


def type_name(value: Value) -> str:
    """Return the name that errors give the type."""
    if value is None:
        return "null"
    names: dict[type, str] = {bool: "bool", int: "int", float: "float", str: "string", dict: "array"}
    return names[type(value)]


def to_text(value: Value) -> str:
    """Convert as `strval` and `echo` do."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, float):
        return float_text(value, 14)
    return "Array" if isinstance(value, dict) else str(value)


def float_text(value: float, precision: int) -> str:
    """Print a float with so many digits; 17 stands for the shortest that reads back the same."""
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    text = repr(value) if precision == 17 else f"{value:.{precision}G}"
    mantissa, _, exponent = text.upper().partition("E")
    mantissa = mantissa.removesuffix(".0")
    if not exponent:
        return mantissa
    number = int(exponent)
    if precision == 17 and -5 < number < 17:
        return f"{value:.0f}" if number > 0 else f"{value:f}".rstrip("0")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}E{number:+d}"


def to_bool(value: Value) -> bool:
    """Convert as a condition does."""
    return value not in ("", "0") and bool(value)


def whole(number: float) -> int | float:
    """Return a whole number as it is while it fits into 64 bits, else as a float."""
    if isinstance(number, int) and not -(2**63) <= number < 2**63:
        return float(number)
    return number


def leading_number(text: str) -> int | float | None:
    """Return the number at the start of a text, None where there is none."""
    match = _NUMERIC.match(text)
    if match is None:
        return None
    return whole(int(match[1])) if re.fullmatch(r"[+-]?\d+", match[1]) else float(match[1])


def is_numeric(text: str) -> bool:
    """Tell whether a whole text is a number."""
    match = _NUMERIC.match(text)
    return match is not None and not text[match.end() :].strip(" \t\n\r\v\f")


def to_int(value: Value) -> int:
    """Convert as `(int)` does."""
    number = to_number(value)
    if isinstance(number, float):
        return int(number) if math.isfinite(number) and abs(number) < 2**63 else 0
    return number


def to_number(value: Value) -> int | float:
    """Convert to a number as a cast does; a text counts as far as it is one."""
    if isinstance(value, dict):
        return int(bool(value))
    if isinstance(value, str):
        return leading_number(value) or 0
    return value if isinstance(value, float) else int(value or 0)


def _operand(value: Value, sign: str, left: Value, right: Value) -> int | float:
    """Convert an operand of arithmetic; arrays and texts that do not begin with a number are refused."""
    if isinstance(value, dict) or (isinstance(value, str) and leading_number(value) is None):
        raise thrown("TypeError", f"Unsupported operand types: {type_name(left)} {sign} {type_name(right)}")
    return to_number(value)


def arithmetic(sign: str, left: Value, right: Value) -> Value:
    """Compute `+ - * / % ** << >>`."""
    if sign == "+" and isinstance(left, dict) and isinstance(right, dict):
        return {**right, **left}
    a, b = _operand(left, sign, left, right), _operand(right, sign, left, right)
    if sign in ("%", "<<", ">>"):
        return _whole_arithmetic(sign, to_int(a), to_int(b))
    if sign == "/" and b == 0:
        raise thrown("DivisionByZeroError", "Division by zero")
    if sign == "**":
        return _power(a, b)
    results: dict[str, Callable[[], float]] = {
        "+": lambda: a + b,
        "-": lambda: a - b,
        "*": lambda: a * b,
        "/": lambda: a // b if isinstance(a, int) and isinstance(b, int) and a % b == 0 else a / b,
    }
    return whole(results[sign]())


def _whole_arithmetic(sign: str, a: int, b: int) -> int:
    if sign == "%":
        if b == 0:
            raise thrown("DivisionByZeroError", "Modulo by zero")
        return int(math.copysign(abs(a) % abs(b), a))
    if b < 0:
        raise thrown("ArithmeticError", "Bit shift by negative number")
    if b >= 64:
        return 0 if sign == "<<" or a >= 0 else -1
    return _wrapped(a << b) if sign == "<<" else a >> b


def _wrapped(number: int) -> int:
    return (number + 2**63) % 2**64 - 2**63


def _power(a: float, b: float) -> int | float:
    try:
        if isinstance(a, int) and isinstance(b, int) and b >= 0 and (abs(a) <= 1 or b < 64):
            return whole(a**b)
        result = float(a) ** float(b)
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    return result if isinstance(result, float) else math.nan


def bitwise(sign: str, left: Value, right: Value) -> int:
    """Compute `& | ^` of whole numbers."""
    a, b = to_int(_operand(left, sign, left, right)), to_int(_operand(right, sign, left, right))
    return a & b if sign == "&" else a | b if sign == "|" else a ^ b


def concatenate(left: Value, right: Value) -> str:
    """Join two values as texts."""
    a, b = to_text(left), to_text(right)
    check_length(len(a) + len(b))
    return a + b


def order(left: Value, right: Value) -> int:
    """Compare loosely: -1, 0 or 1."""
    if isinstance(left, str) and isinstance(right, str) and not (is_numeric(left) and is_numeric(right)):
        return (left > right) - (left < right)
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        if isinstance(left, str) or isinstance(right, str):
            return _order_with_text(left, right)
        return to_bool(left) - to_bool(right)
    if isinstance(left, dict) or isinstance(right, dict):
        return 0 if left == right else 1
    if isinstance(left, str) != isinstance(right, str):
        text = left if isinstance(left, str) else right
        if isinstance(text, str) and not is_numeric(text):
            a, b = to_text(left), to_text(right)
            return (a > b) - (a < b)
    x, y = to_number(left), to_number(right)
    return (x > y) - (x < y)


def _order_with_text(left: Value, right: Value) -> int:
    """Compare where one side is a text and the other null or a boolean."""
    if left is None or right is None:
        a, b = to_text(left), to_text(right)
        return (a > b) - (a < b)
    return to_bool(left) - to_bool(right)


def identical(left: Value, right: Value) -> bool:
    """Compare as `===`: type and value."""
    return type(left) is type(right) and left == right


def print_r(value: Value, indent: int = 0) -> str:
    """Return what `print_r` shows."""
    if not isinstance(value, dict):
        return to_text(value)
    pad = " " * indent
    rows = "".join(f"{pad}    [{key}] => {print_r(item, indent + 8)}\n" for key, item in value.items())
    return f"Array\n{pad}(\n{rows}{pad})\n"


def var_dump(value: Value, indent: int = 0) -> str:
    """Return what `var_dump` shows."""
    pad = " " * indent
    if isinstance(value, dict):
        rows = [
            f"{pad}  [{key if isinstance(key, int) else chr(34) + key + chr(34)}]=>\n{var_dump(item, indent + 2)}"
            for key, item in value.items()
        ]
        return f"{pad}array({len(value)}) {{\n{''.join(rows)}{pad}}}\n"
    if value is None:
        return f"{pad}NULL\n"
    if isinstance(value, bool):
        return f"{pad}bool({str(value).lower()})\n"
    if isinstance(value, str):
        return f'{pad}string({len(value.encode())}) "{value}"\n'
    return f"{pad}float({float_text(value, 17)})\n" if isinstance(value, float) else f"{pad}int({value})\n"


def var_export(value: Value, indent: int = 0) -> str:
    """Return what `var_export` shows."""
    if isinstance(value, dict):
        pad = " " * indent
        rows = [f"{pad}  {var_export(key)} => {_nested_export(item, indent)},\n" for key, item in value.items()]
        return f"array (\n{''.join(rows)}{pad})"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, float):
        text = float_text(value, 17)
        return text if re.search(r"[.EN]", text) else text + ".0"
    return "NULL" if value is None else str(value).lower()


def _nested_export(value: Value, indent: int) -> str:
    shown = var_export(value, indent + 2)
    return f"\n{' ' * (indent + 2)}{shown}" if isinstance(value, dict) else shown
