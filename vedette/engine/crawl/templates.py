"""Which addresses are the same endpoint: variable path segments known by their look, or learned from siblings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from xxhash import xxh3_64_intdigest

from vedette.engine.parse.urls import split

HOLE = "{}"
SIBLINGS = 8
PLAIN_SIBLINGS = 24
BUDGET = 40
SAMPLE = 16
SAMPLED_BUDGET = 200
MAX_HOLES = 200_000
MAX_KNOWN = 8_192

_DIGIT_GROUPS = r"(?=[A-Za-z_\-]*\d+[A-Za-z_\-]+\d)"
_VARIABLE = re.compile(
    r"-?\d+(?:[.,]\d+)*"
    r"|(?i:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
    r"|(?i:(?=[a-f]*\d)[0-9a-f]{8,})"
    r"|\d{4}-\d{2}(?:-\d{2})?(?:[Tt_].*)?"
    rf"|{_DIGIT_GROUPS}(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9_\-]{{16,}}={{0,2}}"
    rf"|{_DIGIT_GROUPS}[A-Za-z0-9_]{{24,}}"
    r"|[^@/]{1,64}(?:@|%40)[^@/]+\.[a-z]{2,}",
)
_NUMBERED = re.compile(r"\d{2,}[-_][A-Za-z].*")
_EXTENSION = re.compile(r"(.+)(\.[A-Za-z][A-Za-z0-9]{0,5})")
_SLUG = re.compile(r"(?=.*[A-Za-z0-9](?:[-_+.,~]|%20)[A-Za-z0-9]).{3,}")
_PROGRAM = re.compile(
    r".*\.(?:php\d?|jspx?|aspx?|ashx|asmx|cgi|pl|py|rb|cfm|do|action|exe)|[A-Za-z_]+\d+(?:\.\w+)?", re.IGNORECASE
)


@lru_cache(maxsize=16_384)
def _segment(segment: str) -> str:
    if not segment:
        return segment
    if _VARIABLE.fullmatch(segment):
        return HOLE
    if match := _EXTENSION.fullmatch(segment):
        stem, extension = match.groups()
        return HOLE + extension if _is_variable(stem) else segment
    return HOLE if _is_variable(segment) else segment


def _is_variable(stem: str) -> bool:
    return bool(_VARIABLE.fullmatch(stem) or _NUMBERED.fullmatch(stem))


def template_of(url: str) -> str:
    """The path with its variable segments as `{}`: numbers, UUIDs, hashes, dates, addresses, numbered slugs."""
    return _template(split(url)[1])


def _template(path: str) -> str:
    return "/".join(map(_segment, path.split("/"))) if path != "/" else path


class Templates:
    """Learns which further segments vary: after `SIBLINGS` addresses that differ in one slug only and gave pages of
    the same skeleton, that segment is a variable one; plain words need `PLAIN_SIBLINGS`, and names of programs never
    are. What is learned counts from the next round on."""

    def __init__(self) -> None:
        self._collapsed: dict[int, int] = {}
        self._learned: dict[int, int] = {}
        self._siblings: dict[int, int] = {}
        self._paths: set[int] = set()
        self._known: dict[str, str] = {}
        self._spent: dict[int, int] = {}
        self._dirty: dict[int, int] = {}

    def of(self, url: str) -> str:
        """The path's template, with what was learned."""
        root, path, _ = split(url)
        return self._of(root, path)

    def endpoint(self, method: str, url: str) -> str:
        """Method, origin, template and the sorted names of the query: what near-duplicate addresses share."""
        root, path, query = split(url)
        names = query and ",".join(sorted({part.partition("=")[0] for part in query.split("&")}))
        return f"{method} {root}{self._of(root, path)}?{names}"

    def _of(self, root: str, path: str) -> str:
        known = self._known.get(root + path)
        if known is not None:
            return known
        template = _template(path)
        if self._collapsed and template != "/":
            segments = template.split("/")
            for index in range(1, len(segments)):
                kind = _kind(segments[index], index)
                if kind and self._collapsed.get(_hole(root, segments, index), 0) & kind:
                    segments[index] = HOLE
            template = "/".join(segments)
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known[root + path] = template
        return template

    def observe(self, url: str, skeleton: str) -> None:
        """Notes the skeleton of a fetched page; a path counts once, whatever its queries."""
        root, path, _ = split(url)
        number = _hash(root + path)
        if number in self._paths or len(self._siblings) > MAX_HOLES:
            return
        self._paths.add(number)
        segments = _template(path).split("/")
        for index in range(1, len(segments)):
            kind = _kind(segments[index], index)
            if not kind:
                continue
            hole = _hole(root, segments, index)
            key = _hash(f"{hole}\x1f{kind}\x1f{skeleton}")
            count = self._siblings[key] = self._siblings.get(key, 0) + 1
            enough = SIBLINGS if kind == _SLUG_KIND else PLAIN_SIBLINGS
            if count >= enough and not self._collapsed.get(hole, 0) & kind:
                self._learned[hole] = self._learned.get(hole, 0) | kind

    def commit_round(self) -> None:
        """Makes what was learned visible."""
        for hole, kind in self._learned.items():
            self._collapsed[hole] = self._collapsed.get(hole, 0) | kind
        if self._learned:
            self._known.clear()
        self._learned = {}

    def admit(self, method: str, url: str) -> bool:
        """Whether one more of this endpoint's addresses is worth fetching, counting it: all of the first `BUDGET`, then
        one in `SAMPLE` by content hash, at most `SAMPLED_BUDGET`."""
        endpoint = _hash(self.endpoint(method, url))
        spent = self._spent.get(endpoint, 0)
        if spent >= SAMPLED_BUDGET or (spent >= BUDGET and _hash(url) % SAMPLE):
            return False
        self._spent[endpoint] = self._dirty[endpoint] = spent + 1
        return True

    def spent_changes(self) -> dict[str, str]:
        """The counts of `admit` that changed since the last call, by a hash of the endpoint."""
        changed = {f"{endpoint:016x}": str(count) for endpoint, count in self._dirty.items()}
        self._dirty = {}
        return changed

    def load_spent(self, rows: Mapping[str, str]) -> None:
        """Takes the counts of `spent_changes` over."""
        self._spent |= {int(endpoint, 16): int(count) for endpoint, count in rows.items()}


def _kind(segment: str, index: int) -> int:
    """How a segment may vary: as a slug, as a plain word, or (0) not at all."""
    kind = _look(segment)
    # A plain word at the top is more likely a section of the site than one of its records.
    return 0 if kind == _WORD_KIND and index == 1 else kind


@lru_cache(maxsize=16_384)
def _look(segment: str) -> int:
    if not segment or HOLE in segment or _PROGRAM.fullmatch(segment):
        return 0
    return _SLUG_KIND if _SLUG.fullmatch(segment) else _WORD_KIND


_SLUG_KIND, _WORD_KIND = 1, 2


def _hole(root: str, segments: list[str], index: int) -> int:
    return _hash("\x1f".join((root, str(index), *segments[:index], HOLE, *segments[index + 1 :])))


def _hash(text: str) -> int:
    return xxh3_64_intdigest(text.encode("utf-8", "replace"))
