"""Expressions of the Jinja-like dialect.

    condition  = or [ "if" or [ "else" condition ] ]
    or         = and *( "or" and );  and = not *( "and" not );  not = "not" not / compare
    compare    = sum *( ( "==" / "!=" / "<" / "<=" / ">" / ">=" / "in" / "not" "in" ) sum )
    sum        = concat *( ( "+" / "-" ) concat );  concat = product *( "~" product )
    product    = power *( ( "*" / "/" / "//" / "%" ) power );  power = unary *( "**" unary )
    unary      = ( "-" / "+" ) unary / primary *postfix;  a whole unary takes filters and tests
    postfix    = "." name / "." integer / "[" subscript "]" / "(" arguments ")"
    filter     = "|" name [ "(" arguments ")" ];  test = "is" [ "not" ] name [ primary / "(" arguments ")" ]
    primary    = name / integer / float / 1*text / "true" / "false" / "none"
               / "(" [ condition *( "," condition ) ] ")" / "[" ... "]" / "{" condition ":" condition ... "}"

Arithmetic, comparisons and texts are Python's: a text times a number repeats it. Only plain data is there to work on.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vedette.range.sinks.bounds import COMPARISONS, OPERATORS
from vedette.range.sinks.template_filters import FILTERS, TESTS
from vedette.range.sinks.template_values import Method, TemplateError, Undefined, attribute, call, item
from vedette.range.sinks.tokens import Token, TokenReader

_CONSTANTS: dict[str, object] = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None}
_COMPARE = ("==", "!=", "<", "<=", ">", ">=", "in")
_LEVELS = (("+", "-"), ("~",), ("*", "/", "//", "%"), ("**",))
_RANGE_MAX = 10_000


class Scope:
    """Names that a template sees; an inner scope sees the outer one's."""

    def __init__(self, values: Mapping[str, object], outer: Scope | None = None) -> None:
        self.values = dict(values)
        self._outer = outer

    def find(self, name: str) -> object:
        """Return a name's value, or Undefined."""
        if name in self.values:
            return self.values[name]
        if self._outer is not None:
            return self._outer.find(name)
        return _GLOBALS.get(name, Undefined(f"'{name}' is undefined"))


Evaluate = Callable[[Scope], object]


def _range(*arguments: int) -> range:
    if len(range(*arguments)) > _RANGE_MAX:
        raise TemplateError(f"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({_RANGE_MAX}).")
    return range(*arguments)


_GLOBALS: dict[str, object] = {
    "range": Method("range", "module", _range),
    "dict": Method("dict", "module", dict),
}


@dataclass(frozen=True, slots=True)
class _Arguments:
    """Arguments of a call, still to be evaluated."""

    plain: list[Evaluate]
    named: dict[str, Evaluate]

    def values(self, scope: Scope) -> tuple[list[object], dict[str, object]]:
        return [part(scope) for part in self.plain], {name: part(scope) for name, part in self.named.items()}


