"""Many regular expressions over one text in one pass; only those that hit are then searched one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import re2

SET_MEMORY = 64 * 1024 * 1024
PATTERN_MEMORY = 8 * 1024 * 1024


class PatternSet:
    """Named RE2 patterns. Names are arbitrary strings; results come in the order of the mapping.

    `rare` is for patterns of which each holds a literal that few texts hold: these literals are looked for first,
    which is twice as fast then and slower else. A pattern outside RE2's syntax (look-around, back-reference) raises
    ValueError naming it.
    """

    def __init__(self, patterns: Mapping[str, str], *, rare: bool = False) -> None:
        self._names = tuple(patterns)
        self._sources = dict(patterns)
        self._compiled: dict[str, Any] = {}
        options = _options(SET_MEMORY)
        self._set = re2.Filter() if rare else re2.Set.SearchSet(options)
        for name, pattern in patterns.items():
            try:
                _ = self._set.Add(pattern, options) if rare else self._set.Add(pattern)
            except re2.error as error:
                raise ValueError(f"pattern {name!r} is not RE2: {pattern}") from error
        # A set answers "nothing" when it runs out of memory; an empty pattern always hits, so its absence tells that
        # apart from a text in which nothing occurs. The literals of a filter are too few for that to happen.
        self._always = -1 if rare else self._set.Add("")
        self._rare = rare
        if patterns or not rare:
            self._set.Compile()

    def __len__(self) -> int:
        return len(self._names)

    def hits(self, text: str | bytes) -> tuple[str, ...]:
        """The names of the patterns that occur in the text."""
        if not self._names:
            return ()
        data = _encoded(text)
        found = self._set.Match(data)
        if found is None:
            if self._rare:
                return ()
            return tuple(name for name in self._names if self._regexp(name).search(data))
        return tuple(self._names[index] for index in sorted(found) if index != self._always)

    def find(self, name: str, text: str | bytes) -> str:
        """The first text that the pattern matches; empty when it does not occur."""
        match = self._regexp(name).search(_encoded(text))
        return match.group().decode("utf-8", "replace") if match else ""

    def groups(self, name: str, text: str | bytes) -> tuple[str, ...]:
        """The capturing groups of the first match, empty ones as empty strings; no groups when it does not occur."""
        match = self._regexp(name).search(_encoded(text))
        return tuple((group or b"").decode("utf-8", "replace") for group in match.groups()) if match else ()

    def _regexp(self, name: str) -> Any:
        regexp = self._compiled.get(name)
        if regexp is None:
            regexp = self._compiled[name] = re2.compile(self._sources[name], _options(PATTERN_MEMORY))
        return regexp


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")


def _options(memory: int) -> Any:
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    return options
