"""The FreeMarker-like dialect: `${expression}` in a text.

    template  = *( text / "${" expression "}" )
    or        = and *( ( "||" / "|" ) and );  and = equality *( ( "&&" / "&" ) equality )
    equality  = relation [ ( "==" / "=" / "!=" ) relation ]
    relation  = sum [ ( "<" / "<=" / ">" / ">=" / "lt" / "lte" / "gt" / "gte" ) sum ]
    sum       = product *( ( "+" / "-" ) product );  product = unary *( ( "*" / "/" / "%" ) unary )
    unary     = ( "-" / "+" / "!" ) unary / postfix
    postfix   = primary *( "." name / "[" or "]" / "(" [ or *( "," or ) ] ")" / "?" name [ "(" ... ")" ] / "??"
                / "!" [ primary ] )
    primary   = name / number / text / "true" / "false" / "(" or ")" / "[" [ or *( "," or ) ] "]"

A plus joins texts and adds numbers; the other operators want numbers. Division is exact and shown with at most three
decimals, without signs between thousands. `value!other` stands in for what is missing; `?name` are the built-ins.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from vedette.range.sinks.bounds import OPERATORS, BoundsError
from vedette.range.sinks.template_values import TemplateError, Undefined
from vedette.range.sinks.tokens import Token, TokenReader, cut

_TOKEN = re.compile(
    r"\s+|(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d][\w$@]*)|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<sign>\?\?|\|\||&&|==|!=|<=|>=|[-+*/%()\[\].,<>=!?|&}])",
    re.DOTALL,
)
_PIECE = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\}|[^}'\"]+|['\"]", re.DOTALL)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||", "|"),
    ("&&", "&"),
    ("==", "=", "!="),
    ("<", "<=", ">", ">=", "lt", "lte", "gt", "gte"),
    ("+", "-"),
    ("*", "/", "%"),
)
_RELATIONS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_NAME = "template"

_Evaluate = Callable[[Mapping[str, object]], object]


def render_dollar(template: str, context: Mapping[str, object]) -> str:
    """Render a text with `${...}` in it; raises TemplateError with messages in FreeMarker's words."""
    out: list[str] = []
    position = 0
    while (start := template.find("${", position)) >= 0:
        out.append(template[position:start])
        end = _end(template, start + 2)
        evaluate = _Reader(template[start + 2 : end]).whole()
        try:
            out.append(_shown(evaluate(context)))
        except (BoundsError, TypeError, ValueError, ArithmeticError) as error:
            raise TemplateError(f"Arithmetic operation failed: {error}") from None
        position = end + 1
    return "".join(out) + template[position:]


def _end(template: str, start: int) -> int:
    """Return the place of the closing brace, which may also stand inside texts."""
    for match in _PIECE.finditer(template, start):
        if match[0] == "}":
            return match.start()
    unclosed = 'Unexpected end of file reached. You have an unclosed "{".'
    raise TemplateError(f'Syntax error in template "{_NAME}": {unclosed}')


def _shown(value: object) -> str:
    if isinstance(value, bool):
        raise TemplateError(
            f'Can\'t convert boolean to string automatically, because the "boolean_format" setting was '
            f'"true,false": {str(value).lower()}'
        )
    if isinstance(value, Undefined):
        raise value.fail()
    if isinstance(value, list | Mapping):
        kind = "sequence" if isinstance(value, list) else "extended_hash"
        raise TemplateError(f"Expected a string or something automatically convertible to string, but this is a {kind}")
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, Fraction | float):
        return f"{float(value):.3f}".rstrip("0").rstrip(".")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _present(value: object) -> object:
    if isinstance(value, Undefined):
        raise value.fail()
    return value


def _number(value: object, side: str, sign: str) -> Fraction | int:
    value = _present(value)
    if isinstance(value, float):
        return Fraction(str(value))
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        kind = "string" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "sequence"
        where = f'The {side}-hand operand of the "{sign}" operator'
        raise TemplateError(f"{where}: Expected a number, but this has evaluated to a {kind}.")
    return value


def _apply(sign: str, left: object, right: object) -> object:
    if sign == "+" and (isinstance(left, str) or isinstance(right, str)):
        return OPERATORS["+"](_text(_present(left)), _text(_present(right)))
    if sign in ("==", "=", "!="):
        return (_present(left) == _present(right)) == (sign != "!=")
    a, b = _number(left, "left", sign), _number(right, "right", sign)
    relation = _RELATIONS.get(sign, sign)
    if relation in ("<", "<=", ">", ">="):
        order = (a > b) - (a < b)
        return order in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[relation]
    if sign in ("/", "%") and b == 0:
        raise TemplateError("Arithmetic operation failed: Division by zero")
    if sign == "%":
        whole = int(a), int(b)
        return abs(whole[0]) % abs(whole[1]) * (1 if whole[0] >= 0 else -1)
    result = Fraction(a) / b if sign == "/" else OPERATORS[sign](a, b)
    return int(result) if isinstance(result, Fraction) and result.denominator == 1 else result


