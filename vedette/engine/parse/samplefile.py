"""Small files that are what their names say, for forms that ask for one. Same field, same file."""

from __future__ import annotations

import re
from typing import NamedTuple

from vedette.engine.parse.forms import Field


class SampleFile(NamedTuple):
    """A file as a browser would send it: its name, its media type and its bytes."""

    name: str
    media: str
    content: bytes


_TEXT = SampleFile("sample.txt", "text/plain", b"sample\n")
_XML = b'<?xml version="1.0"?><items><item><name>Sample</name><text>A short sample text.</text></item></items>\n'
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>Sample</title><text y="9">S</text></svg>\n'
_GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63304e9bf91f00"
    "04340232847318f00000000049454e44ae426082"
)
_PDF = b"%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"

_KINDS = tuple(
    (re.compile(accepted, re.IGNORECASE), re.compile(words, re.IGNORECASE), SampleFile(name, media, content))
    for accepted, words, name, media, content in (
        (r"svg", r"\bsvg|vector", "sample.svg", "image/svg+xml", _SVG),
        (r"xml|\.(?:rss|atom|gpx|kml|opml|xsl|xsd|wsdl|dtd)\b",
         r"\b(?:xml|feeds?|rss|atom|gpx|kml|opml|sitemap|wsdl)\b", "sample.xml", "application/xml", _XML),
        (r"csv|excel|\.xls|spreadsheet", r"\b(?:csv|spreadsheet|excel)\b",
         "sample.csv", "text/csv", b"name,price\nSample,10\n"),
        (r"json", r"\bjson\b", "sample.json", "application/json", b'{"name": "Sample", "price": 10}\n'),
        (r"html?\b", r"\bhtml?\b", "sample.html", "text/html", b"<!doctype html><title>Sample</title><p>Sample</p>\n"),
        (r"text/|\.txt\b", r"\b(?:text|txt)\b", *_TEXT),
        (r"image/\*|gif", r"\b(?:images?|photos?|pictures?|pics?|avatar|logo|icon|bild|foto|imagen?)\b",
         "sample.gif", "image/gif", _GIF),
        (r"image/|\.(?:png|jpe?g|webp)\b", r"\bpng\b", "sample.png", "image/png", _PNG),
        (r"pdf", r"\b(?:pdf|resume|cv|curriculum|lebenslauf)\b", "sample.pdf", "application/pdf", _PDF),
    )
)  # fmt: skip
_BREAK = re.compile(r"[_\-\[\].]+|(?<=[a-z])(?=[A-Z])")


def sample_for(one: Field) -> SampleFile:
    """A file of a kind that the field accepts, or else of the kind that its name or label asks for."""
    for accepted, _, sample in _KINDS:
        if one.accept and accepted.search(one.accept):
            return sample
    texts = [_BREAK.sub(" ", text) for text in (one.name, one.label)]
    for text in texts:
        for _, words, sample in _KINDS:
            if words.search(text):
                return sample
    return _TEXT
