"""The ERB-like dialect: `<%= expression %>` in a text, with a Ruby-like expression.

    template  = *( text / "<%=" expression "%>" / "<%" expression "%>" / "<%#" comment "%>" / "<%%" )
    choice    = or [ "?" choice ":" choice ]
    or        = and *( "||" and );  and = not *( "&&" not );  not = "!" not / equality
    equality  = relation [ ( "==" / "!=" ) relation ];  relation = bits *( ( "<" / "<=" / ">" / ">=" ) bits )
    bits      = shift *( ( "|" / "^" / "&" ) shift );  shift = sum *( ( "<<" / ">>" ) sum )
    sum       = product *( ( "+" / "-" ) product );  product = unary *( ( "*" / "/" / "%" ) unary )
    unary     = "-" unary / power;  power = postfix [ "**" unary ]
    postfix   = primary *( "." name [ "(" [ choice *( "," choice ) ] ")" ] / "[" choice "]" )
    primary   = name / number / text / "nil" / "true" / "false" / ":" name / "(" choice ")" / "[" ... "]"

Numbers are Ruby's: whole ones divide downwards. A text times a number repeats it, a number times a text is an error.
Texts in double quotes hold `#{expression}`. An expression without "=" is evaluated and not shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from vedette.range.sinks.bounds import OPERATORS, BoundsError
from vedette.range.sinks.template_values import TemplateError
from vedette.range.sinks.tokens import TokenReader, cut

_TAG = re.compile(r"<%%|<%(?P<kind>[=#]?)(?P<code>.*?)-?%>|<%", re.DOTALL)
_TOKEN = re.compile(
    r"\s+|(?P<number>\d[\d_]*(?:\.\d+)?)|(?P<name>[a-z_]\w*[?!]?|[A-Z]\w*)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<symbol>:[a-z_]\w*)"
    r"|(?P<sign>\*\*|\|\||&&|==|!=|<=|>=|<<|>>|[-+*/%()\[\].,<>!?:|&^])",
    re.DOTALL,
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("==", "!="),
    ("<", "<=", ">", ">="),
    ("|", "^", "&"),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_CONSTANTS: dict[str, object] = {"nil": None, "true": True, "false": False}
_CLASSES: dict[type, str] = {
    int: "Integer",
    float: "Float",
    str: "String",
    list: "Array",
    bool: "true",
    type(None): "nil",
}

_Evaluate = Callable[[Mapping[str, object]], object]


def render_erb(template: str, context: Mapping[str, object]) -> str:
    """Render a text with `<%= ... %>` in it; raises TemplateError with messages in Ruby's words."""
    out: list[str] = []
    position = 0
    for match in _TAG.finditer(template):
        out.append(template[position : match.start()])
        position = match.end()
        if match[0] == "<%%":
            out.append("<%")
        elif match["code"] is None:
            raise TemplateError("syntax error, unexpected end-of-input")
        elif match["kind"] != "#" and (match["kind"] or match["code"].strip()):
            value = _evaluate(match["code"], context)
            out.append(_to_s(value) if match["kind"] else "")
    return "".join(out) + template[position:]


def _evaluate(code: str, context: Mapping[str, object]) -> object:
    try:
        return _Reader(code).whole()(context)
    except ZeroDivisionError:
        raise TemplateError("ZeroDivisionError: divided by 0") from None
    except (BoundsError, ValueError, OverflowError) as error:
        raise TemplateError(f"ArgumentError: {error}") from None


