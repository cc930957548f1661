"""The grammar of the shell, read by descent.

    program    = *( list ( newline / end ) )
    list       = and-or *( ( ";" / "&" ) and-or ) [ ";" / "&" ]
    and-or     = pipeline *( ( "&&" / "||" ) *newline pipeline )
    pipeline   = [ "!" ] command *( "|" *newline command )
    command    = simple / ( compound *redirect )
    compound   = "(" lines ")" / "{" lines "}"
               / "if" lines "then" lines *( "elif" lines "then" lines ) [ "else" lines ] "fi"
               / ( "while" / "until" ) lines "do" lines "done"
               / "for" name [ "in" *word ] ( ";" / newline ) "do" lines "done"
    simple     = 1*( assignment / word / redirect )      (assignments come before the first word)
    redirect   = [ digit ] ( "<" / ">" / ">>" / ">|" / "<&" / ">&" ) word
    lines      = *newline list *( newline *newline list )

Left out: `case`, functions and here-documents; their words are ordinary words or syntax errors. As in dash a program
is read line by line: a line that is no program fails after the lines before it have run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vedette.range.sinks.shell_lexer import Lexer, Token
from vedette.range.sinks.shell_tree import (
    AndOr,
    For,
    Group,
    If,
    Node,
    Pipeline,
    Redirect,
    Sequence,
    ShellSyntaxError,
    Simple,
    Text,
    While,
    Word,
)

_REDIRECTS = {"<": 0, "<&": 0, ">": 1, ">>": 1, ">|": 1, ">&": 1}
_CLOSING = frozenset(("then", "else", "elif", "fi", "do", "done", "}"))
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")


def read_program(text: str, line: int = 1, depth: int = 0) -> Iterator[Sequence]:
    """Yield the lists of a program one by one; raises ShellSyntaxError at the one that cannot be read."""
    parser = _Parser(_lexer(text, depth, line))
    while (parsed := parser.top_level()) is not None:
        yield parsed


def _lexer(text: str, depth: int, line: int) -> Lexer:
    def nested(lexer: Lexer) -> Node:
        parser = _Parser(lexer)
        body = parser.lines(allow_empty=True)
        parser.expect(")")
        return body

    def from_text(inner: str, inner_line: int) -> Node:
        return Sequence(tuple(item for part in read_program(inner, inner_line, lexer.depth) for item in part.items))

    lexer = Lexer(text, nested, from_text)
    lexer.line = line
    lexer.depth = depth
    return lexer


class _Parser:
    """Reads lists from a lexer; holds at most one token ahead."""

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer
        self._ahead: Token | None = None

    def peek(self) -> Token:
        if self._ahead is None:
            self._ahead = self._lexer.next()
        return self._ahead

    def take(self) -> Token:
        token = self.peek()
        self._ahead = None
        return token

    def unexpected(self, token: Token, wanted: str = "") -> ShellSyntaxError:
        shown = f'"{token.bare}"' if token.bare in _CLOSING else token.shown()
        return ShellSyntaxError(
            self._lexer.line, f"{shown} unexpected" + (f' (expecting "{wanted}")' if wanted else "")
        )

    def expect(self, wanted: str) -> None:
        token = self.take()
        if wanted not in (token.kind, token.bare):
            raise self.unexpected(token, wanted)

    def top_level(self) -> Sequence | None:
        while self.peek().kind == "newline":
            self.take()
        if self.peek().kind == "end":
            return None
        parsed = self._list(stop_at_newline=True)
        if self.peek().kind not in ("newline", "end"):
            raise self.unexpected(self.peek())
        return parsed

    def lines(self, *, allow_empty: bool = False) -> Sequence:
        """Read the lists up to a closing word or parenthesis, which stays to be read."""
        self._skip_newlines()
        if allow_empty and (self._at_close() or self.peek().kind == "end"):
            return Sequence(())
        items = list(self._list(stop_at_newline=False).items)
        while self.peek().kind == "newline":
            self._skip_newlines()
            if self._at_close() or self.peek().kind == "end":
                break
            items.extend(self._list(stop_at_newline=False).items)
        return Sequence(tuple(items))

    def _skip_newlines(self) -> None:
        while self.peek().kind == "newline":
            self.take()

    def _at_close(self) -> bool:
        return self.peek().kind == ")" or self.peek().bare in _CLOSING

    def _list(self, *, stop_at_newline: bool) -> Sequence:
        items: list[tuple[Node, bool]] = []
        while True:
            node = self._and_or()
            token = self.peek()
            items.append((node, token.kind == "&"))
            if token.kind not in (";", "&"):
                return Sequence(tuple(items))
            self.take()
            if not stop_at_newline:
                self._skip_newlines()
            if self.peek().kind in ("newline", "end") or self._at_close():
                return Sequence(tuple(items))

    def _and_or(self) -> Node:
        left = self._pipeline()
        while self.peek().kind in ("&&", "||"):
            operator = self.take().kind
            self._skip_newlines()
            left = AndOr(left, operator, self._pipeline())
        return left

    def _pipeline(self) -> Node:
        negated = self.peek().bare == "!"
        if negated:
            self.take()
        members = [self._command()]
        while self.peek().kind == "|":
            self.take()
            self._skip_newlines()
            members.append(self._command())
        return members[0] if len(members) == 1 and not negated else Pipeline(tuple(members), negated)

    def _command(self) -> Node:
        token = self.peek()
        self._lexer.enter()
        try:
            if token.kind == "(" or token.bare == "{":
                return self._group()
            if token.bare in ("if", "while", "until", "for"):
                return self._control(token.bare)
            if token.bare in _CLOSING or not (token.kind in ("word", "number") or token.kind in _REDIRECTS):
                raise self.unexpected(token)
            return self._simple()
        finally:
            self._lexer.depth -= 1

    def _group(self) -> Node:
        subshell = self.take().kind == "("
        body = self.lines()
        self.expect(")" if subshell else "}")
        return Group(body, subshell, self._redirects())

    def _control(self, word: str) -> Node:
        self.take()
        if word == "if":
            return self._if()
        if word == "for":
            return self._for()
        condition = self.lines()
        body = self._loop_body()
        return While(condition, body, word == "until", self._redirects())

    def _loop_body(self) -> Node:
        self.expect("do")
        body = self.lines()
        self.expect("done")
        return body

    def _if(self) -> Node:
        branches: list[tuple[Node, Node]] = []
        otherwise: Node | None = None
        while True:
            condition = self.lines()
            self.expect("then")
            branches.append((condition, self.lines()))
            if self.peek().bare != "elif":
                break
            self.take()
        if self.peek().bare == "else":
            self.take()
            otherwise = self.lines()
        self.expect("fi")
        return If(tuple(branches), otherwise, self._redirects())

    def _for(self) -> Node:
        name = self.take()
        if not _ASSIGNMENT.fullmatch(name.bare + "="):
            raise ShellSyntaxError(self._lexer.line, "Bad for loop variable")
        words: list[Word] = []
        self._skip_newlines()
        if self.peek().bare == "in":
            self.take()
            while self.peek().kind == "word":
                words.append(self.take().word)
        if self.peek().kind in (";", "newline"):
            self.take()
        self._skip_newlines()
        return For(name.bare, tuple(words), self._loop_body(), self._redirects())

    def _redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while self.peek().kind == "number" or self.peek().kind in _REDIRECTS:
            found.append(self._redirect())
        return tuple(found)

    def _redirect(self) -> Redirect:
        token = self.take()
        operator = self.take() if token.kind == "number" else token
        descriptor = int(_bare(token)) if token.kind == "number" else _REDIRECTS[operator.kind]
        target = self.take()
        if target.kind != "word":
            raise self.unexpected(target)
        if operator.kind in ("<&", ">&") and (len(_bare(target)) != 1 or _bare(target) not in "0123456789-"):
            raise ShellSyntaxError(self._lexer.line, "Bad fd number")
        return Redirect(descriptor, operator.kind, target.word)

    def _simple(self) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        line = self.peek().line
        while True:
            token = self.peek()
            if token.kind == "word":
                self.take()
                assignment = _split_assignment(token.word) if not words else None
                if assignment:
                    assignments.append(assignment)
                else:
                    words.append(token.word)
            elif token.kind == "number" or token.kind in _REDIRECTS:
                redirects.append(self._redirect())
            elif token.kind == "(" and len(words) == 1 and not assignments and not redirects:
                self.take()
                self.expect(")")
                raise ShellSyntaxError(self._lexer.line, "Bad function name")
            else:
                return Simple(line, tuple(assignments), tuple(words), tuple(redirects))


def _bare(token: Token) -> str:
    return "".join(part.value for part in token.word if isinstance(part, Text))


def _split_assignment(word: Word) -> tuple[str, Word] | None:
    first = word[0]
    if not isinstance(first, Text) or first.quoted:
        return None
    match = _ASSIGNMENT.match(first.value)
    if match is None:
        return None
    rest = first.value[match.end() :]
    return match[1], ((Text(rest), *word[1:]) if rest else word[1:])
