"""Where a token comes back in an answer, in which context, and which characters beside it came back unchanged."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from vedette.contract.exchange import Exchange, Response
from vedette.engine.attack.html_context import context_of, pieces
from vedette.engine.attack.probe import Reflection
from vedette.engine.parse.page import HTML_TYPES

CONTEXTS = (
    "text",
    "attribute-double",
    "attribute-single",
    "attribute-unquoted",
    "url-attribute",
    "event-attribute",
    "style-attribute",
    "comment",
    "script-code",
    "script-string-double",
    "script-string-single",
    "script-string-template",
    "script-comment",
    "style",
    "title",
    "noscript",
    "inert",
    "tag-name",
    "attribute-name",
    "json",
    "plain",
)
"""Contexts of a body; those of headers are `header:` and the name in lower case. `title` is the text of a title or
textarea, `noscript` that of elements which browsers skip, `inert` a template's or a data script's."""

METACHARS = "'\"<>`(){};=/\\"
"""The characters whose survival matters somewhere, in the order in which they are sent."""

MAX_REFLECTIONS = 24
MAX_ESCAPE = 12
"""Characters that one escaped character may become."""

_ESCAPE = re.compile(
    r"&(?:amp;)?(?:#\d+|#x[0-9a-f]+|[a-z]+);|%(?:25)?[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}", re.IGNORECASE
)


def find(exchange: Exchange, token: str, chars: str) -> tuple[Reflection, ...]:
    """The places where `token` comes back, equal ones once.

    What was sent is the token, then `chars`, then the token again; `survived` holds those of `chars` that came back
    between the two as they were. Without the second token nobody can tell what is ours, and nothing survived. In the
    detail stand tag, attribute and quote (`a href double`), a raw element's name, or the type of a data script.
    """
    response = exchange.response
    if response is None or not token:
        return ()
    found: dict[tuple[str, str], Reflection] = {}
    for context, detail, survived in [*_in_headers(response, token, chars), *_in_body(response, token, chars)]:
        old = found.get((context, detail))
        if old is None or len(survived) > len(old.survived):
            found[context, detail] = Reflection(context, survived, detail)
    return tuple(found.values())[:MAX_REFLECTIONS]


def looks_like_html(response: Response) -> bool:
    """Whether a browser would parse the body as HTML: by its type, or by its first characters without one."""
    if response.content_type:
        return response.content_type in HTML_TYPES
    return re.match(r"\s*<(?:!doctype|html|head|body|[a-z])", response.text[:512], re.IGNORECASE) is not None


Found = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class _Echo:
    """The token at `start`, what came back of the characters after it, and where that ends."""

    start: int
    ours: int
    end: int
    survived: str


def _in_headers(response: Response, token: str, chars: str) -> Found:
    found: Found = []
    for name, value in response.headers:
        found += [(f"header:{name.lower()}", "", echo.survived) for echo in _echoes(value, token, chars)]
    return found


def _in_body(response: Response, token: str, chars: str) -> Found:
    text = response.text
    echoes = _echoes(text, token, chars)
    if not echoes:
        return []
    if not looks_like_html(response):
        kind = "json" if response.content_type.endswith(("json", "javascript")) else "plain"
        return [(kind, "", echo.survived) for echo in echoes]
    places: list[int] = []
    kept: list[str] = []
    length = last = 0
    for echo in echoes:
        # What came back raw would itself change the contexts after it; they are read from the text without it.
        places.append(length + echo.start - last)
        kept.append(text[last : echo.ours])
        length += echo.ours - last
        last = echo.end
    document = "".join((*kept, text[last:]))
    parsed = list(pieces(document, places))
    starts = [piece.start for piece in parsed]
    found: Found = []
    for offset, echo in zip(places, echoes, strict=True):
        piece = parsed[max(0, bisect_right(starts, offset) - 1)]
        found.append((*context_of(piece, document, offset), echo.survived))
    return found


def _echoes(text: str, token: str, chars: str) -> list[_Echo]:
    spans = _spans(text, token)
    reach = MAX_ESCAPE * len(chars)
    echoes = []
    at = 0
    while at < len(spans):
        start, ours = spans[at]
        closing = spans[at + 1] if chars and at + 1 < len(spans) and spans[at + 1][0] - ours <= reach else None
        if closing is None:
            echoes.append(_Echo(start, ours, ours, ""))
        else:
            echoes.append(_Echo(start, ours, closing[1], _survivors(text[ours : closing[0]], chars)))
            at += 1
        at += 1
    return echoes


def _spans(text: str, token: str) -> list[tuple[int, int]]:
    low, wanted = text.lower(), token.lower()
    if wanted not in low:
        return []
    if len(low) != len(text):  # a few letters become longer in lower case
        return [match.span() for match in re.finditer(re.escape(token), text, re.IGNORECASE)]
    spans = []
    at = low.find(wanted)
    while at >= 0:
        spans.append((at, at + len(wanted)))
        at = low.find(wanted, at + len(wanted))
    return spans


def _survivors(text: str, chars: str) -> str:
    """Which of the characters stand in the text unchanged, in their order. Escaped ones are passed over."""
    survived = []
    at = 0
    for char in chars:
        escape = _ESCAPE.match(text, at)
        if escape is not None:
            at = escape.end()
        elif text.startswith("\\" + char, at):
            # A backslash before it takes its meaning away; a doubled backslash is an escaped one.
            at += 2
        elif text.startswith(char, at):
            survived.append(char)
            at += 1
    return "".join(survived)
