"""The arithmetic and comparisons of the `expr` program, one word for each token.

or       = and *( "|" and )
and      = compare *( "&" compare )
compare  = sum *( ( "<" / "<=" / "=" / "==" / "!=" / ">=" / ">" ) sum )
sum      = product *( ( "+" / "-" ) product )
product  = match *( ( "*" / "/" / "%" ) match )
match    = primary *( ":" primary )
primary  = "(" or ")" / "length" primary / "index" primary primary / "substr" primary primary primary / word
"""

from __future__ import annotations

import re

from vedette.range.sinks.shell_regex import basic

_LEVELS = (("|",), ("&",), ("<", "<=", "=", "==", "!=", ">=", ">"), ("+", "-"), ("*", "/", "%"), (":",))
_DEPTH_MAX = 50


class ExprError(Exception):
    """Words that are no expression; the text is what the program prints."""


def evaluate_expr(words: list[str]) -> str:
    """Return the value of the expression; raises ExprError."""
    if not words:
        raise ExprError("missing operand\nTry 'expr --help' for more information.")
    expression = _Expression(words)
    value = expression.level(0)
    if expression.position < len(words):
        raise ExprError(f"syntax error: unexpected argument '{words[expression.position]}'")
    return value


class _Expression:
    """An expression being read."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self.position = 0
        self._depth = 0

    def level(self, level: int) -> str:
        if level == len(_LEVELS):
            return self._primary()
        left = self.level(level + 1)
        while self.position < len(self._words) and self._words[self.position] in _LEVELS[level]:
            operator = self._words[self.position]
            self.position += 1
            left = _apply(operator, left, self.level(level + 1))
        return left

    def _primary(self) -> str:
        if self.position >= len(self._words):
            raise ExprError(f"syntax error: missing argument after '{self._words[-1]}'")
        word = self._words[self.position]
        self.position += 1
        if word == "(":
            return self._parenthesis()
        if word == ")":
            raise ExprError("syntax error: unexpected ')'")
        if word == "length":
            return str(len(self._primary()))
        if word == "index":
            text, characters = self._primary(), self._primary()
            return str(next((place for place, char in enumerate(text, 1) if char in characters), 0))
        if word == "substr":
            text, start, length = self._primary(), _number(self._primary()), _number(self._primary())
            return text[start - 1 : start - 1 + length] if start > 0 and length > 0 else ""
        return word

    def _parenthesis(self) -> str:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise ExprError("memory exhausted")
        value = self.level(0)
        self._depth -= 1
        if self.position >= len(self._words):
            raise ExprError(f"syntax error: expecting ')' after '{self._words[-1]}'")
        if self._words[self.position] != ")":
            raise ExprError(f"syntax error: expecting ')' instead of '{self._words[self.position]}'")
        self.position += 1
        return value


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]+", text) is not None


def _number(text: str) -> int:
    if not _is_number(text):
        raise ExprError("non-integer argument")
    return int(text)


def _apply(operator: str, left: str, right: str) -> str:
    if operator == "|":
        return left if left not in ("", "0") else right or "0"
    if operator == "&":
        return left if left not in ("", "0") and right not in ("", "0") else "0"
    if operator == ":":
        return _match(left, right)
    if operator in _LEVELS[2]:
        return str(int(_compare(operator, left, right)))
    return str(_compute(operator, _number(left), _number(right)))


def _compare(operator: str, left: str, right: str) -> bool:
    numbers = _is_number(left) and _is_number(right)
    order = (int(left) > int(right)) - (int(left) < int(right)) if numbers else (left > right) - (left < right)
    return order in {"<": (-1,), "<=": (-1, 0), "=": (0,), "==": (0,), "!=": (-1, 1), ">=": (0, 1), ">": (1,)}[operator]


def _compute(operator: str, left: int, right: int) -> int:
    if operator in ("/", "%"):
        if right == 0:
            raise ExprError("division by zero")
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if operator == "/" else left - right * quotient
    return {"+": left + right, "-": left - right, "*": left * right}[operator]


def _match(text: str, pattern: str) -> str:
    try:
        found = re.match(basic(pattern), text, re.DOTALL)
    except re.error:
        raise ExprError("Invalid regular expression") from None
    if found is None:
        return "" if r"\(" in pattern else "0"
    return (found[1] or "") if found.re.groups else str(found.end())
