"""The texts of our checks as HTML: paragraphs, lists of `- ` and `code`, which is all the Markdown that they use."""

from __future__ import annotations

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_CODE = re.compile(r"`([^`]+)`")
_ITEM = re.compile(r"^- ", re.MULTILINE)


def html(markdown: str) -> SafeString:
    """The text, everything in it escaped."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", markdown) if block.strip()]
    return format_html_join("\n", "{}", ((_block(block),) for block in blocks))


def _block(text: str) -> SafeString:
    if not text.startswith("- "):
        return format_html("<p>{}</p>", _inline(text))
    items = [item for item in _ITEM.split(text) if item.strip()]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((_inline(item),) for item in items)))


def _inline(text: str) -> SafeString:
    parts = _CODE.split(text.strip())
    shown = (format_html("<code>{}</code>", part) if index % 2 else part for index, part in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in shown))
