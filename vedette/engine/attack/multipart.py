"""Finds the fields of a `multipart/form-data` body with their exact places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vedette.contract.exchange import Request, header

_BOUNDARY = re.compile(r'boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'[;\s]name="([^"]*)"', re.IGNORECASE)
_FILENAME = re.compile(rb'filename="([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A field's content, or with `is_filename` the name of its file, under the name `field/filename`."""

    name: str
    text: str
    start: int
    end: int
    is_filename: bool = False


def parts(request: Request) -> list[Part]:
    """Contents and file names in order; a repeated name gets `#2`. Empty without a usable boundary."""
    match = _BOUNDARY.search(header(request.headers, "content-type"))
    if match is None:
        return []
    body = request.body
    mark = b"--" + match[1].strip().encode("latin-1")
    found: list[Part] = []
    seen: dict[str, int] = {}
    at = body.find(mark)
    while at >= 0:
        start = at + len(mark)
        end = body.find(b"\r\n" + mark, start)
        if end < 0:
            break
        found += _fields(body, start, end, seen)
        at = end + 2
    return found


def quoted_filename(name: str) -> str:
    """The name as browsers write it between the quotes."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _fields(body: bytes, start: int, end: int, seen: dict[str, int]) -> list[Part]:
    head_end = body.find(b"\r\n\r\n", start, end)
    head = body[start:head_end]
    name_match = _NAME.search(head)
    if head_end < 0 or name_match is None:
        return []
    name = name_match[1].decode("utf-8", "replace")
    seen[name] = seen.get(name, 0) + 1
    label = name if seen[name] == 1 else f"{name}#{seen[name]}"
    content = body[head_end + 4 : end]
    found = [Part(label, content.decode("utf-8", "replace"), head_end + 4, end)]
    file_match = _FILENAME.search(head)
    if file_match is not None:
        place = (start + file_match.start(1), start + file_match.end(1))
        found.append(Part(f"{label}/filename", file_match[1].decode("utf-8", "replace"), *place, is_filename=True))
    return found
