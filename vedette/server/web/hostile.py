"""Text that a scanned site wrote, made harmless: escaped, and nothing in it hides or turns its neighbours round."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

HIDING = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories without a shape of their own: controls, direction marks, zero width, unpaired surrogates."""
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u2800")
"""Characters of other categories that are drawn as nothing."""
CONTROLS = re.findall(
    r"\w+",
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US",
)
Piece = tuple[str, bool]


def line(text: str) -> SafeString:
    """The text in one line."""
    return _shown(text, "")


def marked(text: str, marks: tuple[str, ...]) -> SafeString:
    """The text with its line breaks and tabs, every occurrence of a mark in `<mark>`."""
    return format_html_join("", "{}", ((_piece(part),) for part in pieces(text, marks)))


def marked_lines(text: str, marks: tuple[str, ...]) -> list[SafeString]:
    """The same line by line; a mark that spans lines is closed and opened again."""
    lines: list[list[Piece]] = [[]]
    for chunk, is_mark in pieces(text.replace("\r\n", "\n"), tuple(mark.replace("\r\n", "\n") for mark in marks)):
        first, *others = chunk.split("\n")
        lines[-1].append((first, is_mark))
        lines.extend([(other, is_mark)] for other in others)
    return [format_html_join("", "{}", ((_piece(part),) for part in parts if part[0])) for parts in lines]


def pieces(text: str, marks: tuple[str, ...]) -> Iterator[Piece]:
    """The text cut at its marks; where two could start, the longer wins."""
    wanted = sorted({mark for mark in marks if mark}, key=lambda mark: (-len(mark), mark))
    if not wanted:
        yield text, False
        return
    cut = re.split("(" + "|".join(re.escape(mark) for mark in wanted) + ")", text)
    for index, chunk in enumerate(cut):
        if chunk:
            yield chunk, index % 2 == 1


def _piece(part: Piece) -> SafeString:
    shown = _shown(part[0], "\n\t")
    return format_html("<mark>{}</mark>", shown) if part[1] else shown


def _shown(text: str, kept: str) -> SafeString:
    if text.isprintable() and FILLERS.isdisjoint(text):
        return escape(text)
    return format_html_join("", "{}", ((run,) for run in _runs(text, kept)))


def _runs(text: str, kept: str) -> Iterator[str]:
    """Stretches of plain text, and between them each hidden character as a sign."""
    start = 0
    for index, char in enumerate(text):
        if char in kept or not hides(char):
            continue
        yield text[start:index]
        yield _sign(char)
        start = index + 1
    yield text[start:]


def hides(char: str) -> bool:
    """Whether a character would not be seen, or would steer how others are seen."""
    if char.isascii():
        return char < " " or char == "\x7f"
    return unicodedata.category(char) in HIDING or char in FILLERS


def _sign(char: str) -> SafeString:
    code = ord(char)
    drawn = CONTROLS[code] if code < len(CONTROLS) else f"U+{code:04X}"
    name = unicodedata.name(char, "").lower() or f"character {code:04X}"
    return format_html('<span class="hidden-char" title="{}">{}</span>', name, drawn)
