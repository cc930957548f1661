"""Recognises technologies on a page: by headers, cookies, meta tags, script addresses, body and URL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from vedette.contract.exchange import header_all
from vedette.engine.parse.document import attribute
from vedette.engine.parse.page import Page
from vedette.engine.parse.patterns import PatternSet

MAX_BODY = 300_000
MAX_EVIDENCE = 120
_TELLING = frozenset(("script", "meta"))
PLACES = ("headers", "cookies", "meta", "script", "html", "url")


class Technology(NamedTuple):
    """A technology with the version that gave itself away (or empty) and what it was seen by. `implied` ones were
    not seen themselves: their evidence names the technology that needs them."""

    name: str
    version: str = ""
    evidence: str = ""
    implied: bool = False


class Signature(NamedTuple):
    """What the data says of one technology. Cookies are known by the start of their names; patterns are RE2, their
    first non-empty group the version."""

    name: str
    category: str
    implies: tuple[str, ...]


class Matcher:
    """All signatures compiled: make one and keep it. Thread-safe, without state between pages."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] | None = None) -> None:
        rows = list(load() if rows is None else rows)
        self.signatures = {
            row["name"]: Signature(row["name"], row["category"], tuple(row.get("implies", ()))) for row in rows
        }
        self._headers = _by_key(rows, "headers")
        self._meta = _by_key(rows, "meta")
        self._cookies = tuple((start, row["name"]) for row in rows for start in row.get("cookies", ()))
        self._script = _set(rows, "script")
        self._html = _set(rows, "html", rare=True)
        self._url = _set(rows, "url")
        # The same few headers and scripts come with every page of a site.
        self._of_header = lru_cache(maxsize=2048)(self._match_header)
        self._of_script = lru_cache(maxsize=4096)(self._match_script)
        self._of_meta = lru_cache(maxsize=1024)(self._match_meta)

    def match(self, page: Page) -> list[Technology]:
        """The technologies of a page by name, each once: with a version if any place shows one, then the implied
        ones."""
        found: dict[str, Technology] = {}
        for technology in self._seen(page):
            known = found.get(technology.name)
            if known is None or (technology.version and not known.version):
                found[technology.name] = technology
        for name in list(found):
            self._imply(name, found)
        return [found[name] for name in sorted(found)]

    def _imply(self, name: str, found: dict[str, Technology]) -> None:
        for implied in self.signatures[name].implies:
            if implied not in found:
                found[implied] = Technology(implied, "", f"needed by {name}", True)
                self._imply(implied, found)

    def _seen(self, page: Page) -> Iterator[Technology]:
        for name, value in page.response.headers:
            yield from self._of_header(name.lower(), value)
        for value in header_all(page.response.headers, "set-cookie"):
            yield from self._cookie(value.partition("=")[0].strip())
        for tag, known in [(tag, known) for tag, known, _ in page.elements if tag in _TELLING]:
            if tag == "script" and known.get("src"):
                yield from self._of_script(attribute(known, "src"))
            elif tag == "meta" and known.get("content"):
                name = (attribute(known, "name") or attribute(known, "property")).lower()
                if name in self._meta:
                    yield from self._of_meta(name, attribute(known, "content"))
        yield from _all(self._html, page.text[:MAX_BODY], "body")
        yield from _all(self._url, page.url, "address")

    def _match_header(self, name: str, value: str) -> tuple[Technology, ...]:
        return tuple(_keyed(self._headers.get(name, {}), value, name))

    def _match_meta(self, name: str, content: str) -> tuple[Technology, ...]:
        return tuple(_keyed(self._meta[name], content, f"meta {name}"))

    def _match_script(self, source: str) -> tuple[Technology, ...]:
        return tuple(_all(self._script, source, "script"))

    def _cookie(self, name: str) -> Iterator[Technology]:
        for start, technology in self._cookies:
            if name.startswith(start):
                yield Technology(technology, "", f"cookie {name}"[:MAX_EVIDENCE])


@lru_cache(maxsize=1)
def load() -> tuple[Mapping[str, Any], ...]:
    """The signatures as the data file holds them."""
    text = resources.files(__package__).joinpath("signatures.json").read_text(encoding="utf-8")
    return tuple(json.loads(text))


@lru_cache(maxsize=1)
def shared() -> Matcher:
    """The one of all signatures, compiled when it is first asked for."""
    return Matcher()


def _set(rows: Iterable[Mapping[str, Any]], place: str, *, rare: bool = False) -> PatternSet:
    patterns = {f"{row['name']}:{index}": text for row in rows for index, text in enumerate(row.get(place, ()))}
    return PatternSet(patterns, rare=rare)


def _by_key(rows: Iterable[Mapping[str, Any]], place: str) -> dict[str, dict[str, PatternSet]]:
    """Header or meta name -> technology -> its pattern."""
    found: dict[str, dict[str, PatternSet]] = {}
    for row in rows:
        for key, pattern in row.get(place, {}).items():
            found.setdefault(key.lower(), {})[row["name"]] = PatternSet({row["name"]: pattern})
    return found


def _keyed(patterns: Mapping[str, PatternSet], value: str, place: str) -> Iterator[Technology]:
    for name, one in patterns.items():
        if one.hits(value):
            yield Technology(name, _version(one, name, value), f"{place}: {value}"[:MAX_EVIDENCE])


def _all(patterns: PatternSet, text: str, place: str) -> Iterator[Technology]:
    for key in patterns.hits(text):
        name = key.rpartition(":")[0]
        seen = " ".join(patterns.find(key, text).split())
        yield Technology(name, _version(patterns, key, text), f"{place}: {seen}"[:MAX_EVIDENCE])


def _version(patterns: PatternSet, key: str, text: str) -> str:
    return next((group for group in patterns.groups(key, text) if group), "").strip(".")
