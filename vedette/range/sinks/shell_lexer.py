"""Tokens of the shell: operators, newlines and words with their quoting and expansions.

    token       = operator / newline / word
    operator    = "&&" "||" ";;" ">>" "<&" ">&" ">|" "&" "|" ";" "<" ">" "(" ")"
    word        = 1*( literal / "\\" any / "'" *any-but-quote "'" / DQUOTE *dq DQUOTE / dollar / backquoted )
    dq          = literal / "\\" ( "$" / "`" / DQUOTE / "\\" / newline ) / dollar / backquoted
    dollar      = "$" name / "$" digit / "$" ( "@" "*" "#" "?" "-" "$" "!" )
                / "${" [ "#" ] parameter [ operator word ] "}" / "$(" list ")" / "$((" arithmetic "))"
    backquoted  = "`" list "`"            (a backslash before "$", "`" or "\\" is taken away first)
    comment     = "#" *any-but-newline    (where a token may begin)

A "$" that starts none of these is itself. A backslash before a newline joins the lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vedette.range.sinks.shell_tree import (
    Arithmetic,
    Node,
    Parameter,
    Part,
    ShellSyntaxError,
    Substitution,
    Text,
    Word,
)

OPERATORS = ("&&", "||", ";;", ">>", "<&", ">&", ">|", "&", "|", ";", "<", ">", "(", ")")
_BREAKS = " \t\n&|;<>()"
_DEPTH_MAX = 60
_SPECIAL = "@*#?-$!"
_NAME_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NAME = _NAME_START | frozenset("0123456789")
_PARAMETER_OPERATORS = (":-", ":=", ":+", ":?", "##", "%%", "-", "=", "+", "?", "#", "%")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is "word", "number" (before a redirection), "newline", "end" or the operator itself."""

    kind: str
    line: int
    word: Word = ()

    @property
    def bare(self) -> str:
        """The text of a word without any quoting or expansion, else empty."""
        if self.kind == "word" and len(self.word) == 1 and isinstance(self.word[0], Text) and not self.word[0].quoted:
            return self.word[0].value
        return ""

    def shown(self) -> str:
        """The way a syntax error names this token."""
        if self.kind in ("word", "newline"):
            return self.kind
        if self.kind == "end":
            return "end of file"
        return "redirection" if self.kind[0] in "<>" or self.kind == "number" else f'"{self.kind}"'


