"""A list of tokens being read, shared by the dialects whose expressions are read by descent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_TOKENS_MAX = 400
_DEPTH_MAX = 25


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is the group of the dialect's pattern that matched; "end" closes every list."""

    kind: str
    text: str
    position: int


def cut(pattern: re.Pattern[str], text: str, start: int, wrong: Callable[[int], Exception]) -> list[Token]:
    """Cut a text into tokens by a pattern of named groups; unnamed matches (blanks) are skipped.

    Raises what `wrong` makes of the place of a character that begins no token.
    """
    found: list[Token] = []
    position = start
    while position < len(text):
        match = pattern.match(text, position)
        if match is None or match.end() == position:
            raise wrong(position)
        if match.lastgroup:
            found.append(Token(match.lastgroup, match[match.lastgroup], position))
        position = match.end()
    bounded(found, wrong)
    return [*found, Token("end", "", len(text))]


def bounded(tokens: list[Token], wrong: Callable[[int], Exception]) -> None:
    """Raise what `wrong` makes of the place where an expression grows too long or its brackets nest too deep.

    Expressions are read and evaluated by recursion, so that both limits keep well inside Python's own.
    """
    depth = 0
    for place, token in enumerate(tokens):
        if token.kind == "sign":
            depth += token.text in "([{"
            depth -= token.text in ")]}"
        if place >= _TOKENS_MAX or depth > _DEPTH_MAX:
            raise wrong(token.position)


class TokenReader:
    """Reads tokens one by one; the closing "end" can be looked at for ever."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return a token without taking it."""
        return self._tokens[min(self._place + ahead, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Return the next token and go past it."""
        token = self.peek()
        self._place += 1
        return token

    def at(self, *texts: str) -> bool:
        """Tell whether the next token is one of these signs or words; a quoted text never is."""
        token = self.peek()
        return token.kind not in ("text", "end") and token.text in texts

    def accept(self, *texts: str) -> bool:
        """Take the next token if it is one of these signs or words."""
        found = self.at(*texts)
        self._place += found
        return found
