"""Source maps: the scripts as they were written, which some sites leave beside those that they serve."""

from __future__ import annotations

import json

MAX_SOURCES = 200
MAX_TEXT = 400_000
"""Characters of sources that are read in all."""

_FOREIGN = ("node_modules/", "webpack/bootstrap", "webpack/runtime")


def is_map(text: str) -> bool:
    """Whether a text is likely to be one; cheap."""
    return text[:1] == "{" and '"mappings"' in text and '"sourcesContent"' in text


def sources(text: str) -> list[str]:
    """The site's own sources that a map carries, without those of its libraries; empty for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    contents = value.get("sourcesContent") if isinstance(value, dict) else None
    names = value.get("sources") if isinstance(value, dict) else None
    if not isinstance(contents, list) or not isinstance(names, list):
        return []
    found: list[str] = []
    left = MAX_TEXT
    for name, content in zip(names, contents, strict=False):
        foreign = not isinstance(name, str) or any(part in name for part in _FOREIGN)
        if foreign or not isinstance(content, str) or not 0 < len(content) <= left:
            continue
        left -= len(content)
        found.append(content)
        if len(found) >= MAX_SOURCES:
            break
    return found