class ExpressionReader(TokenReader):
    """Reads one expression from the tokens of a tag."""

    def __init__(self, tokens: list[Token], end: str) -> None:
        super().__init__(tokens)
        self._end = end

    def shown(self, token: Token) -> str:
        """Return the way an error names a token."""
        kinds = {"end": self._end, "integer": "integer", "float": "float", "text": "string"}
        return kinds.get(token.kind, token.text)

    def unexpected(self) -> TemplateError:
        """Return the error for the next token."""
        return TemplateError(f"unexpected '{self.shown(self.peek())}'")

    def expect(self, text: str) -> None:
        """Take this sign or word, or raise TemplateError."""
        if not self.accept(text):
            raise TemplateError(f"expected token '{text}', got '{self.shown(self.peek())}'")

    def name(self) -> str:
        """Take a name."""
        if self.peek().kind != "name":
            raise TemplateError(f"expected token 'name', got '{self.shown(self.peek())}'")
        return self.take().text

    def finish(self) -> None:
        """Raise TemplateError unless all was read."""
        if self.peek().kind != "end":
            raise TemplateError(f"expected token '{self._end}', got '{self.shown(self.peek())}'")

    def condition(self) -> Evaluate:
        """Read an expression."""
        found = self._or()
        while self.accept("if"):
            found = self._choice(found)
        return found

    def _choice(self, chosen: Evaluate) -> Evaluate:
        test = self._or()
        other: Evaluate = (
            self.condition() if self.accept("else") else lambda _scope: Undefined("the inline if-expression was false")
        )
        return lambda scope: chosen(scope) if test(scope) else other(scope)

    def tuple(self) -> Evaluate:
        """Read an expression or several with commas between them, which make a tuple."""
        parts = [self.condition()]
        many = False
        while self.accept(","):
            many = True
            if self.peek().kind == "end" or self.at(")"):
                break
            parts.append(self.condition())
        return (lambda scope: tuple(part(scope) for part in parts)) if many else parts[0]

    def _or(self) -> Evaluate:
        left = self._and()
        while self.accept("or"):
            left = _either(left, self._and())
        return left

    def _and(self) -> Evaluate:
        left = self._not()
        while self.accept("and"):
            left = _both(left, self._not())
        return left

    def _not(self) -> Evaluate:
        if self.accept("not"):
            operand = self._not()
            return lambda scope: not operand(scope)
        return self._compare()

    def _compare(self) -> Evaluate:
        first = self._level(0)
        rest: list[tuple[str, Evaluate]] = []
        while True:
            if self.at("not") and self.peek(1).text == "in":
                self.take()
                self.take()
                rest.append(("not in", self._level(0)))
            elif self.at(*_COMPARE):
                rest.append((self.take().text, self._level(0)))
            else:
                return _chain(first, rest) if rest else first

    def _level(self, level: int) -> Evaluate:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self.at(*_LEVELS[level]):
            left = _binary(self.take().text, left, self._level(level + 1))
        return left

    def _unary(self, *, filters: bool = True) -> Evaluate:
        if self.at("-", "+"):
            minus = self.take().text == "-"
            operand = self._unary(filters=False)
            found: Evaluate = (lambda scope: _negative(operand(scope))) if minus else operand
        else:
            found = self._postfix(self._primary())
        return self._filters(found) if filters else found

    def _postfix(self, target: Evaluate) -> Evaluate:
        while True:
            if self.accept("."):
                target = self._dotted(target)
            elif self.accept("["):
                target = self._subscript(target)
            elif self.at("("):
                target = _calling(target, self._arguments())
            else:
                return target

    def _dotted(self, target: Evaluate) -> Evaluate:
        if self.peek().kind == "integer":
            place = int(self.take().text)
            return lambda scope: item(target(scope), place)
        name = self.name()
        return lambda scope: attribute(target(scope), name)

    def _subscript(self, target: Evaluate) -> Evaluate:
        parts: list[Evaluate | None] = [None]
        while not self.at("]"):
            if self.accept(":"):
                parts.append(None)
            else:
                parts[-1] = self.condition()
                if not self.at(":", "]"):
                    self.expect("]")
        self.expect("]")
        if len(parts) > 3 or parts == [None]:
            raise TemplateError("expected subscript expression")
        if len(parts) == 1 and (key := parts[0]):
            return lambda scope: item(target(scope), key(scope))
        return lambda scope: item(target(scope), slice(*(part(scope) if part else None for part in parts)))

    def _arguments(self) -> _Arguments:
        self.expect("(")
        found = _Arguments([], {})
        while not self.at(")"):
            if self.peek().kind == "name" and self.peek(1).text == "=":
                name = self.name()
                self.take()
                found.named[name] = self.condition()
            else:
                found.plain.append(self.condition())
            if not self.at(")"):
                self.expect(",")
        self.expect(")")
        return found

    def _filters(self, value: Evaluate) -> Evaluate:
        while True:
            if self.accept("|"):
                value = self._filter(value)
            elif self.accept("is"):
                value = self._test(value)
            elif self.at("("):
                value = _calling(value, self._arguments())
            else:
                return value

    def _filter(self, value: Evaluate) -> Evaluate:
        name = self.name()
        arguments = self._arguments() if self.at("(") else _Arguments([], {})
        function = FILTERS.get(name)
        if function is None:
            raise TemplateError(f"No filter named '{name}'.")

        def apply(scope: Scope) -> object:
            plain, named = arguments.values(scope)
            return function(value(scope), *plain, **named)

        return apply

    def _test(self, value: Evaluate) -> Evaluate:
        negated = self.accept("not")
        name = self.name()
        arguments = _Arguments([], {})
        if self.at("("):
            arguments = self._arguments()
        elif self.peek().kind in ("integer", "float", "text") or self.at("[", "{"):
            arguments.plain.append(self._postfix(self._primary()))
        function = TESTS.get(name)
        if function is None:
            raise TemplateError(f"No test named '{name}'.")

        def apply(scope: Scope) -> object:
            plain, named = arguments.values(scope)
            return bool(function(value(scope), *plain, **named)) != negated

        return apply

    def _primary(self) -> Evaluate:
        token = self.peek()
        if token.kind == "name":
            return self._named(self.take().text)
        if token.kind in ("integer", "float"):
            value = _constant(self.take().text)
            return lambda _scope: value
        if token.kind == "text":
            text = ""
            while self.peek().kind == "text":
                text += str(_constant(self.take().text))
            return lambda _scope: text
        if self.accept("("):
            return self._parenthesised()
        if self.accept("["):
            parts = self._list("]")
            return lambda scope: [part(scope) for part in parts]
        if self.accept("{"):
            return self._dict()
        raise self.unexpected()

    def _named(self, name: str) -> Evaluate:
        if name in _CONSTANTS:
            value = _CONSTANTS[name]
            return lambda _scope: value
        return lambda scope: scope.find(name)

    def _parenthesised(self) -> Evaluate:
        if self.accept(")"):
            return lambda _scope: ()
        inner = self.tuple()
        self.expect(")")
        return inner

    def _list(self, close: str) -> list[Evaluate]:
        parts: list[Evaluate] = []
        while not self.at(close):
            parts.append(self.condition())
            if not self.at(close):
                self.expect(",")
        self.expect(close)
        return parts

    def _dict(self) -> Evaluate:
        pairs: list[tuple[Evaluate, Evaluate]] = []
        while not self.at("}"):
            key = self.condition()
            self.expect(":")
            pairs.append((key, self.condition()))
            if not self.at("}"):
                self.expect(",")
        self.expect("}")
        return lambda scope: {key(scope): value(scope) for key, value in pairs}


