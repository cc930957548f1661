"""The conditions of `test` and `[`.

or      = and *( "-o" and )
and     = not *( "-a" not )
not     = "!" not / "(" or ")" / operand binary operand / unary operand / operand
binary  = "=" / "!=" / "-eq" / "-ne" / "-lt" / "-le" / "-gt" / "-ge"
unary   = "-n" / "-z" / "-e" / "-f" / "-d" / "-r" / "-w" / "-x" / "-s" / "-t"
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vedette.range.sinks.files import VirtualFiles

_INTEGER: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
_TEXT: dict[str, Callable[[str, str], bool]] = {"=": lambda a, b: a == b, "!=": lambda a, b: a != b}
_BINARY = frozenset((*_INTEGER, *_TEXT))
_UNARY = frozenset(("-n", "-z", "-e", "-f", "-d", "-r", "-w", "-x", "-s", "-t"))


def evaluate_test(words: list[str], files: VirtualFiles, cwd: str) -> bool:
    """Tell whether the condition holds; raises ValueError with the shell's message for one it cannot read."""
    if not words:
        return False
    condition = _Condition(words, files, cwd)
    held = condition.any_of()
    if condition.words:
        raise ValueError(f"{condition.words[0]}: unexpected operator")
    return held


class _Condition:
    """A condition being read; `words` is what is left."""

    def __init__(self, words: list[str], files: VirtualFiles, cwd: str) -> None:
        self.words = list(words)
        self._files = files
        self._cwd = cwd

    def any_of(self) -> bool:
        held = self._all_of()
        while self.words[:1] == ["-o"]:
            del self.words[0]
            held = self._all_of() or held
        return held

    def _all_of(self) -> bool:
        held = self._not()
        while self.words[:1] == ["-a"]:
            del self.words[0]
            held = self._not() and held
        return held

    def _not(self) -> bool:
        if not self.words:
            raise ValueError("argument expected")
        if len(self.words) >= 3 and self.words[1] in _BINARY:
            left, operator, right = self.words[:3]
            del self.words[:3]
            return _TEXT[operator](left, right) if operator in _TEXT else _INTEGER[operator](_int(left), _int(right))
        word = self.words.pop(0)
        if word == "!" and self.words:
            return not self._not()
        if word == "(" and self.words:
            held = self.any_of()
            if self.words[:1] != [")"]:
                raise ValueError("closing paren expected")
            del self.words[0]
            return held
        if word in _UNARY and self.words:
            return self._unary(word, self.words.pop(0))
        return bool(word)

    def _unary(self, operator: str, operand: str) -> bool:
        if operator in ("-n", "-z"):
            return bool(operand) == (operator == "-n")
        if operator == "-t" or not self._files.exists(operand, self._cwd):
            return False
        if operator == "-d":
            return self._files.is_dir(operand, self._cwd)
        if operator == "-f":
            return not self._files.is_dir(operand, self._cwd)
        if operator == "-x":
            return self._files.is_dir(operand, self._cwd) or "bin/" in operand
        return operator == "-e" or self._readable(operand, operator)

    def _readable(self, path: str, operator: str) -> bool:
        if self._files.is_dir(path, self._cwd):
            return operator != "-w"
        try:
            text = self._files.read(path, self._cwd)
            if operator == "-w":
                self._files.write(path, "", self._cwd, append=True)
        except OSError:
            return False
        return operator != "-s" or bool(text)


def _int(text: str) -> int:
    if not re.fullmatch(r"\s*[-+]?[0-9]+\s*", text):
        raise ValueError(f"Illegal number: {text}")
    return int(text)
