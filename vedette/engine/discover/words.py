"""The word list of names that are common below domains: data beside the code, in the order in which it is tried."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

DEEPER = 120
"""So many words are tried on levels below the domain itself."""


@lru_cache(maxsize=1)
def words() -> tuple[str, ...]:
    """All words, the likeliest first."""
    text = resources.files("vedette.engine.discover").joinpath("words.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
