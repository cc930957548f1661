"""Cuts an HTML document into the pieces that a browser's tokenizer sees, each with its context.

Follows the tokenizer of the HTML standard as far as contexts need it: tags, the three ways to write an attribute's
value, comments, and the elements whose content is raw text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vedette.engine.attack.script_context import script_context

_ATTRIBUTE = re.compile(
    r"[\s/]*(?P<name>[^\s/>=][^\s/>=]*|=[^\s/>=]*)"
    r"(?P<equals>\s*=\s*(?:\"(?P<double>[^\"]*)(?:\"|\Z)|'(?P<single>[^']*)(?:'|\Z)|(?P<unquoted>[^\s>\"'][^\s>]*)?))?"
)
_TAG = re.compile(
    rf"<(?P<close>/?)(?P<tag>[A-Za-z][^\s/>]*)(?:{re.sub('[?]P<[a-z]+>', '?:', _ATTRIBUTE.pattern)})*+[^>]*+>?"
)
_COMMENT_END = re.compile(r"--!?>|\Z")
_RAW = {
    tag: re.compile(rf"</{tag}(?=[\s/>])|\Z", re.IGNORECASE)
    for tag in ("script", "style", "title", "textarea", "noscript", "xmp", "iframe", "noembed", "noframes")
}
"""Elements whose content is raw text, and what ends it."""
_URL_ATTRIBUTES = frozenset(
    (
        "href",
        "src",
        "action",
        "formaction",
        "data",
        "poster",
        "background",
        "cite",
        "longdesc",
        "xlink:href",
        "manifest",
    )
)
_SCRIPT_TYPES = re.compile(
    r"(?:(?:text|application)/(?:x-)?(?:java|ecma|live|j)script(?:1\.\d)?|module)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of the document. `kind` is `text`, `comment`, `tag-name`, `attribute-name`, `value` or `raw`; `tag` and
    `attribute` name what it belongs to, `quote` is `double`, `single` or `unquoted`."""

    start: int
    end: int
    kind: str
    tag: str = ""
    attribute: str = ""
    quote: str = ""
    script_type: str = ""
    inert: bool = False


def pieces(document: str, wanted: Sequence[int] = ()) -> Iterator[Piece]:
    """The pieces in order; characters that belong to none are quotes, brackets and spaces in tags.

    With `wanted`, places in ascending order, only those of the tags and texts in which one of the places lies.
    """
    at = 0
    inert = 0
    last = wanted[-1] if wanted else len(document)
    while at < len(document) and at <= last:
        opening = document.find("<", at)
        end = opening if opening >= 0 else len(document)
        if end > at and _lies_in(wanted, at, end):
            yield Piece(at, end, "text", inert=inert > 0)
        if opening < 0:
            return
        match = _TAG.match(document, opening)
        if match is None:
            yield (piece := _markup(document, opening, inert=inert > 0))
            at = piece.end
            continue
        tag, at = match["tag"].lower(), match.end()
        if _lies_in(wanted, opening, at):
            yield Piece(match.start("tag"), match.end("tag"), "tag-name", tag)
            yield from _attributes(document, match.end("tag"), tag)
        if tag == "template":
            inert = max(0, inert + (-1 if match["close"] else 1))
        if tag in _RAW and not match["close"]:
            closing = _RAW[tag].search(document, at)
            end = closing.start() if closing else len(document)
            if _lies_in(wanted, at, end):
                yield Piece(at, end, "raw", tag, script_type=_type(document, match.end("tag"), tag))
            at = end


def _lies_in(wanted: Sequence[int], start: int, end: int) -> bool:
    if not wanted:
        return True
    index = bisect_left(wanted, start)
    return index < len(wanted) and wanted[index] < end


def context_of(piece: Piece, document: str, offset: int) -> tuple[str, str]:
    """The context of a place in a piece, as in `reflection.CONTEXTS`, and a detail: tag, attribute and quote."""
    if piece.kind == "value":
        return _value_context(piece, document, offset), f"{piece.tag} {piece.attribute} {piece.quote}"
    if piece.kind == "raw":
        return _raw_context(piece, document, offset), piece.script_type or piece.tag
    if piece.kind == "text":
        return ("inert" if piece.inert else "text"), ""
    return piece.kind, piece.tag


def _value_context(piece: Piece, document: str, offset: int) -> str:
    name = piece.attribute
    if name.startswith("on") and len(name) > 4:
        return "event-attribute"
    if name == "style":
        return "style-attribute"
    if name in _URL_ATTRIBUTES and not document[piece.start : offset].strip():
        return "url-attribute"
    return f"attribute-{piece.quote}"


def _raw_context(piece: Piece, document: str, offset: int) -> str:
    if piece.tag == "script":
        if not _SCRIPT_TYPES.fullmatch(piece.script_type):
            return "inert"
        return script_context(document[piece.start : piece.end], offset - piece.start)
    if piece.tag in ("title", "textarea"):
        return "title"
    return "style" if piece.tag == "style" else "noscript"


def _markup(document: str, at: int, *, inert: bool) -> Piece:
    """What follows a `<` that opens no tag: a comment, a bogus comment, or text."""
    if document.startswith("<!--", at):
        match = _COMMENT_END.search(document, at + 4)
        return Piece(at, match.end() if match else len(document), "comment")
    if document.startswith(("<!", "<?", "</"), at):
        end = document.find(">", at)
        return Piece(at, end + 1 if end >= 0 else len(document), "comment")
    return Piece(at, at + 1, "text", inert=inert)


def _attributes(document: str, at: int, tag: str) -> Iterator[Piece]:
    """The names and values up to the tag's end."""
    while match := _ATTRIBUTE.match(document, at):
        name = match["name"].lower()
        yield Piece(match.start("name"), match.end("name"), "attribute-name", tag, name)
        for quote in ("double", "single", "unquoted"):
            if match[quote] is not None:
                yield Piece(match.start(quote), match.end(quote), "value", tag, name, quote)
        at = match.end()


def _type(document: str, at: int, tag: str) -> str:
    """The last `type`, which says what a script is."""
    values = [
        document[piece.start : piece.end].strip()
        for piece in _attributes(document, at, tag)
        if piece.kind == "value" and piece.attribute == "type"
    ]
    return values[-1] if values else ""
