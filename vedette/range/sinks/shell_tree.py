"""The syntax tree of the shell: what the parser builds and the shell walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


class ShellSyntaxError(Exception):
    """A text that is no shell program; `line` is where it was noticed."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Text:
    """Literal characters; quoted ones are never split, never expanded."""

    value: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name` or `${name op argument}`; an empty operator is plain, "#" at the front asks for the length."""

    name: str
    operator: str = ""
    argument: Word = ()
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(...)` or backticks: what a list of commands prints."""

    body: Node
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`$((...))`; the expression is itself expanded before it is computed."""

    expression: Word
    quoted: bool = False


Part: TypeAlias = "Text | Parameter | Substitution | Arithmetic"
Word: TypeAlias = "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirection: descriptor, operator (`<`, `>`, `>>`, `<&`, `>&`) and target."""

    descriptor: int
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """Assignments, words and redirections: one command."""

    line: int
    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands whose outputs feed the next; negated by a leading `!`."""

    members: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class AndOr:
    """`left && right` or `left || right`."""

    left: Node
    operator: str
    right: Node


@dataclass(frozen=True, slots=True)
class Sequence:
    """Commands one after the other; each with True where it runs in the background."""

    items: tuple[tuple[Node, bool], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`( ... )` where `subshell` is True, else `{ ... ; }`."""

    body: Node
    subshell: bool
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class If:
    """Condition and body of each branch, and the body of `else`."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class While:
    """`while` (or `until`, where `inverted`) a condition holds, run the body."""

    condition: Node
    body: Node
    inverted: bool
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class For:
    """Run the body with the variable set to each of the words."""

    variable: str
    words: tuple[Word, ...]
    body: Node
    redirects: tuple[Redirect, ...]


Node: TypeAlias = "Simple | Pipeline | AndOr | Sequence | Group | If | While | For"
