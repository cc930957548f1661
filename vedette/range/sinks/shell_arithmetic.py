"""Integer arithmetic of the shell, as in `$((...))`.

    expression = conditional / name assign expression
    assign     = "=" / "*=" / "/=" / "%=" / "+=" / "-=" / "<<=" / ">>=" / "&=" / "^=" / "|="
    conditional, then "||", "&&", "|", "^", "&", "== !=", "< <= > >=", "<< >>", "+ -", "* / %", each binding tighter
    unary      = ( "+" / "-" / "!" / "~" ) unary / primary
    primary    = number / name / "(" expression ")"
    number     = decimal / "0" octal / "0x" hexadecimal

Numbers are 64-bit and wrap; division truncates towards zero. A name that is not set counts as 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping

_TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9a-fA-F]+|[0-9]+)|([A-Za-z_][A-Za-z0-9_]*)"
    r"|(<<=|>>=|\*=|/=|%=|\+=|-=|&=|\^=|\|=|&&|\|\||==|!=|<=|>=|<<|>>|[-+*/%<>=!~&|^?:()]))"
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", "<=", ">", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_ASSIGN = frozenset(("=", "*=", "/=", "%=", "+=", "-=", "<<=", ">>=", "&=", "^=", "|="))
_DEPTH_MAX = 60


class ShellArithmeticError(Exception):
    """An expression that cannot be computed; the text is what the shell prints."""


def compute(text: str, variables: MutableMapping[str, str]) -> int:
    """Compute an expression; assignments inside it change `variables`. Raises ShellArithmeticError."""
    return _Computation(text, variables).whole()


def _wrap(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


def _divide(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


_BINARY: dict[str, Callable[[int, int], int]] = {
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    "<=": lambda a, b: int(a <= b),
    ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b),
    # The processor looks at the low six bits of a shift count.
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": lambda a, b: a - b * _divide(a, b),
}


class _Computation:
    """One expression being computed; `_live` is False in a branch whose value is thrown away."""

    def __init__(self, text: str, variables: MutableMapping[str, str]) -> None:
        self._text = text
        self._variables = variables
        self._tokens = self._cut(text)
        self._position = 0
        self._live = True
        self._depth = 0

    def whole(self) -> int:
        if not self._tokens:
            return 0
        value = self._expression()
        if self._position < len(self._tokens):
            raise self._fault("expecting EOF")
        return value

    def _cut(self, text: str) -> list[str]:
        tokens: list[str] = []
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._fault("expecting EOF" if tokens else "expecting primary")
            tokens.append(match[0].strip())
            position = match.end()
        return tokens

    def _fault(self, what: str) -> ShellArithmeticError:
        return ShellArithmeticError(f'arithmetic expression: {what}: "{self._text}"')

    def _peek(self, ahead: int = 0) -> str:
        place = self._position + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._position += 1
        return token

    def _expression(self) -> int:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise self._fault("expression too deep")
        assigns = _is_name(self._peek()) and self._peek(1) in _ASSIGN
        value = self._assignment() if assigns else self._conditional()
        self._depth -= 1
        return value

    def _assignment(self) -> int:
        name, operator = self._take(), self._take()
        value = self._expression()
        if operator != "=":
            value = self._apply(operator[:-1], self._value_of(name), value)
        if self._live:
            self._variables[name] = str(value)
        return value

    def _conditional(self) -> int:
        condition = self._level(0)
        if self._peek() != "?":
            return condition
        self._take()
        chosen = self._guarded(bool(condition), self._expression)
        if self._take() != ":":
            raise self._fault("expecting ':'")
        other = self._guarded(not condition, self._conditional)
        return chosen if condition else other

    def _guarded(self, live: bool, read: Callable[[], int]) -> int:
        before = self._live
        self._live = before and live
        value = read()
        self._live = before
        return value

    def _level(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self._peek() in _LEVELS[level]:
            operator = self._take()
            if operator == "||":
                right = self._guarded(not left, lambda: self._level(level + 1))
                left = int(bool(left) or bool(right))
            elif operator == "&&":
                right = self._guarded(bool(left), lambda: self._level(level + 1))
                left = int(bool(left) and bool(right))
            else:
                left = self._apply(operator, left, self._level(level + 1))
        return left

    def _apply(self, operator: str, left: int, right: int) -> int:
        if not self._live:
            return 0
        if operator in ("/", "%") and right == 0:
            raise self._fault("division by zero")
        return _wrap(_BINARY[operator](left, right))

    def _unary(self) -> int:
        signs: list[str] = []
        while self._peek() in ("+", "-", "!", "~"):
            signs.append(self._take())
        value = self._primary()
        for sign in reversed(signs):
            value = _wrap({"+": value, "-": -value, "!": int(not value), "~": ~value}[sign])
        return value

    def _primary(self) -> int:
        taken = self._take()
        if taken == "(":
            value = self._expression()
            if self._take() != ")":
                raise self._fault("expecting ')'")
            return value
        if _is_name(taken):
            return self._value_of(taken)
        if not taken or not taken[0].isdigit():
            raise self._fault("expecting primary")
        return self._number(taken)

    def _number(self, token: str) -> int:
        base = 16 if token[:2] in ("0x", "0X") else 8 if token.startswith("0") else 10
        if base == 8 and set(token) & {"8", "9"}:
            raise self._fault("expecting EOF")
        return min(int(token, base), 2**63 - 1)

    def _value_of(self, name: str) -> int:
        text = self._variables.get(name, "").strip()
        if not text:
            return 0
        if not re.fullmatch(r"[-+]?(?:0[xX][0-9a-fA-F]+|[0-9]+)", text):
            raise ShellArithmeticError(f"Illegal number: {text}")
        number = self._number(text.lstrip("+-"))
        return -number if text.startswith("-") else number


def _is_name(token: str) -> bool:
    return bool(token) and (token[0].isalpha() or token[0] == "_")