class Lexer:
    """Cuts a text into tokens on demand; `parse_nested` reads the list inside `$(` with the same lexer."""

    def __init__(
        self, text: str, parse_nested: Callable[[Lexer], Node], parse_text: Callable[[str, int], Node]
    ) -> None:
        self.text = text
        self.position = 0
        self.line = 1
        self.depth = 0
        self._parse_nested = parse_nested
        self._parse_text = parse_text

    def next(self) -> Token:
        """Return the next token."""
        self._skip_blanks()
        line = self.line
        here = self._peek()
        if not here:
            return Token("end", line)
        if here == "\n":
            self._take()
            return Token("newline", line)
        for operator in OPERATORS:
            if self.text.startswith(operator, self.position):
                self.position += len(operator)
                return Token(operator, line)
        word = tuple(self._word())
        token = Token("word", line, word)
        if token.bare.isdigit() and len(token.bare) == 1 and self._peek() in ("<", ">"):
            return Token("number", line, word)
        return token

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def _take(self) -> str:
        here = self._peek()
        self.position += 1
        if here == "\n":
            self.line += 1
        return here

    def _skip_blanks(self) -> None:
        while True:
            if self.text.startswith("\\\n", self.position):
                self._take()
                self._take()
            elif self._peek() in (" ", "\t"):
                self._take()
            elif self._peek() == "#":
                while self._peek() not in ("", "\n"):
                    self._take()
            else:
                return

    def _word(self, end: str = _BREAKS) -> list[Part]:
        parts: list[Part] = []
        while (here := self._peek()) and here not in end:
            self._take()
            if here == "\\":
                self._escaped(parts)
            elif here == "'":
                _add(parts, self._single(), quoted=True)
            elif here == '"':
                self._double(parts)
            elif here == "$":
                parts.append(self._dollar(quoted=False))
            elif here == "`":
                parts.append(self._backquoted(quoted=False))
            else:
                _add(parts, here, quoted=False)
        return parts

    def _escaped(self, parts: list[Part]) -> None:
        after = self._take()
        if after == "":
            _add(parts, "\\", quoted=True)
        elif after != "\n":
            _add(parts, after, quoted=True)

    def _single(self) -> str:
        taken = []
        while (here := self._take()) != "'":
            if not here:
                raise ShellSyntaxError(self.line, "Unterminated quoted string")
            taken.append(here)
        return "".join(taken)

    def _double(self, parts: list[Part]) -> None:
        # An empty pair of quotes still makes a field, so it leaves an empty quoted text.
        _add(parts, "", quoted=True)
        while (here := self._take()) != '"':
            if not here:
                raise ShellSyntaxError(self.line, "Unterminated quoted string")
            self._quoted_piece(here, parts, '$`"\\')

    def _quoted_piece(self, here: str, parts: list[Part], escapable: str) -> None:
        """Read one piece of a double-quoted text that began with `here`."""
        if here == "\\":
            after = self._take()
            if after and after in escapable:
                _add(parts, after, quoted=True)
            elif after != "\n":
                _add(parts, "\\" + after, quoted=True)
        elif here == "$":
            parts.append(self._dollar(quoted=True))
        elif here == "`":
            parts.append(self._backquoted(quoted=True))
        else:
            _add(parts, here, quoted=True)

    def enter(self) -> None:
        """Go one level deeper into nested text; raises ShellSyntaxError where it nests too deep."""
        self.depth += 1
        if self.depth > _DEPTH_MAX:
            raise ShellSyntaxError(self.line, "Out of space")

    def _dollar(self, *, quoted: bool) -> Part:
        self.enter()
        part = self._expansion(quoted=quoted)
        self.depth -= 1
        return part

    def _expansion(self, *, quoted: bool) -> Part:
        here = self._peek()
        if here == "(":
            self._take()
            if self._peek() == "(":
                self._take()
                return Arithmetic(self._arithmetic(), quoted)
            return Substitution(self._parse_nested(self), quoted)
        if here == "{":
            self._take()
            return self._braced(quoted=quoted)
        if here and (here in _SPECIAL or here.isdecimal()):
            return Parameter(self._take(), quoted=quoted)
        if here in _NAME_START:
            return Parameter(self._name(), quoted=quoted)
        return Text("$", quoted)

    def _name(self) -> str:
        start = self.position
        while self._peek() in _NAME:
            self._take()
        return self.text[start : self.position]

    def _arithmetic(self) -> Word:
        parts: list[Part] = []
        depth = 0
        while True:
            here = self._take()
            if not here:
                raise ShellSyntaxError(self.line, "Missing '))'")
            if here == ")" and depth == 0:
                if self._peek() == ")":
                    self._take()
                    return tuple(parts)
                raise ShellSyntaxError(self.line, "Missing '))'")
            depth += (here == "(") - (here == ")")
            if here != '"':
                self._quoted_piece(here, parts, "$`\\")

    def _braced(self, *, quoted: bool) -> Part:
        length = self._peek() == "#" and self.text[self.position + 1 : self.position + 2] not in ("}", "")
        if length:
            self._take()
        here = self._peek()
        name = self._name() or (self._take() if here and (here in _SPECIAL or here.isdecimal()) else "")
        operator = "length" if length else ""
        if not length:
            found = next((op for op in _PARAMETER_OPERATORS if self.text.startswith(op, self.position)), "")
            self.position += len(found)
            operator = found
        argument = self._until_brace(quoted=quoted)
        if not name or (argument and operator in ("", "length")):
            operator = "bad"
        return Parameter(name, operator, argument, quoted)

    def _until_brace(self, *, quoted: bool) -> Word:
        if quoted:
            parts: list[Part] = []
            while (here := self._take()) != "}":
                if not here:
                    raise ShellSyntaxError(self.line, "Missing '}'")
                # Quotes within the quotes only switch them off and on again, which changes nothing here.
                if here != '"':
                    self._quoted_piece(here, parts, '$`"\\}')
            return tuple(parts)
        inner = tuple(self._word("}"))
        if not self._take():
            raise ShellSyntaxError(self.line, "Missing '}'")
        return inner

    def _backquoted(self, *, quoted: bool) -> Part:
        line = self.line
        taken: list[str] = []
        while (here := self._take()) != "`":
            if not here:
                raise ShellSyntaxError(self.line, "EOF in backquote substitution")
            if here == "\\" and self._peek() and self._peek() in ('$`\\"' if quoted else "$`\\"):
                here = self._take()
            taken.append(here)
        return Substitution(self._parse_text("".join(taken), line), quoted)


def _add(parts: list[Part], text: str, *, quoted: bool) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, Text) and last.quoted == quoted:
        parts[-1] = Text(last.value + text, quoted)
    else:
        parts.append(Text(text, quoted))
