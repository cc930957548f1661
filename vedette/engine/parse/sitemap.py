"""Sitemaps: XML, index files, feeds and plain lists. No XML parser, so no entity is ever expanded."""

from __future__ import annotations

import html
import re
import zlib
from itertools import islice

MAX_URLS = 10_000
MAX_BYTES = 20_000_000
_XML = re.compile(r"<(?:urlset|sitemapindex|rss|feed)\b", re.IGNORECASE)
_LOCATION = re.compile(
    r"<(?:[\w\-]{1,20}:)?(?:loc|link)>\s{0,200}(?:<!\[CDATA\[)?\s{0,200}([^<>\]\s]{1,2000})"
    r"|<(?:[\w\-]{1,20}:)?link\s[^<>]{0,500}?href=[\"']([^\"'<>]{1,2000})[\"']",
    re.IGNORECASE,
)


def is_sitemap(text: str) -> bool:
    """Whether a text is an XML sitemap, an index of them, or a feed."""
    return bool(_XML.search(text[:1_000]))


def locations(text: str) -> list[str]:
    """The references of an XML sitemap or feed, else the lines of a plain list that are URLs; in order, each once."""
    if is_sitemap(text):
        matches = islice(_LOCATION.finditer(text), MAX_URLS)
        found = [html.unescape(match.group(1) or match.group(2)) for match in matches]
    else:
        lines = (line.strip() for line in text.splitlines()[:MAX_URLS])
        found = [line for line in lines if line.startswith(("http://", "https://")) and " " not in line]
    return list(dict.fromkeys(found))


def unpacked(body: bytes) -> bytes:
    """The body, decompressed when it is a gzip file and cut at `MAX_BYTES`; a broken one as far as it goes."""
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return zlib.decompressobj(31).decompress(body, MAX_BYTES)
    except zlib.error:
        return b""