_BUILTINS: dict[str, Callable[..., object]] = {
    "abs": lambda value: abs(_number(value, "left", "?abs")),
    "c": _text,
    "cap_first": lambda value: str(value)[:1].upper() + str(value)[1:],
    "capitalize": lambda value: " ".join(word.capitalize() for word in str(value).split(" ")),
    "contains": lambda value, part: str(part) in str(value),
    "ends_with": lambda value, part: str(value).endswith(str(part)),
    "first": lambda value: value[0],
    "html": lambda value: html.escape(str(value)),
    "index_of": lambda value, part: str(value).find(str(part)),
    "int": lambda value: int(_number(value, "left", "?int")),
    "is_number": lambda value: isinstance(value, int | Fraction) and not isinstance(value, bool),
    "is_string": lambda value: isinstance(value, str),
    "join": lambda value, separator: str(separator).join(map(_text, value)),
    "last": lambda value: value[-1],
    "length": lambda value: len(str(value)),
    "lower_case": lambda value: str(value).lower(),
    "number": lambda value: _parse_number(str(value)),
    "replace": lambda value, old, new: _replace(str(value), str(old), str(new)),
    "reverse": lambda value: value[::-1],
    "round": lambda value: int(_number(value, "left", "?round") + Fraction(1, 2)),
    "size": len,
    "split": lambda value, separator: str(value).split(str(separator)),
    "starts_with": lambda value, part: str(value).startswith(str(part)),
    "string": lambda value, *choices: choices[0 if value else 1] if choices else _text(value),
    "substring": lambda value, start, end=None: str(value)[start:end],
    "trim": lambda value: str(value).strip(),
    "uncap_first": lambda value: str(value)[:1].lower() + str(value)[1:],
    "upper_case": lambda value: str(value).upper(),
}
_METHODS: dict[str, Callable[..., object]] = {
    "concat": lambda value, other: OPERATORS["+"](value, _text(other)),
    "contains": lambda value, part: str(part) in value,
    "indexOf": lambda value, part: value.find(str(part)),
    "isEmpty": lambda value: not value,
    "length": len,
    "replace": lambda value, old, new: _replace(value, str(old), str(new)),
    "substring": lambda value, start, end=None: value[start:end],
    "toLowerCase": lambda value: value.lower(),
    "toString": lambda value: value,
    "toUpperCase": lambda value: value.upper(),
    "trim": lambda value: value.strip(),
}


def _parse_number(text: str) -> object:
    if not re.fullmatch(r"[-+]?\d{1,40}(\.\d{1,40})?", text):
        raise TemplateError(f'Can\'t convert this string to number: "{text}"')
    number = Fraction(text)
    return int(number) if number.denominator == 1 else number


def _replace(text: str, old: str, new: str) -> str:
    if (text.count(old) + 1) * len(new) > 200_000:
        raise BoundsError("result too long")
    return text.replace(old, new)


def _missing(name: str) -> Undefined:
    return Undefined(f'The following has evaluated to null or missing:\n==> {name}  [in template "{_NAME}"]')


