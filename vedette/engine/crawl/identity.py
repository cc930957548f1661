"""What a page is, by its content: the same page under another address is known as such."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from xxhash import xxh3_64_hexdigest, xxh3_64_intdigest

from vedette.contract.batch import StateChange
from vedette.engine.crawl.templates import Templates
from vedette.engine.parse.page import Page
from vedette.engine.parse.skeleton import distance, simhash, skeleton, text_tokens
from vedette.engine.parse.urls import split

ROOM = "identity"
NEAR = 3
MIN_TOKENS = 12
MAX_NEIGHBOURS = 48


class Identity(NamedTuple):
    """`cluster` names pages built alike that gave the same kind of answer; `duplicate_of` is the URL of an earlier
    page with the same content, or empty. `digest` stands for what a later scan would compare: how the page is built and
    its plain words, without numbers and what else changes from visit to visit. The rest is what `Judge.observe` needs.
    """

    cluster: str
    duplicate_of: str = ""
    skeleton: str = ""
    simhash: int = 0
    tokens: int = 0
    words: str = ""
    digest: str = ""


class _Row(NamedTuple):
    method: str
    url: str
    cluster: str
    skeleton: str
    simhash: int
    tokens: int
    words: str


class Judge:
    """Judges pages by what earlier rounds saw: `observe` notes a page, `commit_round` makes the notes count.

    Within a round the order of answers therefore cannot change a judgement.
    """

    def __init__(self) -> None:
        self.templates = Templates()
        self._noted: list[_Row] = []
        self._exact: dict[int, str] = {}
        self._near: dict[int, list[tuple[int, str]]] = {}
        self._sizes: dict[str, int] = {}
        self._rounds = 0
        self._changes: list[StateChange] = []

    def identify(self, page: Page) -> Identity:
        """What the page is, by the committed rounds."""
        built = skeleton(page)
        tokens = text_tokens(page)
        print_ = simhash(tokens)
        cluster = _cluster(page, built)
        words = xxh3_64_hexdigest(" ".join(tokens).encode("utf-8", "replace"))
        row = _Row(page.exchange.request.method, page.url, cluster, built, print_, len(tokens), words)
        plain = " ".join(token for token in tokens if token.isalpha())
        digest = xxh3_64_hexdigest(f"{cluster} {plain}".encode("utf-8", "replace"))
        return Identity(cluster, self._earlier(row), built, print_, len(tokens), words, digest)

    def observe(self, page: Page, identity: Identity) -> None:
        """Notes a page for the next rounds. Call it in the order of the round's items."""
        method, seen = page.exchange.request.method, identity
        row = _Row(method, page.url, seen.cluster, seen.skeleton, seen.simhash, seen.tokens, seen.words)
        self._noted.append(row)

    def size(self, cluster: str) -> int:
        """How many pages of committed rounds are in a cluster."""
        return self._sizes.get(cluster, 0)

    def commit_round(self) -> None:
        """Makes the notes count, and ends the round."""
        if self._noted:
            value = json.dumps(self._noted)
            self._changes.append(StateChange(ROOM, f"round:{self._rounds:08d}", value))
            self._rounds += 1
        for row in self._noted:
            self._learn(row)
        self._noted = []
        self.templates.commit_round()

    def changes(self) -> list[StateChange]:
        """The rows of the resume state since the last call: one per round with pages, and the templates' counts."""
        spent = self.templates.spent_changes().items()
        changes, self._changes = self._changes, []
        return changes + [StateChange(ROOM, "spent:" + endpoint, count) for endpoint, count in spent]

    @classmethod
    def load(cls, rows: Mapping[str, str]) -> Judge:
        """The judge as the rows left it: the rounds are learned again in their order."""
        judge = cls()
        for key in sorted(key for key in rows if key.startswith("round:")):
            judge._noted = [_Row(*row) for row in json.loads(rows[key])]
            judge.commit_round()
        judge._changes = []
        judge.templates.load_spent(
            {key.removeprefix("spent:"): value for key, value in rows.items() if key.startswith("spent:")}
        )
        return judge

    def _learn(self, row: _Row) -> None:
        self._sizes[row.cluster] = self._sizes.get(row.cluster, 0) + 1
        self.templates.observe(row.url, row.skeleton)
        if row.tokens < MIN_TOKENS:
            return
        self._exact.setdefault(_number(row.cluster, row.words, split(row.url)[0]), row.url)
        # Newer pages push out none: the first of their kind are those that others repeat.
        near = self._near.setdefault(self._group(row), [])
        if len(near) < MAX_NEIGHBOURS and not any(known == row.simhash for known, _ in near):
            near.append((row.simhash, row.url))

    def _earlier(self, row: _Row) -> str:
        if row.tokens < MIN_TOKENS:
            return ""
        same = self._exact.get(_number(row.cluster, row.words, split(row.url)[0]), "")
        if same and same != row.url:
            return same
        if row.cluster not in self._sizes:
            return ""
        own = row.simhash
        for known, url in self._near.get(self._group(row), ()):
            if distance(known, own) <= NEAR and url != row.url:
                return url
        return ""

    def _group(self, row: _Row) -> int:
        return _number(self.templates.endpoint(row.method, row.url), row.cluster)


def _cluster(page: Page, built: str) -> str:
    status = page.response.status
    # Two redirects to different places are different answers although neither has a body.
    target = page.response.header("location").partition("?")[0] if 300 <= status < 400 else ""
    return f"{status}-{xxh3_64_hexdigest(f'{built}{target}'.encode('utf-8', 'replace'))[:12]}"


def _number(*parts: object) -> int:
    return xxh3_64_intdigest("\x1f".join(map(str, parts)).encode("utf-8", "replace"))
