"""The robots file: for us a list of paths that its owner thought worth naming."""

from __future__ import annotations

from typing import NamedTuple

MAX_LINES = 5_000


class Robots(NamedTuple):
    """`paths` are those allowed or disallowed, cut before a wild card; `sitemaps` are references as written."""

    paths: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read(text: str) -> Robots:
    """Reads a robots file; lines that are none of its fields are passed over."""
    paths: dict[str, None] = {}
    sitemaps: dict[str, None] = {}
    for line in text.splitlines()[:MAX_LINES]:
        name, colon, value = line.partition("#")[0].partition(":")
        field, value = name.strip().lower(), value.strip()
        if not colon or not value:
            continue
        if field == "sitemap":
            sitemaps.setdefault(value)
        elif field in ("allow", "disallow") and (path := _fixed_part(value)):
            paths.setdefault(path)
    return Robots(tuple(paths), tuple(sitemaps))


def _fixed_part(path: str) -> str:
    """The path up to its last whole segment before a wild card; empty when nothing but the root is left."""
    fixed, wild, _ = path.removesuffix("$").partition("*")
    if wild and not fixed.endswith("/"):
        fixed = fixed.rpartition("/")[0] + "/"
    return fixed if fixed.startswith("/") and fixed != "/" else ""