def _constant(text: str) -> object:
    """Read a literal; texts have Python's escapes, numbers may hold underscores."""
    try:
        return ast.literal_eval(text.replace("\n", "\\n"))
    except (ValueError, SyntaxError):
        raise TemplateError(f"invalid literal {text}") from None


def _used(value: object) -> object:
    """Return a value that is used in an operation; an undefined one is an error."""
    if isinstance(value, Undefined):
        raise value.fail()
    return value


def _negative(value: object) -> object:
    return operator.neg(_used(value))  # type: ignore[arg-type]


def _binary(sign: str, left: Evaluate, right: Evaluate) -> Evaluate:
    if sign == "~":
        return lambda scope: OPERATORS["+"](str(left(scope)), str(right(scope)))
    return lambda scope: OPERATORS[sign](_used(left(scope)), _used(right(scope)))


def _either(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda scope: left(scope) or right(scope)


def _both(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda scope: left(scope) and right(scope)


def _chain(first: Evaluate, rest: list[tuple[str, Evaluate]]) -> Evaluate:
    def compare(scope: Scope) -> object:
        left = first(scope)
        for sign, part in rest:
            right = part(scope)
            if sign not in ("==", "!="):
                left, right = _used(left), _used(right)
            if not COMPARISONS[sign](left, right):
                return False
            left = right
        return True

    return compare


def _calling(target: Evaluate, arguments: _Arguments) -> Evaluate:
    def apply(scope: Scope) -> object:
        called = target(scope)
        plain, named = arguments.values(scope)
        return call(called, plain, named)

    return apply
