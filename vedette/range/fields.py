"""Names and values of a query, a form, a cookie line or a multipart body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

_MOST_FIELDS = 200


class Malformed(Exception):  # noqa: N818 - says what the input is
    """The input does not follow its format; the request is answered with 400."""


class Fields:
    """Pairs in the order in which they were sent; a name may come more than once."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = list(pairs)

    def __call__(self, name: str, default: str = "") -> str:
        """Return the first value of the name."""
        return next((value for key, value in self.pairs if key == name), default)

    def __contains__(self, name: object) -> bool:
        return any(key == name for key, _ in self.pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def number(self, name: str, default: int = 0) -> int:
        """Return the digits with which the value starts, as a number of at most nine digits."""
        return leading_number(self(name), default)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body; `filename` is empty for plain fields."""

    name: str
    filename: str
    text: str


def leading_number(text: str, default: int = 0) -> int:
    """Read a number as lenient languages do: the leading digits count, the rest is ignored."""
    digits = ""
    for letter in text.strip()[:9]:
        if letter not in "0123456789":
            break
        digits += letter
    return int(digits) if digits else default


def parse_pairs(text: str) -> Fields:
    """Parse a query string or URL-encoded form; raises `Malformed` for more than 200 fields."""
    try:
        return Fields(parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise Malformed("too many fields") from error


def parse_cookies(line: str) -> Fields:
    """Parse a Cookie header; values are percent-decoded."""
    pairs = (pair.strip().partition("=") for pair in line.split(";") if "=" in pair)
    return Fields((name.strip(), unquote(value, errors="replace")) for name, _, value in pairs)


def parse_multipart(body: bytes, content_type: str) -> list[Part]:
    """Split a multipart/form-data body; raises `Malformed`."""
    boundary = _parameter(content_type, "boundary")
    if not boundary:
        raise Malformed("multipart body without a boundary")
    pieces = body.split(b"--" + boundary.encode("utf-8", "replace"))
    if len(pieces) < 3 or len(pieces) > _MOST_FIELDS:
        raise Malformed("multipart body with a wrong boundary")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, found, content = piece.partition(b"\r\n\r\n")
    if not found:
        raise Malformed("multipart part without a header")
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            text = content.removesuffix(b"\r\n").decode("utf-8", "replace")
            return Part(_parameter(value, "name"), _parameter(value, "filename"), text)
    raise Malformed("multipart part without a name")


def _parameter(header: str, name: str) -> str:
    """Return one parameter of a header such as `form-data; name="a"`, quoted or not."""
    rest = header
    while ";" in rest:
        rest = rest.partition(";")[2].lstrip()
        key, _, value = rest.partition("=")
        if value.startswith('"'):
            quoted, _, rest = value[1:].partition('"')
        else:
            quoted = value.partition(";")[0].strip()
            rest = value
        if key.strip().lower() == name:
            return quoted
    return ""
