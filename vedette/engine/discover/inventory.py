"""What is known of a search so far, as rows of the resume state: names, what was done, what it cost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vedette.contract import wire
from vedette.contract.batch import StateChange
from vedette.contract.discovery import Discovery, DiscoveryDomain
from vedette.contract.events import NameFound
from vedette.engine.discover.scope import inside

ROOM = "discovery"
CANDIDATES = 4
"""So many times the names that are kept of a domain are looked at: most of what sources tell is long gone."""


@dataclass(slots=True, kw_only=True)
class Name:
    """One name; `looked` tells whether its addresses were asked for. The rest is as in NameFound."""

    name: str
    domain: str
    sources: list[str] = field(default_factory=list)
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    refused: str = ""
    wildcard: bool = False
    looked: bool = False

    @property
    def event(self) -> NameFound:
        """The name as it is told."""
        return NameFound(
            name=self.name,
            domain=self.domain,
            sources=tuple(sorted(self.sources)),
            addresses=self.addresses,
            aliases=self.aliases,
            refused=self.refused,
            wildcard=self.wildcard,
        )


class Inventory:
    """All names and marks of one search. `counts` add up over its slices; `limits` are those that cut something off,
    `failed` maps sources to why they failed."""

    def __init__(self, discovery: Discovery, rows: Mapping[str, str]) -> None:
        self.domains = {domain.name: domain for domain in discovery.domains}
        self.names: dict[str, Name] = {}
        self.counts: Counter[str] = Counter()
        self.limits: dict[str, int] = {}
        self.failed: dict[str, str] = {}
        self._max_names = discovery.max_names
        self._marks: dict[str, Any] = {}
        self._sizes: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        for key in sorted(rows):
            self._take(key, rows[key])

    def _take(self, key: str, text: str) -> None:
        kind, _, rest = key.partition(":")
        if kind == "name":
            name = wire.loads(Name, text)
            self.names[rest] = name
            self._sizes[name.domain] += 1
            self._kept[name.domain] += name.looked
        elif kind == "counts":
            self.counts.update(json.loads(text))
        elif kind == "limit":
            self.limits[rest] = json.loads(text)
        elif kind == "failed":
            self.failed[rest] = json.loads(text)
        else:
            self._marks[key] = json.loads(text)

    def domain_of(self, name: str) -> DiscoveryDomain | None:
        """The domain that a clean name belongs to, the narrowest of several."""
        found = [domain for domain in self.domains if inside(name, domain)]
        return self.domains[max(found, key=len)] if found else None

    def add(self, name: str, source: str) -> Name | None:
        """A clean name that a source told; the name when that was new in some way, None when it was known, is out of
        scope, or there are too many."""
        known = self.names.get(name)
        if known is not None:
            if source in known.sources:
                return None
            known.sources.append(source)
            return known
        domain = self.domain_of(name)
        if domain is None:
            return None
        if self._sizes[domain.name] >= CANDIDATES * self._max_names:
            self.limits["max-names"] = self.limits.get("max-names", 0) + 1
            return None
        found = self.names[name] = Name(name=name, domain=domain.name, sources=[source])
        self._sizes[domain.name] += 1
        return found

    def keep(self, name: Name) -> bool:
        """Marks a name as looked at and there; False when the domain holds as many as it may: the name is let go."""
        if not name.looked:
            if self._kept[name.domain] >= self._max_names:
                self.limits["max-names"] = self.limits.get("max-names", 0) + 1
                self.forget(name)
                return False
            name.looked = True
            self._kept[name.domain] += 1
        return True

    def forget(self, name: Name) -> None:
        """Lets go of a name that is not there."""
        del self.names[name.name]
        self._sizes[name.domain] -= 1
        self._kept[name.domain] -= name.looked

    @property
    def pending(self) -> list[Name]:
        """Names that were not looked at, in order."""
        return [self.names[name] for name in sorted(self.names) if not self.names[name].looked]

    @property
    def kept(self) -> list[Name]:
        """Names that are there, in order."""
        return [self.names[name] for name in sorted(self.names) if self.names[name].looked]

    def mark(self, key: str, value: Any = True) -> StateChange:
        """Remembers something under a key whose first word, up to a colon, tells its kind."""
        self._marks[key] = value
        return StateChange(ROOM, key, _text(value))

    def marked(self, key: str) -> Any:
        """What was remembered; None when nothing was."""
        return self._marks.get(key)

    def row(self, name: str) -> StateChange:
        """The row of a name as it is now, or its end."""
        known = self.names.get(name)
        return StateChange(ROOM, f"name:{name}", wire.dumps(known) if known is not None else None)

    def stamp(self) -> list[StateChange]:
        """The rows of counts, limits and failures."""
        rows = [StateChange(ROOM, "counts", _text(self.counts))]
        rows += [StateChange(ROOM, f"limit:{name}", _text(queued)) for name, queued in self.limits.items()]
        return rows + [StateChange(ROOM, f"failed:{name}", _text(reason)) for name, reason in self.failed.items()]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
