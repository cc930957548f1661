"""Three template dialects over plain data: Jinja-like, FreeMarker-like and ERB-like.

The Jinja-like one:

    template   = *( text / "{{" expression "}}" / "{#" comment "#}" / statement )
    statement  = "{%" "if" expression "%}" template *( "{%" "elif" expression "%}" template )
                 [ "{%" "else" "%}" template ] "{%" "endif" "%}"
               / "{%" "for" name *( "," name ) "in" expression "%}" template
                 [ "{%" "else" "%}" template ] "{%" "endfor" "%}"
               / "{%" "set" name *( "," name ) "=" expression "%}" / "{%" "raw" "%}" text "{%" "endraw" "%}"

A "-" inside a delimiter takes away the blanks on its side, and one newline at the end of the template is dropped.
Expressions stand in `template_expression`. Nothing is escaped unless asked. The other dialects are written down in
`template_dollar` and `template_erb`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from vedette.range.sinks.bounds import BoundsError
from vedette.range.sinks.template_dollar import render_dollar
from vedette.range.sinks.template_erb import render_erb
from vedette.range.sinks.template_expression import Evaluate, ExpressionReader, Scope
from vedette.range.sinks.template_values import TemplateError, Undefined
from vedette.range.sinks.tokens import Token, bounded

__all__ = ["TemplateError", "render", "render_dollar", "render_erb"]

_TAG = re.compile(r"\{%-?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}|(?P<open>\{[{%#])(?P<trim>-?)", re.DOTALL)
_TOKEN = re.compile(
    r"\s+|(?P<float>(?<!\.)\d+(?:_\d+)*(?:\.\d+(?:[eE][+\-]?\d+)?|[eE][+\-]?\d+))|(?P<integer>0[xX][0-9a-fA-F]+|\d+(?:_\d+)*)"
    r"|(?P<name>[^\W\d]\w*)|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<sign>//|\*\*|==|!=|<=|>=|[-+*/%~()\[\]{}|.,:=<>;])",
    re.DOTALL,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}
_OUTPUT_MAX = 300_000
_DEPTH_MAX = 20

_Write: TypeAlias = Callable[[str], None]
_Block: TypeAlias = Callable[[Scope, _Write], None]


def render(template: str, context: Mapping[str, object]) -> str:
    """Render a Jinja-like template with the names of the context; raises TemplateError."""
    out: list[str] = []
    room = _OUTPUT_MAX

    def write(text: str) -> None:
        nonlocal room
        room -= len(text) + 1
        if room < 0:
            raise TemplateError("output too long")
        out.append(text)

    try:
        parser = _Parser(template.removesuffix("\n"))
        block = parser.block(())
        block(Scope(context), write)
    except (BoundsError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise TemplateError(str(error)) from None
    return "".join(out)


def _expression_tokens(text: str, start: int, end: str, shown: str) -> tuple[list[Token], int, bool]:
    """Return the tokens up to a delimiter outside brackets, the place after it, and whether it trims blanks."""
    tokens: list[Token] = []
    open_brackets: list[str] = []
    position = start
    while position < len(text):
        trims = text.startswith("-" + end, position)
        if not open_brackets and (trims or text.startswith(end, position)):
            bounded(tokens, lambda _place: TemplateError("expression too complex"))
            return [*tokens, Token("end", "", position)], position + len(end) + trims, trims
        match = _TOKEN.match(text, position)
        if match is None:
            raise TemplateError(f"unexpected char {text[position]!r} at {position}")
        if match["sign"]:
            _balance(match["sign"], open_brackets)
        if match.lastgroup:
            tokens.append(Token(match.lastgroup, match[0], position))
        position = match.end()
    raise TemplateError(f"unexpected end of template, expected '{shown}'.")


def _balance(sign: str, open_brackets: list[str]) -> None:
    if sign in "([{":
        open_brackets.append(sign)
    elif sign in _PAIRS:
        if not open_brackets:
            raise TemplateError(f"unexpected '{sign}'")
        wanted = open_brackets.pop()
        if wanted != _PAIRS[sign]:
            expected = next(close for close, opening in _PAIRS.items() if opening == wanted)
            raise TemplateError(f"unexpected '{sign}', expected '{expected}'")


class _Parser:
    """Reads a template; `ended` is the word of the statement that closed the latest block."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._trim_next = False
        self._depth = 0
        self.ended = ""
        self._reader = ExpressionReader([Token("end", "", 0)], "end of template")

    def block(self, ends: tuple[str, ...]) -> _Block:
        """Read up to a statement whose word is one of `ends`, or to the end of the template where there are none."""
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise TemplateError("template nested too deeply")
        parts: list[_Block] = []
        while (match := _TAG.search(self._text, self._position)) is not None:
            before = self._text[self._position : match.start()]
            parts.append(_text(self._trimmed(before, ends_trimmed=match["trim"] == "-")))
            self._position = match.end()
            if match["open"] is None:
                parts.append(_text(match["raw"]))
            elif match["open"] == "{#":
                self._comment()
            elif match["open"] == "{{":
                parts.append(self._print())
            elif (statement := self._statement(ends)) is not None:
                parts.append(statement)
            else:
                self._depth -= 1
                return _sequence(parts)
        if ends:
            wanted = " or ".join(f"'{end}'" for end in ends)
            raise TemplateError(f"Unexpected end of template. Jinja was looking for the following tags: {wanted}.")
        parts.append(_text(self._trimmed(self._text[self._position :], ends_trimmed=False)))
        return _sequence(parts)

    def _trimmed(self, text: str, *, ends_trimmed: bool) -> str:
        text = text.lstrip() if self._trim_next else text
        self._trim_next = False
        return text.rstrip() if ends_trimmed else text

    def _comment(self) -> None:
        end = self._text.find("#}", self._position)
        if end < 0:
            raise TemplateError("Missing end of comment tag")
        self._trim_next = self._text[end - 1] == "-"
        self._position = end + 2

    def _read(self, delimiter: str, shown: str) -> ExpressionReader:
        tokens, self._position, self._trim_next = _expression_tokens(self._text, self._position, delimiter, shown)
        return ExpressionReader(tokens, shown)

    def _print(self) -> _Block:
        reader = self._read("}}", "end of print statement")
        if reader.peek().kind == "end":
            raise TemplateError("Expected an expression, got 'end of print statement'")
        value = reader.tuple()
        reader.finish()
        return lambda scope, write: write(_printed(value(scope)))

    def _statement(self, ends: tuple[str, ...]) -> _Block | None:
        """Read a statement; None where it is one that closes the block."""
        self._reader = reader = self._read("%}", "end of statement block")
        if reader.peek().kind != "name":
            raise TemplateError("tag name expected")
        word = reader.take().text
        if word in ends:
            self.ended = word
            return None
        statements = {"if": self._if, "for": self._for, "set": self._set}
        if word not in statements:
            raise TemplateError(f"Encountered unknown tag '{word}'.")
        return statements[word](reader)

    def _if(self, reader: ExpressionReader) -> _Block:
        branches: list[tuple[Evaluate, _Block]] = []
        otherwise = _sequence([])
        condition = reader.tuple()
        reader.finish()
        while True:
            branches.append((condition, self.block(("elif", "else", "endif"))))
            if self.ended != "elif":
                break
            condition = self._reader.tuple()
        if self.ended == "else":
            otherwise = self.block(("endif",))

        def run(scope: Scope, write: _Write) -> None:
            chosen = next((body for test, body in branches if test(scope)), otherwise)
            chosen(scope, write)

        return run

    def _for(self, reader: ExpressionReader) -> _Block:
        names = self._names(reader)
        reader.expect("in")
        many = reader.tuple()
        reader.finish()
        body = self.block(("endfor", "else"))
        otherwise = self.block(("endfor",)) if self.ended == "else" else _sequence([])

        def run(scope: Scope, write: _Write) -> None:
            values = _iterated(many(scope))
            for place, value in enumerate(values):
                write("")
                body(Scope({**_unpacked(names, value), "loop": _loop(place, len(values))}, scope), write)
            if not values:
                otherwise(scope, write)

        return run

    def _names(self, reader: ExpressionReader) -> list[str]:
        names = [reader.name()]
        while reader.accept(","):
            names.append(reader.name())
        return names

    def _set(self, reader: ExpressionReader) -> _Block:
        names = self._names(reader)
        reader.expect("=")
        value = reader.tuple()
        reader.finish()
        return lambda scope, _write: scope.values.update(_unpacked(names, value(scope)))


def _text(text: str) -> _Block:
    return lambda _scope, write: write(text)


def _sequence(parts: list[_Block]) -> _Block:
    def run(scope: Scope, write: _Write) -> None:
        for part in parts:
            part(scope, write)

    return run


def _printed(value: object) -> str:
    return str(value)


def _iterated(value: object) -> list[object]:
    if isinstance(value, Undefined):
        return []
    if not isinstance(value, str | list | tuple | Mapping | range) and not hasattr(value, "__iter__"):
        raise TemplateError(f"'{type(value).__name__}' object is not iterable")
    return list(value)


def _unpacked(names: list[str], value: object) -> dict[str, object]:
    if len(names) == 1:
        return {names[0]: value}
    values = _iterated(value)
    if len(values) != len(names):
        raise TemplateError(f"not enough values to unpack (expected {len(names)}, got {len(values)})")
    return dict(zip(names, values, strict=True))


def _loop(place: int, length: int) -> dict[str, object]:
    return {
        "index": place + 1,
        "index0": place,
        "revindex": length - place,
        "revindex0": length - place - 1,
        "first": place == 0,
        "last": place == length - 1,
        "length": length,
    }
