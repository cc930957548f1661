"""`data:` URLs: documents that stand inside an attribute."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_to_bytes

MAX_LENGTH = 100_000
TEXT_TYPES = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/css")
SCRIPT_TYPES = ("text/javascript", "application/javascript", "application/x-javascript")


def read(url: str) -> tuple[str, str]:
    """Media type and text of a `data:` URL that holds a document or a script; two empty strings for any other."""
    if url[:5].lower() != "data:" or len(url) > MAX_LENGTH:
        return "", ""
    head, comma, content = url[5:].partition(",")
    kind, *settings = (part.strip().lower() for part in head.split(";"))
    if not comma or kind not in TEXT_TYPES + SCRIPT_TYPES:
        return "", ""
    raw = unquote_to_bytes(content)
    if "base64" in settings:
        try:
            raw = base64.b64decode(raw + b"=" * (-len(raw) % 4))
        except binascii.Error:
            return "", ""
    return kind, raw.decode("utf-8", "replace")
