"""Whether a script can run at all: strings and comments closed, brackets paired, no statement inside an expression."""

from __future__ import annotations

import re

_PART = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<comment>//[^\n\r]*|/\*.*?\*/|<!--[^\n\r]*)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<word>[\w$]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(?P<end>`|\$\{)", re.DOTALL)
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^")
_WORDS_BEFORE_REGEX = frozenset(("return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw"))
TEMPLATE = "`"
LOOP = "for("


class _Reader:
    """Walks over a script once. `open` holds the brackets that wait for their partner, outermost first."""

    def __init__(self, script: str) -> None:
        self.script = script
        self.at = 0
        self.last = ""
        self.open: list[str] = []
        self.sound = True

    def run(self) -> bool:
        """Whether the whole script was sound."""
        while self.at < len(self.script) and self.sound:
            self._step()
        return self.sound and not self.open

    def _step(self) -> None:
        if self.script[self.at] == "/" and self._expects_value():
            regex = _REGEX.match(self.script, self.at)
            if regex:
                self.at, self.last = regex.end(), "/x/"
                return
        match = _PART.match(self.script, self.at)
        if match is None:
            self.sound = False
            return
        self.at = match.end()
        kind = match.lastgroup
        if kind in ("space", "comment"):
            return
        text = match.group()
        if kind == "other":
            self._mark(text)
        self.last = text

    def _expects_value(self) -> bool:
        return not self.last or self.last[-1] in _BEFORE_REGEX or self.last in _WORDS_BEFORE_REGEX

    def _mark(self, char: str) -> None:
        if char in "\"'":
            self.sound = False
        elif char == TEMPLATE:
            self._template()
        elif char in "([{":
            self.open.append(LOOP if char == "(" and self.last == "for" else char)
        elif char in _PAIRS:
            self._close(char)
        elif char == ";" and self.open and self.open[-1] in ("(", "["):
            self.sound = False

    def _close(self, char: str) -> None:
        opened = self.open.pop() if self.open else ""
        if char == "}" and opened == TEMPLATE:
            self._template()
        elif opened != _PAIRS[char] and not (char == ")" and opened == LOOP):
            self.sound = False

    def _template(self) -> None:
        """The literal part of a template string up to its end or to the next `${`."""
        match = _TEMPLATE.match(self.script, self.at)
        if match is None:
            self.sound = False
            return
        self.at = match.end()
        if match["end"] != TEMPLATE:
            self.open.append(TEMPLATE)


def well_formed(script: str) -> bool:
    """Whether a browser would probably run the script.

    Not a parser: it sees what a break-out usually breaks (an open string, an unpaired bracket, a semicolon within
    round brackets), not every mistake.
    """
    return _Reader(script).run()
