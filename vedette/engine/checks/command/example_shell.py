"""A very small shell for the examples of this folder: quoting, expansions, lists and pipes over a few commands.

It computes what a POSIX shell would print and how long it would take, and runs nothing.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field

_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Mod: operator.mod,
}
_SEPARATOR = re.compile(r"&&|\|\||[;|&\n]")
_FORMAT = re.compile(r"%[sxo]")


class ShellError(ValueError):
    """What a shell would refuse as a syntax error."""


@dataclass(slots=True)
class Shell:
    """One run of a command line: `output` is its standard output, `seconds` what it took on a virtual clock."""

    seconds: float = 0.0
    output: str = ""
    _ok: bool = field(default=True)

    def run(self, line: str) -> Shell:
        """Runs a command line; raises ShellError where a shell would."""
        steps = _steps(line)
        for index, (before, raw) in enumerate(steps):
            if (before == "&&" and not self._ok) or (before == "||" and self._ok):
                continue
            piped_on = index + 1 < len(steps) and steps[index + 1][0] == "|"
            text = self._command(self._words(raw))
            self.output += "" if piped_on else text
        return self

    def _command(self, words: list[str]) -> str:
        self._ok = True
        if not words:
            return ""
        name, arguments = words[0], words[1:]
        if name == "echo":
            return " ".join(arguments) + "\n"
        if name == "ping":
            return f"PING {arguments[-1] if arguments else ''}\n"
        if name == "printf" and arguments:
            values = iter(arguments[1:])
            return _FORMAT.sub(lambda match: _formatted(match.group(), next(values, "")), arguments[0])
        if name == "sleep" and arguments and re.fullmatch(r"\d+(\.\d+)?", arguments[0]):
            self.seconds += float(arguments[0])
            return ""
        self._ok = False
        return ""

    def _words(self, raw: str) -> list[str]:
        """Expands and splits one simple command. `\\0` marks a place to split, `\\1` a quoted part."""
        marked = ""
        index = 0
        while index < len(raw):
            end = _skip(raw, index)
            piece = raw[index:end]
            if piece[0] == "'":
                marked += "\1" + piece[1:-1]
            elif piece[0] == '"':
                marked += "\1" + self._quoted(piece[1:-1])
            elif piece[0] == "\\":
                marked += piece[1:]
            else:
                marked += re.sub(r"[ \t]", "\0", self._expanded(piece))
            index = end
        return [word.replace("\1", "") for word in marked.split("\0") if word]

    def _quoted(self, text: str) -> str:
        out = ""
        index = 0
        while index < len(text):
            end = _skip(text, index) if text[index] in "$`\\" else index + 1
            out += self._expanded(text[index:end])
            index = end
        return out

    def _expanded(self, piece: str) -> str:
        if piece[0] == "\\":
            return piece[1:]
        if piece in ("${IFS}", "$IFS"):
            return " "
        if piece.startswith("$(("):
            return str(calculate(piece[3:-2]))
        if piece[0] == "`" or piece.startswith("$("):
            inner = Shell().run(piece[1:-1] if piece[0] == "`" else piece[2:-1])
            self.seconds += inner.seconds
            return inner.output.rstrip("\n").replace("\n", " ")
        return piece


def calculate(text: str) -> int:
    """The value of an expression of integers, `+`, `-`, `*`, `%` and brackets; raises ShellError for anything else."""

    def value(node: ast.expr) -> int:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](value(node.left), value(node.right))
        raise ShellError(text)

    try:
        return value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ZeroDivisionError) as error:
        raise ShellError(text) from error


def _formatted(conversion: str, value: str) -> str:
    return value if conversion == "%s" else format(int(value), conversion[1]) if value.isdigit() else "0"


def _steps(line: str) -> list[tuple[str, str]]:
    """The simple commands of a line, each with the separator before it."""
    steps = []
    before, start, index = "", 0, 0
    while index < len(line):
        separator = _SEPARATOR.match(line, index)
        if separator:
            steps.append((before, line[start:index]))
            before, start, index = separator.group(), separator.end(), separator.end()
        else:
            index = _skip(line, index)
    return [*steps, (before, line[start:])]


def _skip(text: str, index: int) -> int:
    """The end of the quoted, escaped or expanded piece, or of the character, that begins at `index`."""
    char = text[index]
    try:
        if char == "\\":
            return index + 2
        if char in "'`":
            return text.index(char, index + 1) + 1
        if text.startswith("${", index):
            return text.index("}", index) + 1
        if char == "(" or text.startswith("$(", index):
            place = index + 1 + (char == "$")
            while text[place] != ")":
                place = _skip(text, place)
            return place + 1
        if char == '"':
            place = index + 1
            while text[place] != '"':
                place = _skip(text, place) if text[place] in "$`\\" else place + 1
            return place + 1
    except (IndexError, ValueError) as error:
        raise ShellError(text) from error
    return index + 4 if text.startswith("$IFS", index) else index + 1
