"""Tokens of the PHP-like language, and how a parse error names them.

token    = variable / name / number / text / cast / sign / inline
variable = "$" name;  number = decimal / "0x" hex / "0b" binary / "0" octal / float
text     = "'" ... "'" (escapes: \\' and \\\\ ) / DQUOTE ... DQUOTE (escapes and interpolation) / "`" ... "`"
cast     = "(" ( "int" / "float" / "string" / "bool" / "array" / their synonyms ) ")"
comment  = "#" line / "//" line / "/*" ... "*/"
inline   = "?>" text [ "<?php" / "<?=" ]       (printed as it is; "<?=" prints what follows)
"""

from __future__ import annotations

import re

from vedette.range.sinks.tokens import Token, bounded

_TOKEN = re.compile(
    r"\s+|#(?!\[)[^\n]*?(?=\?>|\n|\Z)|//[^\n]*?(?=\?>|\n|\Z)|/\*.*?\*/"
    r"|(?P<variable>\$[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)"
    r"|(?P<float>\d[\d_]*\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)"
    r"|(?P<integer>0[xX][0-9a-fA-F]+|0[bB][01]+|\d[\d_]*)"
    r"|(?P<name>[A-Za-z_\x80-\uffff\\][\w\x80-\uffff\\]*)"
    r"|(?P<single>'(?:[^'\\]|\\.)*')|(?P<double>\"(?:[^\"\\]|\\.)*\")|(?P<backtick>`(?:[^`\\]|\\.)*`)"
    r"|(?P<cast>\(\s*(?:int|integer|float|double|string|bool|boolean|array)\s*\))"
    r"|(?P<inline>\?>\n?.*?(?:<\?php\s|<\?=|\Z))"
    r"|(?P<sign>\*\*=|<=>|===|!==|\?\?=|<<=|>>=|\.\.\.|\*\*|\+\+|--|=>|->|::|==|!=|<>|<=|>=|&&|\|\||\?\?|<<|>>"
    r"|[-+*/%.&|^]=|/(?!\*)|[-+*%.=<>!?:;,()\[\]{}@$&|^~])",
    re.DOTALL | re.IGNORECASE,
)
_KEYWORDS = frozenset(
    (
        *("and", "array", "break", "continue", "die", "do", "echo", "else", "elseif", "empty", "exit", "for"),
        *("foreach", "function", "if", "include", "isset", "new", "or", "print", "require", "return", "while", "xor"),
    )
)
_OPEN = {")": "(", "]": "[", "}": "{"}


class ParseError(Exception):
    """Code that cannot be read; the text is PHP's, beginning with "syntax error, "."""


def tokens_of(code: str) -> list[Token]:
    """Return the tokens, closed by an "end" or by a "bad" one with a message; raises ParseError."""
    found: list[Token] = []
    position = 0
    while position < len(code):
        match = _TOKEN.match(code, position)
        if match is None:
            raise _unreadable(code, position)
        if match.lastgroup:
            kind = match.lastgroup
            text = match[kind]
            found.append(Token("keyword" if kind == "name" and text.lower() in _KEYWORDS else kind, text, position))
        position = match.end()
    bounded(found, lambda _place: ParseError("syntax error, memory exhausted"))
    return _paired(found, len(code))


def _unreadable(code: str, position: int) -> ParseError:
    here = code[position]
    if here == "'":
        return ParseError(f'syntax error, unexpected string content "{code[position + 1 :]}"')
    if here in '"`':
        return ParseError('syntax error, unexpected end of file, expecting variable or "${" or "{$"')
    if code.startswith("/*", position):
        line = code.count("\n", 0, position) + 1
        return ParseError(f"Unterminated comment starting line {line}")
    return ParseError(f"syntax error, unexpected character 0x{ord(here):02X}")


def shown(token: Token) -> str:
    """Return the way a parse error names a token."""
    kinds = {
        "variable": f'variable "{token.text}"',
        "float": f'floating-point number "{token.text}"',
        "integer": f'integer "{token.text}"',
        "single": f'single-quoted string "{token.text[1:-1]}"',
        "double": f'double-quoted string "{token.text[1:-1]}"',
        "name": f'identifier "{token.text}"',
        "end": "end of file",
    }
    if token.kind == "name" and "\\" in token.text:
        return f'qualified name "{token.text}"'
    if token.kind == "double" and "$" in token.text:
        return "double-quote mark"
    return kinds.get(token.kind, f'token "{token.text}"')


def _paired(tokens: list[Token], length: int) -> list[Token]:
    """Close the list, putting a "bad" token with PHP's message where brackets stop pairing."""
    stack: list[Token] = []
    for place, token in enumerate(tokens):
        if token.kind == "sign" and token.text in "([{":
            stack.append(token)
        elif token.kind == "sign" and token.text in _OPEN:
            opening = stack.pop() if stack else None
            if opening is None:
                return [*tokens[:place], Token("bad", f"Unmatched '{token.text}'", token.position)]
            if opening.text != _OPEN[token.text]:
                message = f"Unclosed '{opening.text}' does not match '{token.text}'"
                return [*tokens[:place], Token("bad", message, token.position)]
    closing = Token("bad", f"Unclosed '{stack[-1].text}'", length) if stack else Token("end", "", length)
    return [*tokens, closing]
