"""Expressions of the PHP-like language; the grammar stands in `code_php`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vedette.range.sinks.code_php_functions import CONSTANTS
from vedette.range.sinks.code_php_lexer import ParseError, shown, tokens_of
from vedette.range.sinks.code_php_nodes import (
    array_of,
    binary,
    elvis,
    jumping,
    number_of,
    prefixed,
    printing,
    stepped,
    throwing,
)
from vedette.range.sinks.code_php_run import Element, Evaluate, Jump, Place, Run, Variable, element
from vedette.range.sinks.code_php_text import double_quoted, single_quoted
from vedette.range.sinks.code_php_values import Value, thrown, to_bool, to_int, to_number, to_text, type_name
from vedette.range.sinks.tokens import Token, TokenReader

_ASSIGN = frozenset(("=", "+=", "-=", "*=", "/=", ".=", "%=", "**=", "??=", "&=", "|=", "^=", "<<=", ">>="))
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("xor",),
    ("and",),
    ("?",),
    ("??",),
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!=", "<>", "===", "!==", "<=>"),
    ("<", "<=", ">", ">="),
    (".",),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_TERNARY = _LEVELS.index(("?",))
_CASTS: dict[str, Callable[[Value], Value]] = {
    "int": to_int,
    "integer": to_int,
    "float": lambda value: float(to_number(value)),
    "double": lambda value: float(to_number(value)),
    "string": to_text,
    "bool": to_bool,
    "boolean": to_bool,
    "array": lambda value: value if isinstance(value, dict) else {} if value is None else {0: value},
}


@dataclass(frozen=True, slots=True)
class _Node:
    """An expression; `place` is there where it can be assigned to."""

    evaluate: Evaluate
    place: Place | None = None


def compile_expression(code: str) -> Evaluate:
    """Return a single expression, as inside a text in double quotes; raises ParseError."""
    parser = ExpressionParser(tokens_of(code))
    node = parser.expression()
    if parser.peek().kind != "end":
        raise parser.unexpected()
    return node.evaluate


class ExpressionParser(TokenReader):
    """Reads expressions."""

    def peek(self, ahead: int = 0) -> Token:
        """Return a token without taking it; raises ParseError at brackets that do not pair."""
        token = super().peek(ahead)
        if token.kind == "bad" and ahead == 0:
            raise ParseError(token.text)
        return token

    def unexpected(self, wanted: str = "") -> ParseError:
        """Return the parse error for the next token."""
        expecting = f", expecting {wanted}" if wanted else ""
        return ParseError(f"syntax error, unexpected {shown(self.peek())}{expecting}")

    def at(self, *texts: str) -> bool:
        """Tell whether the next token is one of these signs or words, in either case."""
        token = self.peek()
        return token.kind in ("sign", "keyword", "name") and token.text.lower() in texts

    def accept(self, *texts: str) -> bool:
        """Take the next token if it is one of these signs or words."""
        found = self.at(*texts)
        if found:
            self.take()
        return found

    def expect(self, sign: str, *, told: bool = True) -> None:
        """Take this sign or word, or raise ParseError."""
        if not self.accept(sign):
            raise self.unexpected(f'"{sign}"' if told else "")

    def target(self) -> Place:
        """Read what can be assigned to."""
        node = self._postfix()
        if node.place is None:
            raise self.unexpected()
        return node.place

    def expression(self, level: int = 0) -> _Node:
        """Read an expression of at least this binding strength."""
        if level == len(_LEVELS):
            return self._unary()
        left = self.expression(level + 1)
        while self.at(*_LEVELS[level]):
            sign = self.take().text.lower()
            if level == _TERNARY:
                left = self._ternary(left)
            else:
                right = self.expression(level if sign == "??" else level + 1)
                left = _Node(binary(sign, left.evaluate, right.evaluate))
        return left

    def _ternary(self, test: _Node) -> _Node:
        if self.accept(":"):
            other = self.expression(_TERNARY + 1).evaluate
            return _Node(lambda run: elvis(test.evaluate(run), other, run))
        chosen = self.expression(_TERNARY).evaluate
        self.expect(":")
        other = self.expression(_TERNARY + 1).evaluate
        return _Node(lambda run: chosen(run) if to_bool(test.evaluate(run)) else other(run))

    def _unary(self) -> _Node:
        token = self.peek()
        if token.kind == "cast":
            cast = _CASTS[self.take().text.strip("() \t\n").lower()]
            operand = self._unary().evaluate
            return _Node(lambda run: cast(operand(run)))
        if self.at("++", "--"):
            return _Node(stepped(self._target_after(1 if self.take().text == "++" else -1), before=True))
        if self.at("!", "-", "+", "~", "@", "&"):
            sign = self.take().text
            operand = self._unary().evaluate
            return _Node(prefixed(sign, operand))
        if self.accept("print"):
            operand = self.expression(_TERNARY).evaluate
            return _Node(printing(operand))
        if self.at("include", "require", "new"):
            return self._missing(self.take().text.lower())
        return self._power()

    def _missing(self, word: str) -> _Node:
        """Read `new NAME`, whose class is not there, or `include`, whose file is not."""
        if word == "new":
            name = self.take().text
            if self.accept("("):
                self._arguments()
            return _Node(throwing("Error", f'Class "{name}" not found'))
        operand = self.expression(_TERNARY).evaluate
        return _Node(lambda run: operand(run) and False)

    def _target_after(self, by: int) -> tuple[Place, int]:
        return self.target(), by

    def _power(self) -> _Node:
        left = self._postfix()
        if left.place and self.peek().text in _ASSIGN and self.peek().kind == "sign":
            return self._assignment(left.place)
        if self.accept("**"):
            right = self._unary().evaluate
            return _Node(binary("**", left.evaluate, right))
        return left

    def _assignment(self, place: Place) -> _Node:
        sign = self.take().text
        self.accept("&")
        right = self.expression(_TERNARY).evaluate

        def assign(run: Run) -> Value:
            if sign == "??=":
                held = place.read(run)
                value = right(run) if held is None else held
            else:
                value = right(run) if sign == "=" else binary(sign[:-1], place.read, right)(run)
            place.write(run, value)
            return value

        return _Node(assign)

    def _postfix(self) -> _Node:
        node = self._primary()
        while True:
            if self.accept("["):
                key = None if self.at("]") else self.expression().evaluate
                self.expect("]")
                node = _indexed(node, key)
            elif self.at("++", "--") and node.place:
                node = _Node(stepped((node.place, 1 if self.take().text == "++" else -1), before=False))
            elif self.accept("->"):
                node = self._member(node)
            else:
                return node

    def _member(self, node: _Node) -> _Node:
        """Read a member: there are no objects, so that a method is an error and a property is null."""
        name = self.take().text
        if not self.accept("("):
            return _Node(lambda run: node.evaluate(run) and None)
        self._arguments()

        def call(run: Run) -> Value:
            raise thrown("Error", f"Call to a member function {name}() on {type_name(node.evaluate(run))}")

        return _Node(call)

    def _primary(self) -> _Node:
        token = self.peek()
        if token.kind == "variable":
            name = self.take().text[1:]
            return _variable(lambda _run: name)
        if token.kind in ("integer", "float", "single", "double", "backtick"):
            return _Node(_literal(self.take()))
        if token.kind == "name":
            return self._named(self.take().text)
        if token.kind == "keyword" and self.at("array", "isset", "empty", "exit", "die"):
            return self._construct(self.take().text.lower())
        if self.accept("$"):
            return self._variable_variable()
        if self.accept("("):
            inner = self.expression()
            self.expect(")", told=False)
            return _Node(inner.evaluate)
        if self.accept("["):
            return _Node(self._items("]"))
        raise self.unexpected()

    def _variable_variable(self) -> _Node:
        if self.accept("{"):
            name = self.expression().evaluate
            self.expect("}")
            return _variable(name)
        if self.peek().kind != "variable" and not self.at("$"):
            raise self.unexpected('variable or "{" or "$"')
        return _variable(self._primary().evaluate)

    def _named(self, name: str) -> _Node:
        if self.accept("("):
            arguments = self._arguments()
            return _Node(lambda run: run.call(name, [argument(run) for argument in arguments]))
        if self.accept("::"):
            self.take()
            if self.accept("("):
                self._arguments()
            return _Node(throwing("Error", f'Class "{name}" not found'))
        constants: dict[str, Value] = {"true": True, "false": False, "null": None}
        if name.lower() in constants:
            return _Node(lambda _run: constants[name.lower()])
        if name.lstrip("\\") in CONSTANTS:
            return _Node(lambda _run: CONSTANTS[name.lstrip("\\")])
        return _Node(throwing("Error", f'Undefined constant "{name.lstrip(chr(92))}"'))

    def _arguments(self) -> list[Evaluate]:
        found: list[Evaluate] = []
        while not self.at(")"):
            found.append(self.expression().evaluate)
            if not self.accept(",") and not self.at(")"):
                raise self.unexpected('")"')
        self.expect(")")
        return found

    def _items(self, end: str) -> Evaluate:
        pairs: list[tuple[Evaluate | None, Evaluate]] = []
        while not self.at(end):
            value = self.expression().evaluate
            if self.accept("=>"):
                pairs.append((value, self.expression().evaluate))
            else:
                pairs.append((None, value))
            if not self.accept(",") and not self.at(end):
                raise self.unexpected(f'"{end}"')
        self.expect(end)
        return lambda run: array_of(pairs, run)

    def _construct(self, word: str) -> _Node:
        if word in ("exit", "die") and not self.at("("):
            return _Node(jumping("exit"))
        self.expect("(")
        if word == "array":
            return _Node(self._items(")"))
        arguments = self._arguments()
        if word == "isset":
            return _Node(lambda run: all(argument(run) is not None for argument in arguments))
        if word == "empty":
            return _Node(lambda run: not to_bool(arguments[0](run)))

        def leave(run: Run) -> Value:
            for argument in arguments[:1]:
                value = argument(run)
                run.write(value if isinstance(value, str) else "")
            raise Jump("exit")

        return _Node(leave)


def _variable(name: Evaluate) -> _Node:
    place = Variable(name)
    return _Node(place.read, place)


def _indexed(node: _Node, key: Evaluate | None) -> _Node:
    if node.place is not None:
        place = Element(node.place, key)
        return _Node(place.read, place)
    if key is None:
        return _Node(throwing("Error", "Cannot use [] for reading"))
    return _Node(lambda run: element(node.evaluate(run), key(run)))


def _literal(token: Token) -> Evaluate:
    if token.kind == "double":
        return double_quoted(token.text[1:-1], compile_expression)
    if token.kind == "backtick":
        command = double_quoted(token.text[1:-1], compile_expression)
        return lambda run: run.call("shell_exec", [command(run)])
    value = single_quoted(token.text[1:-1]) if token.kind == "single" else number_of(token)
    return lambda _run: value