def _to_s(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return _inspect(value) if isinstance(value, list) else str(value)


def _inspect(value: object) -> str:
    if value is None:
        return "nil"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return "[" + ", ".join(map(_inspect, value)) + "]" if isinstance(value, list) else _to_s(value)


def _truth(value: object) -> bool:
    return value is not None and value is not False


def _class(value: object) -> str:
    return _CLASSES.get(type(value), "Object")


def _coercion(value: object, wanted: str) -> TemplateError:
    shown = _to_s(value) or "nil" if value is None or isinstance(value, bool) else _class(value)
    return TemplateError(f"TypeError: {shown} can't be coerced into {wanted}")


def _apply(sign: str, left: object, right: object) -> object:
    if sign in ("==", "!="):
        return (left == right) == (sign == "==")
    if isinstance(left, bool) or not isinstance(left, int | float | str | list):
        raise TemplateError(f"NoMethodError: undefined method `{sign}' for {_inspect(left)}:{_class(left)}")
    if isinstance(left, str | list):
        return _apply_many(sign, left, right)
    if isinstance(right, bool) or not isinstance(right, int | float):
        if sign in ("<", "<=", ">", ">="):
            shown = _inspect(right) if right is None or isinstance(right, bool) else _class(right)
            raise TemplateError(f"ArgumentError: comparison of {_class(left)} with {shown} failed")
        raise _coercion(right, _class(left))
    return _apply_numbers(sign, left, right)


def _apply_numbers(sign: str, left: float, right: float) -> object:
    if sign in ("<", "<=", ">", ">="):
        order = (left > right) - (left < right)
        return order in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[sign]
    whole = isinstance(left, int) and isinstance(right, int)
    if sign in ("|", "^", "&", "<<", ">>") and not whole:
        raise TemplateError(f"NoMethodError: undefined method `{sign}' for {left}:{_class(left)}")
    if sign in ("/", "%") and right == 0:
        if whole:
            raise TemplateError("ZeroDivisionError: divided by 0")
        return float("nan") if left == 0 or sign == "%" else float("inf") if left > 0 else float("-inf")
    return OPERATORS["//" if sign == "/" and whole else sign](left, right)


def _apply_many(sign: str, left: str | list[object], right: object) -> object:
    """Apply an operator whose left side is a text or an array."""
    name = _class(left)
    if sign == "*" and isinstance(right, int) and not isinstance(right, bool):
        if right < 0:
            raise TemplateError("ArgumentError: argument must be non-negative")
        return OPERATORS["*"](left, right)
    if sign == "+" and type(left) is type(right):
        return OPERATORS["+"](left, right)
    if sign == "<<" and isinstance(left, list):
        return [*left, right]
    if sign == "<<" and isinstance(right, str):
        return OPERATORS["+"](left, right)
    if sign in ("<", "<=", ">", ">=") and isinstance(left, str) and isinstance(right, str):
        order = (left > right) - (left < right)
        return order in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[sign]
    if sign == "%" and isinstance(left, str):
        try:
            return OPERATORS["%"](left, tuple(right) if isinstance(right, list) else right)
        except TypeError:
            raise TemplateError("ArgumentError: too few arguments") from None
    if sign in ("*", "+", "<<"):
        wanted = "Integer" if sign == "*" else name
        shown = "nil" if right is None else _class(right)
        raise TemplateError(f"TypeError: no implicit conversion of {shown} into {wanted}")
    raise TemplateError(f"NoMethodError: undefined method `{sign}' for {_inspect(left)}:{name}")


_ANY: dict[str, Callable[..., object]] = {
    "class": _class,
    "inspect": _inspect,
    "nil?": lambda value: value is None,
    "to_s": _to_s,
}
_TEXT: dict[str, Callable[..., object]] = {
    "capitalize": str.capitalize,
    "chars": list,
    "downcase": str.lower,
    "empty?": lambda value: not value,
    "gsub": lambda value, old, new: _replace(value, str(old), str(new)),
    "include?": lambda value, part: str(part) in value,
    "length": len,
    "ord": lambda value: ord(value[0]),
    "reverse": lambda value: value[::-1],
    "size": len,
    "split": lambda value, separator=None: value.split(separator),
    "start_with?": lambda value, part: value.startswith(str(part)),
    "strip": str.strip,
    "swapcase": str.swapcase,
    "to_f": lambda value: float(_leading(value, r"\s*[-+]?\d+(\.\d+)?")),
    "to_i": lambda value: int(_leading(value, r"\s*[-+]?\d+")),
    "to_sym": lambda value: value,
    "upcase": str.upper,
}
_NUMBER: dict[str, Callable[..., object]] = {
    "abs": abs,
    "chr": chr,
    "even?": lambda value: value % 2 == 0,
    "floor": lambda value: value // 1,
    "odd?": lambda value: value % 2 == 1,
    "round": lambda value, digits=0: round(value, digits) if digits else round(value),
    "succ": lambda value: value + 1,
    "to_f": float,
    "to_i": int,
}
_ARRAY: dict[str, Callable[..., object]] = {
    "empty?": lambda value: not value,
    "first": lambda value: value[0] if value else None,
    "include?": lambda value, part: part in value,
    "join": lambda value, separator="": str(separator).join(map(_to_s, value)),
    "last": lambda value: value[-1] if value else None,
    "length": len,
    "max": lambda value: max(value, default=None),
    "min": lambda value: min(value, default=None),
    "reverse": lambda value: value[::-1],
    "size": len,
    "sort": sorted,
    "sum": sum,
}
_METHODS: dict[type, dict[str, Callable[..., object]]] = {
    str: _TEXT,
    int: _NUMBER,
    float: _NUMBER,
    list: _ARRAY,
}


def _leading(text: str, pattern: str) -> str:
    match = re.match(pattern, text)
    return match[0] if match else "0"


def _replace(text: str, old: str, new: str) -> str:
    if (text.count(old) + 1) * len(new) > 200_000:
        raise BoundsError("argument too big")
    return text.replace(old, new)


def _send(value: object, name: str, arguments: list[object]) -> object:
    if isinstance(value, Mapping) and name in value and not arguments:
        return value[name]
    method = _METHODS.get(type(value), {}).get(name) or _ANY.get(name)
    if method is None:
        raise TemplateError(f"NoMethodError: undefined method `{name}' for {_inspect(value)}:{_class(value)}")
    try:
        return method(value, *arguments)
    except (TypeError, LookupError):
        raise TemplateError(f"ArgumentError: wrong arguments for `{name}'") from None


class _Reader(TokenReader):
    """Reads the expression of one tag."""

    def __init__(self, code: str) -> None:
        super().__init__(cut(_TOKEN, code, 0, lambda place: self._unexpected(code[place])))

    def _unexpected(self, text: str) -> TemplateError:
        return TemplateError(f"syntax error, unexpected {repr(text) if text else 'end-of-input'}")

    def whole(self) -> _Evaluate:
        found = self._choice()
        if self.peek().kind != "end":
            raise self._unexpected(self.peek().text)
        return found

    def _close(self, sign: str) -> None:
        if not self.accept(sign):
            raise self._unexpected(self.peek().text)

    def _choice(self) -> _Evaluate:
        test = self._or()
        if not self.accept("?"):
            return test
        chosen = self._choice()
        self._close(":")
        other = self._choice()
        return lambda names: chosen(names) if _truth(test(names)) else other(names)

    def _or(self) -> _Evaluate:
        left = self._and()
        while self.accept("||"):
            left = _first_of(left, self._and(), stop_at=True)
        return left

    def _and(self) -> _Evaluate:
        left = self._not()
        while self.accept("&&"):
            left = _first_of(left, self._not(), stop_at=False)
        return left

    def _not(self) -> _Evaluate:
        if self.accept("!"):
            operand = self._not()
            return lambda names: not _truth(operand(names))
        return self._level(0)

    def _level(self, level: int) -> _Evaluate:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self.at(*_LEVELS[level]):
            left = _binary(self.take().text, left, self._level(level + 1))
        return left

    def _unary(self) -> _Evaluate:
        if self.accept("-"):
            operand = self._unary()
            return lambda names: _apply("-", 0, operand(names))
        left = self._postfix(self._primary())
        return _binary("**", left, self._unary()) if self.accept("**") else left

    def _postfix(self, target: _Evaluate) -> _Evaluate:
        while True:
            if self.accept("."):
                if self.peek().kind != "name":
                    raise self._unexpected(self.peek().text)
                target = _sending(target, self.take().text, self._list(")") if self.accept("(") else [])
            elif self.accept("["):
                target = _indexed(target, self._choice())
                self._close("]")
            else:
                return target

    def _list(self, close: str) -> list[_Evaluate]:
        found: list[_Evaluate] = []
        while not self.at(close):
            found.append(self._choice())
            if not self.at(close):
                self._close(",")
        self._close(close)
        return found

    def _primary(self) -> _Evaluate:
        token = self.take()
        if token.kind == "name":
            return _named(token.text)
        if token.kind == "number":
            number = float(token.text) if "." in token.text else int(token.text.replace("_", ""))
            return lambda _names: number
        if token.kind == "text":
            return _interpolated(token.text[1:-1]) if token.text[0] == '"' else _literal(token.text[1:-1])
        if token.kind == "symbol":
            return _literal(token.text[1:])
        if token.text == "(":
            inner = self._choice()
            self._close(")")
            return inner
        if token.text == "[":
            parts = self._list("]")
            return lambda names: [part(names) for part in parts]
        raise self._unexpected(token.text)


def _named(name: str) -> _Evaluate:
    def find(names: Mapping[str, object]) -> object:
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name in names:
            return names[name]
        if name[0].isupper():
            raise TemplateError(f"NameError: uninitialized constant {name}")
        raise TemplateError(f"NameError: undefined local variable or method `{name}' for main:Object")

    return find


def _literal(text: str) -> _Evaluate:
    plain = re.sub(r"\\(['\\])", r"\1", text)
    return lambda _names: plain


def _interpolated(text: str) -> _Evaluate:
    """Return a double-quoted text: escapes are read, `#{...}` is evaluated."""
    escapes = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "0": "\0"}
    parts: list[_Evaluate] = []
    for match in re.finditer(r"#\{(?P<code>[^}]*)\}|\\(?P<escape>.)|(?P<plain>[^\\#]+|#)", text, re.DOTALL):
        if match["code"] is not None:
            parts.append(_Reader(match["code"]).whole())
        else:
            piece = escapes.get(match["escape"], match["escape"]) if match["escape"] else match["plain"]
            parts.append(lambda _names, piece=piece: piece)  # type: ignore[misc]
    return lambda names: "".join(_to_s(part(names)) for part in parts)


def _binary(sign: str, left: _Evaluate, right: _Evaluate) -> _Evaluate:
    return lambda names: _apply(sign, left(names), right(names))


def _first_of(left: _Evaluate, right: _Evaluate, *, stop_at: bool) -> _Evaluate:
    def choose(names: Mapping[str, object]) -> object:
        value = left(names)
        return value if _truth(value) == stop_at else right(names)

    return choose


def _sending(target: _Evaluate, name: str, arguments: list[_Evaluate]) -> _Evaluate:
    return lambda names: _send(target(names), name, [argument(names) for argument in arguments])


def _indexed(target: _Evaluate, key: _Evaluate) -> _Evaluate:
    def find(names: Mapping[str, object]) -> object:
        value, place = target(names), key(names)
        if isinstance(value, Mapping):
            return value.get(place)
        if isinstance(value, str | list) and isinstance(place, int):
            return value[place] if -len(value) <= place < len(value) else None
        raise TemplateError(f"NoMethodError: undefined method `[]' for {_inspect(value)}:{_class(value)}")

    return find
