"""Finds the values in the text of a GraphQL query, so that one can be changed and the rest stays as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from graphql import GraphQLError, Lexer, Source, TokenKind

from vedette.engine.attack.json_leaves import is_number

MARK = "#"
"""Stands between the place of a query's text in a body and the path of a value in it."""

MAX_TEXT = 50_000
MAX_TOKENS = 10_000
_VALUES = (TokenKind.STRING, TokenKind.BLOCK_STRING, TokenKind.INT, TokenKind.FLOAT)
_OPEN = (TokenKind.BRACE_L, TokenKind.BRACKET_L)
_CLOSE = (TokenKind.BRACE_R, TokenKind.BRACKET_R)


@dataclass(frozen=True, slots=True)
class Argument:
    """A text or number: `path` is field and argument, and the keys in it, joined by `/`; the second of a path ends in
    `#2`. `start` and `end` are its place, quotes included."""

    path: str
    text: str
    start: int
    end: int
    number: bool


@dataclass(frozen=True, slots=True)
class _Token:
    kind: TokenKind
    text: str
    start: int
    end: int


def is_query(text: str) -> bool:
    """Whether a text may be a GraphQL document: what else stands in a field of that name is seldom in braces."""
    return "{" in text and text.rstrip().endswith("}") and len(text) <= MAX_TEXT


def arguments(text: str) -> list[Argument]:
    """The values in order; empty when the text is no GraphQL document."""
    tokens = _tokens(text)
    found: list[Argument] = []
    seen: dict[str, int] = {}
    index = 0
    while index < len(tokens):
        if tokens[index].kind is TokenKind.PAREN_L and index and tokens[index - 1].kind is TokenKind.NAME:
            index = _inside(tokens, index + 1, tokens[index - 1].text, found, seen)
        index += 1
    return found


def replaced(text: str, path: str, payload: str) -> str | None:
    """The document with another value at a path; None when it has none there."""
    for one in arguments(text):
        if one.path == path:
            value = payload if one.number and is_number(payload) else json.dumps(payload)
            return text[: one.start] + value + text[one.end :]
    return None


def _inside(tokens: list[_Token], index: int, field: str, found: list[Argument], seen: dict[str, int]) -> int:
    """Takes up the arguments of a field; gives the index of the parenthesis that ends them."""
    keys: list[str] = []
    names: list[str] = [""]
    while index < len(tokens) and tokens[index].kind is not TokenKind.PAREN_R:
        token = tokens[index]
        named = index + 1 < len(tokens) and tokens[index + 1].kind is TokenKind.COLON
        if token.kind is TokenKind.DOLLAR and index + 2 < len(tokens) and tokens[index + 2].kind is TokenKind.COLON:
            return _end(tokens, index)  # the operation's own variables, with their types
        if token.kind is TokenKind.NAME and named:
            names[-1] = token.text
        elif token.kind in _OPEN:
            keys.append(names[-1])
            names.append("")
        elif token.kind in _CLOSE and keys:
            keys.pop()
            names.pop()
        elif token.kind in _VALUES:
            path = "/".join((field, *(key for key in (*keys, names[-1]) if key)))
            seen[path] = seen.get(path, 0) + 1
            label = path if seen[path] == 1 else f"{path}{MARK}{seen[path]}"
            number = token.kind in (TokenKind.INT, TokenKind.FLOAT)
            found.append(Argument(label, token.text, token.start, token.end, number))
        index += 1
    return index


def _end(tokens: list[_Token], index: int) -> int:
    while index < len(tokens) and tokens[index].kind is not TokenKind.PAREN_R:
        index += 1
    return index


def _tokens(text: str) -> list[_Token]:
    return list(_lexed(text)) if is_query(text) else []


def _lexed(text: str) -> Iterator[_Token]:
    lexer = Lexer(Source(text))
    for _ in range(MAX_TOKENS):
        try:
            token = lexer.advance()
        except GraphQLError:
            return
        if token.kind is TokenKind.EOF:
            return
        yield _Token(token.kind, token.value or "", token.start, token.end)
