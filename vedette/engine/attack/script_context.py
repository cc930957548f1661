"""Where in a script a place lies: in code, in which kind of string, or in a comment."""

from __future__ import annotations

import re

_STEP = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<line>//[^\n\r\u2028\u2029]*|<!--[^\n\r]*)"
    r"|(?P<block>/\*.*?(?:\*/|\Z))"
    r"|(?P<double>\"(?:[^\"\\\n]|\\.)*(?:\"|\\?\Z|(?=\n)))"
    r"|(?P<single>'(?:[^'\\\n]|\\.)*(?:'|\\?\Z|(?=\n)))"
    r"|(?P<word>[\w$]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_TEMPLATE_PART = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{|\\?\Z)", re.DOTALL)
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^")
_WORDS_BEFORE_REGEX = frozenset(("return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw"))
_NAMES = {
    "line": "script-comment",
    "block": "script-comment",
    "double": "script-string-double",
    "single": "script-string-single",
}


def script_context(script: str, offset: int) -> str:
    """The context of the character at `offset`: `script-code`, `script-comment`, or `script-string-` with `double`,
    `single` or `template`."""
    at = 0
    last = ""
    braces: list[int] = []
    while at <= offset and at < len(script):
        if script[at] == "`":
            at, context = _template(script, at + 1, offset, braces)
        elif script[at] == "}" and braces and braces[-1] == 0:
            braces.pop()
            at, context = _template(script, at + 1, offset, braces)
        else:
            at, context, last = _step(script, at, last, braces)
        if at > offset:
            return context
        if context == "script-string-template":
            last = "`"
    return "script-code"


def _template(script: str, at: int, offset: int, braces: list[int]) -> tuple[int, str]:
    """One literal part of a template string; a `${` opens code whose depth of braces is counted."""
    match = _TEMPLATE_PART.match(script, at)
    end = match.end() if match else len(script)
    if script[at:end].endswith("${"):
        braces.append(0)
    return end, "script-string-template"


def _step(script: str, at: int, last: str, braces: list[int]) -> tuple[int, str, str]:
    """One token of code: its end, its context, and the token that decides whether a slash after it divides."""
    if script[at] == "/" and (not last or last[-1] in _BEFORE_REGEX or last in _WORDS_BEFORE_REGEX):
        regex = _REGEX.match(script, at)
        if regex:
            return regex.end(), "script-code", "/"
    match = _STEP.match(script, at)
    if match is None:
        return at + 1, "script-code", last
    kind = match.lastgroup or "other"
    text = match.group()
    if braces and text in ("{", "}"):
        braces[-1] += 1 if text == "{" else -1
    if kind in ("space", "line", "block"):
        return match.end(), _NAMES.get(kind, "script-code"), last
    return match.end(), _NAMES.get(kind, "script-code"), text
