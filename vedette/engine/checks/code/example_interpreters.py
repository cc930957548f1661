"""Very small interpreters for the examples of this folder: a few words of PHP and of Python, run in no real one."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

_PHP_TOKEN = re.compile(r"//.*|\s+|'[^']*'|\"[^\"]*\"|\$?\w+|[.*();=]")


class CodeError(ValueError):
    """The code is not valid, or uses something unknown."""


@dataclass(slots=True)
class Php:
    """Statements of assignments, calls, products and joined strings. `seconds` is what it waited, virtually."""

    output: str = ""
    seconds: float = 0.0
    variables: dict[str, str] = field(default_factory=dict)
    _tokens: list[str] = field(default_factory=list)

    def run(self, code: str) -> Php:
        """Runs code; raises CodeError where a syntax error would end it before its first statement."""
        tokens: list[str] = []
        place = 0
        while place < len(code):
            match = _PHP_TOKEN.match(code, place)
            if not match:
                raise CodeError(code)
            place = match.end()
            if match.group().strip() and not match.group().startswith("//"):
                tokens.append(match.group())
        statements = " \0".join(tokens).split(" \0; \0") if tokens else []
        if not tokens or tokens[-1] != ";":
            raise CodeError("a semicolon is missing")
        for statement in statements:
            self._tokens = [token for token in statement.removesuffix(" \0;").split(" \0") if token]
            self._statement()
        return self

    def _statement(self) -> None:
        if self._tokens[1:2] == ["="]:
            name = self._tokens[0]
            self._tokens = self._tokens[2:]
            self.variables[name] = self._joined()
        elif self._tokens:
            self._joined()
        if self._tokens:
            raise CodeError(self._tokens[0])

    def _joined(self) -> str:
        text = self._product()
        while self._tokens[:1] == ["."]:
            self._tokens.pop(0)
            text += self._product()
        return text

    def _product(self) -> str:
        value = self._value()
        while self._tokens[:1] == ["*"]:
            self._tokens.pop(0)
            value = str(int(value) * int(self._value()))
        return value

    def _value(self) -> str:
        if not self._tokens:
            raise CodeError("an expression is missing")
        piece = self._tokens.pop(0)
        if piece == "(":
            inner = self._joined()
            if self._tokens[:1] != [")"]:
                raise CodeError("a bracket is missing")
            self._tokens.pop(0)
            return inner
        if piece[0] in "'\"":
            return piece[1:-1]
        if piece.isdigit():
            return piece
        if piece == "print":
            self.output += self._joined()
            return "1"
        if self._tokens[:1] == ["("]:
            return self._call(piece, self._value())
        raise CodeError(piece)

    def _call(self, name: str, argument: str) -> str:
        if name == "strrev":
            return argument[::-1]
        if name == "usleep":
            self.seconds += int(argument) / 1e6
            return ""
        raise CodeError(name)


@dataclass(slots=True)
class Python:
    """One expression of sums, products, texts, lists, tuples, indexes, `str`, `chr` and `time.sleep`."""

    seconds: float = 0.0

    def evaluate(self, code: str) -> object:
        """The value of the expression; raises CodeError."""
        try:
            return self._value(ast.parse(code.strip(), mode="eval").body)
        except (SyntaxError, TypeError, LookupError) as error:
            raise CodeError(code) from error

    def _value(self, node: ast.expr) -> object:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.List | ast.Tuple):
            return [self._value(item) for item in node.elts]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Add):
            left, right = self._value(node.left), self._value(node.right)
            if isinstance(left, int) and isinstance(right, int):
                return left * right if isinstance(node.op, ast.Mult) else left + right
            if isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add):
                return left + right
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Lt):
            # A chain stops at its first false link; the rest is never evaluated.
            return False
        if isinstance(node, ast.Subscript):
            return self._item(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        raise CodeError(ast.dump(node))

    def _item(self, node: ast.Subscript) -> object:
        value = self._value(node.value)
        if isinstance(node.slice, ast.Slice) and isinstance(value, str):
            return value[::-1]
        index = self._value(node.slice) if not isinstance(node.slice, ast.Slice) else None
        if isinstance(value, list) and isinstance(index, int):
            return value[index]
        raise CodeError("not an item")

    def _call(self, node: ast.Call) -> object:
        arguments = [self._value(item) for item in node.args]
        if isinstance(node.func, ast.Name) and node.func.id in ("str", "chr", "__import__"):
            return str(arguments[0]) if node.func.id != "chr" else chr(int(str(arguments[0])))
        method = node.func if isinstance(node.func, ast.Attribute) and node.func.attr == "sleep" else None
        if method and self._value(method.value) == "time":
            self.seconds += float(str(arguments[0]))
            return None
        raise CodeError("not a known call")
