"""Names that are likely where others were found: other numbers, other stages, other words beside them. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from vedette.engine.discover.scope import inside, parent

STAGES = (
    "dev",
    "test",
    "stage",
    "staging",
    "uat",
    "qa",
    "prod",
    "beta",
    "old",
    "new",
    "internal",
    "admin",
    "api",
    "v2",
)
NEAR = 2
MAX_DIGITS = 6
_NUMBER = re.compile(r"\d+")


def variants(names: Iterable[str], domain: str, limit: int) -> tuple[str, ...]:
    """At most so many names beside these within the domain, each once and none of them one of these: those that differ
    by a number first, as they are the likeliest."""
    known = sorted({name for name in names if name != domain and inside(name, domain)})
    seen = set(known)
    found: list[str] = []
    for way in (_numbered, _swapped, _joined):
        for name in known:
            label, level = name.partition(".")[0], parent(name)
            for other in way(label):
                whole = f"{other}.{level}"
                if len(other) <= 63 and whole not in seen:
                    seen.add(whole)
                    found.append(whole)
                    if len(found) >= limit:
                        return tuple(found)
    return tuple(found)


def _numbered(label: str) -> Iterator[str]:
    """Numbers near those that are there, and the first ones where there is none."""
    matches = list(_NUMBER.finditer(label))
    if not matches:
        yield from (f"{label}1", f"{label}2")
    for match in matches:
        width = len(match[0])
        if width > MAX_DIGITS:
            continue
        value = int(match[0])
        for near in range(max(0, value - NEAR), value + NEAR + 1):
            yield f"{label[: match.start()]}{near:0{width}}{label[match.end() :]}"


def _swapped(label: str) -> Iterator[str]:
    """One stage in place of another: api-dev to api-test."""
    words = re.split(r"([\-_])", label)
    for place, stage in itertools.product(range(0, len(words), 2), STAGES):
        if words[place] in STAGES:
            yield "".join([*words[:place], stage, *words[place + 1 :]])


def _joined(label: str) -> Iterator[str]:
    """A stage before or after the whole."""
    for stage in STAGES:
        yield from (f"{label}-{stage}", f"{stage}-{label}")
