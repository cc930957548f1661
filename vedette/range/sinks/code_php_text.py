"""Texts of the PHP-like language: escapes, and variables and expressions inside double quotes.

    double  = *( literal / escape / variable [ "[" ( name / integer / variable ) "]" ] / "{$" ... "}" / "${" ... "}" )
    escape  = "\\" ( "n" "t" "r" "v" "e" "f" "\\" "$" DQUOTE / octal{1,3} / "x" hex{1,2} / "u{" hex "}" )

Inside `${...}` a bare name is a variable; anything else is an expression whose value names the variable.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vedette.range.sinks.code_php_lexer import ParseError
from vedette.range.sinks.code_php_run import Evaluate, Run, element
from vedette.range.sinks.code_php_values import Value, to_text

_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "e": "\x1b", "f": "\f", "\\": "\\", "$": "$", '"': '"', "`": "`"}
_PIECE = re.compile(
    r"\\(?:(?P<simple>[ntrvef\\$\"`])|(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9a-fA-F]{1,2})|u\{(?P<code>[0-9a-fA-F]{1,6})\})"
    r"|\$(?P<variable>[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)(?:\[(?P<key>-?\d+|\$?[A-Za-z_]\w*)\])?"
    r"|(?P<open>\{(?=\$)|\$\{)|(?P<plain>[^\\${]+|.)",
    re.DOTALL,
)
_NAME = re.compile(r"\s*([A-Za-z_\x80-\uffff][\w\x80-\uffff]*)\s*")


def single_quoted(text: str) -> str:
    """Return the value of a text in single quotes, given without them."""
    return re.sub(r"\\(['\\])", r"\1", text)


def double_quoted(text: str, compile_expression: Callable[[str], Evaluate]) -> Evaluate:
    """Return a text in double quotes, given without them, as a function; raises ParseError."""
    parts: list[Evaluate] = []
    position = 0
    while (match := _PIECE.match(text, position)) is not None:
        position = match.end()
        if match["open"]:
            end = _closing(text, position)
            parts.append(_braced(match["open"], text[position:end], compile_expression))
            position = end + 1
        elif match["variable"]:
            parts.append(_variable(match["variable"], match["key"]))
        else:
            parts.append(_constant(_escaped(match)))
    return lambda run: "".join(to_text(part(run)) for part in parts)


def _escaped(match: re.Match[str]) -> str:
    if match["simple"]:
        return _SIMPLE[match["simple"]]
    if match["octal"]:
        return chr(int(match["octal"], 8) & 255)
    if match["hex"]:
        return chr(int(match["hex"], 16))
    if match["code"]:
        number = int(match["code"], 16)
        if number > 0x10FFFF:
            raise ParseError("Invalid UTF-8 codepoint escape sequence: Codepoint too large")
        return chr(number)
    return match["plain"]


def _constant(text: str) -> Evaluate:
    return lambda _run: text


def _variable(name: str, key: str | None) -> Evaluate:
    def read(run: Run) -> Value:
        held = run.variables.get(name)
        if key is None:
            return held
        place: Value = run.variables.get(key[1:]) if key.startswith("$") else key
        return element(held, place)

    return read


def _closing(text: str, start: int) -> int:
    depth = 1
    for match in re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[{}]", re.DOTALL).finditer(text, start):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0:
            return match.start()
    raise ParseError("syntax error, unexpected end of file")


def _braced(opened: str, code: str, compile_expression: Callable[[str], Evaluate]) -> Evaluate:
    if opened == "{":
        return compile_expression(code)
    named = _NAME.fullmatch(code)
    if named:
        return _variable(named[1], None)
    computed = compile_expression(code)
    return lambda run: run.variables.get(to_text(computed(run)))
