"""References in style sheets."""

from __future__ import annotations

import re

MAX_TEXT = 1_000_000
_REFERENCE = re.compile(
    r"url\(\s{0,20}(?:\"([^\"\n]{1,2000})\"|'([^'\n]{1,2000})'|([^)\s\"']{1,2000}))|@import\s{1,20}[\"']([^\"'\n]{1,2000})[\"']",
    re.IGNORECASE,
)


def references(text: str) -> list[str]:
    """What `url()` and `@import` name, in order, each once; embedded data left out."""
    found: dict[str, None] = {}
    for groups in _REFERENCE.findall(text[:MAX_TEXT]):
        reference = "".join(groups).strip()
        if reference and not reference.lower().startswith(("data:", "#", "about:")):
            found.setdefault(reference)
    return list(found)