class _Reader(TokenReader):
    """Reads the expression of one `${...}`."""

    def __init__(self, text: str) -> None:
        super().__init__(cut(_TOKEN, text, 0, lambda place: self._encountered(text[place])))
        self._text = text

    def _encountered(self, text: str) -> TemplateError:
        found = f'Encountered "{text}"' if text else 'Encountered "}"'
        return TemplateError(f'Syntax error in template "{_NAME}": {found}, but was expecting an expression part')

    def whole(self) -> _Evaluate:
        found = self._level(0)
        if self.peek().kind != "end":
            raise self._encountered(self.peek().text)
        return found

    def _level(self, level: int) -> _Evaluate:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self.at(*_LEVELS[level]):
            left = _binary(self.take().text, left, self._level(level + 1))
        return left

    def _unary(self) -> _Evaluate:
        if self.at("-", "+"):
            sign = self.take().text
            operand = self._unary()
            return lambda names: _apply("*", -1 if sign == "-" else 1, operand(names))
        if self.accept("!"):
            operand = self._unary()
            return lambda names: not _truth(operand(names))
        return self._postfix(self._primary())

    def _postfix(self, target: _Evaluate) -> _Evaluate:
        while True:
            start = self.peek().position
            if self.accept("."):
                target = self._dotted(target)
            elif self.accept("["):
                target = _indexed(target, self._level(0), self._text[:start])
                self._close("]")
            elif self.accept("?"):
                target = self._builtin(target)
            elif self.accept("??"):
                target = _exists(target)
            elif self.accept("!"):
                starts = self.peek().kind in ("name", "number", "text") or self.at("(", "[")
                target = _or_else(target, self._primary() if starts else lambda _names: "")
            else:
                return target

    def _close(self, sign: str) -> None:
        if not self.accept(sign):
            raise self._encountered(self.peek().text)

    def _word(self) -> str:
        if self.peek().kind != "name":
            raise self._encountered(self.peek().text)
        return self.take().text

    def _dotted(self, target: _Evaluate) -> _Evaluate:
        name = self._word()
        if not self.at("("):
            return _member(target, name)
        arguments = self._arguments()

        def apply(names: Mapping[str, object]) -> object:
            value = _present(target(names))
            method = _METHODS.get(name) if isinstance(value, str) else None
            if method is None:
                raise _missing(name).fail()
            return method(value, *_plain(arguments, names))

        return apply

    def _builtin(self, target: _Evaluate) -> _Evaluate:
        name = self._word()
        arguments = self._arguments() if self.at("(") else []
        function = _BUILTINS.get(name)
        if function is None:
            raise TemplateError(f'Syntax error in template "{_NAME}": Unknown built-in: "{name}"')

        def apply(names: Mapping[str, object]) -> object:
            try:
                return function(_present(target(names)), *_plain(arguments, names))
            except (TypeError, LookupError):
                raise TemplateError(f"?{name}: Expected another type or number of arguments") from None

        return apply

    def _arguments(self) -> list[_Evaluate]:
        self._close("(")
        return self._list(")")

    def _list(self, close: str) -> list[_Evaluate]:
        found: list[_Evaluate] = []
        while not self.at(close):
            found.append(self._level(0))
            if not self.at(close):
                self._close(",")
        self._close(close)
        return found

    def _primary(self) -> _Evaluate:
        token = self.take()
        if token.kind == "name":
            return _named(token)
        if token.kind == "number":
            value = _parse_number(token.text)
            return lambda _names: value
        if token.kind == "text":
            text = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), token.text[1:-1])
            return lambda _names: text
        if token.text == "(":
            inner = self._level(0)
            self._close(")")
            return inner
        if token.text == "[":
            parts = self._list("]")
            return lambda names: [part(names) for part in parts]
        raise self._encountered(token.text)


def _named(token: Token) -> _Evaluate:
    if token.text in ("true", "false"):
        return lambda _names: token.text == "true"
    return lambda names: names.get(token.text, _missing(token.text))


def _plain(arguments: list[_Evaluate], names: Mapping[str, object]) -> list[object]:
    return [_present(argument(names)) for argument in arguments]


def _truth(value: object) -> bool:
    if not isinstance(_present(value), bool):
        raise TemplateError("Expected a boolean, but this has evaluated to another type.")
    return value is True


def _binary(sign: str, left: _Evaluate, right: _Evaluate) -> _Evaluate:
    if sign in ("||", "|"):
        return lambda names: _truth(left(names)) or _truth(right(names))
    if sign in ("&&", "&"):
        return lambda names: _truth(left(names)) and _truth(right(names))
    return lambda names: _apply(sign, left(names), right(names))


def _member(target: _Evaluate, name: str) -> _Evaluate:
    def find(names: Mapping[str, object]) -> object:
        value = _present(target(names))
        return value.get(name, _missing(name)) if isinstance(value, Mapping) else _missing(name)

    return find


def _indexed(target: _Evaluate, key: _Evaluate, shown: str) -> _Evaluate:
    def find(names: Mapping[str, object]) -> object:
        value, place = _present(target(names)), _present(key(names))
        if isinstance(value, Mapping):
            return value.get(place, _missing(f"{shown}[...]"))
        if isinstance(value, str | list) and isinstance(place, int) and 0 <= place < len(value):
            return value[place]
        return _missing(f"{shown}[...]")

    return find


def _exists(target: _Evaluate) -> _Evaluate:
    return lambda names: not isinstance(target(names), Undefined)


def _or_else(target: _Evaluate, other: _Evaluate) -> _Evaluate:
    def choose(names: Mapping[str, object]) -> object:
        value = target(names)
        return other(names) if isinstance(value, Undefined) else value

    return choose
