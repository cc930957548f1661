"""The second step: which names are there, and where. What others told is looked up; below verified domains common names
and variants of known ones are tried too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from vedette.contract.discovery import DiscoveryDomain
from vedette.contract.events import SourceAsked
from vedette.engine.discover.inventory import Name
from vedette.engine.discover.scope import is_address, levels, parent
from vedette.engine.discover.search import Search
from vedette.engine.discover.variants import variants
from vedette.engine.discover.wildcards import Wildcards
from vedette.engine.discover.words import DEEPER, words
from vedette.engine.net.lookup import Looked

CHUNK = 100
MAX_BRUTED = 25
"""Levels of a domain below which common names are tried."""
MAX_VARIANTS = 1500


class Resolver:
    """The names of a search. Everything is done in chunks, each of which is made to last before the next begins."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._inventory = search.inventory
        self._wildcards = Wildcards(search)

    async def run(self) -> None:
        """All of it; what an earlier slice did is not done again."""
        await self.look_up()
        for domain in self._search.discovery.domains:
            # Where nothing is there, or no name server answers, trying names is a waste of everybody's time.
            there = any(name.domain == domain.name for name in self._inventory.kept)
            if domain.verified and there and not is_address(domain.name):
                await self._brute(domain)
                await self._vary(domain)
        await self.look_up()

    async def look_up(self) -> None:
        """Looks up what is known by name only, with the names that this brings up."""
        while (pending := self._inventory.pending) and not self._search.over():
            self._search.progress(len(self._inventory.kept), len(self._inventory.names))
            await self._told(pending[:CHUNK])

    async def _told(self, names: Sequence[Name]) -> None:
        found = await asyncio.gather(*(self._looked(name.name) for name in names))
        wild = await self._explained([(name.name, looked) for name, looked in zip(names, found, strict=True)])
        if self._search.over():
            return
        touched: list[str] = []
        for name, looked in zip(names, found, strict=True):
            touched.append(name.name)
            self._count(looked)
            # A domain may have no address of its own; any other name without one is no place to go to.
            given = "given" in name.sources
            if looked.addresses or looked.aliases or (given and looked.exists):
                name.wildcard = name.name in wild and not given
                touched += self._settle(name, looked)
            else:
                self._inventory.counts["unresolved"] += not looked.trouble
                self._inventory.forget(name)
        await self._note(touched)

    async def _tried(self, names: Sequence[str], technique: str, mark: str, domain: DiscoveryDomain) -> None:
        """Keeps those of the names that are there and not through a wildcard."""
        fresh = [name for name in names if name not in self._inventory.names]
        found = await asyncio.gather(*map(self._looked, fresh))
        there = [
            (name, looked) for name, looked in zip(fresh, found, strict=True) if looked.addresses or looked.aliases
        ]
        wild = await self._explained(there)
        if self._search.over():
            return
        touched: list[str] = []
        for looked in found:
            self._count(looked)
        for name, looked in there:
            if name not in wild and (added := self._inventory.add(name, technique)) is not None:
                self._inventory.counts[f"{technique}:{domain.name}"] += 1
                touched += [name, *self._settle(added, looked)]
        await self._note(touched, mark)

    async def _brute(self, domain: DiscoveryDomain) -> None:
        told = f"done:brute-force:{domain.name}"
        if self._inventory.marked(told):
            return
        while not self._search.over():
            await self.look_up()
            known = (name.name for name in self._own(domain))
            open_levels = [
                level
                for level in levels(known, domain.name)[:MAX_BRUTED]
                if not self._inventory.marked(f"done:level:{level}")
            ]
            if not open_levels:
                break
            await self._brute_level(open_levels[0], domain)
        await self._end(told, "brute-force", domain)

    async def _brute_level(self, level: str, domain: DiscoveryDomain) -> None:
        wildcard = await self._wildcards.at(level)
        tried = () if wildcard.restless else words() if level == domain.name else words()[:DEEPER]
        for start in range(0, len(tried), CHUNK):
            mark = f"done:words:{level}:{start}"
            if self._search.over():
                return
            if not self._inventory.marked(mark):
                self._search.progress(start, len(tried))
                names = [f"{word}.{level}" for word in tried[start : start + CHUNK]]
                await self._tried(names, "brute-force", mark, domain)
        if not self._search.over():
            await self._search.note(state=[self._inventory.mark(f"done:level:{level}")])

    async def _vary(self, domain: DiscoveryDomain) -> None:
        told = f"done:permutation:{domain.name}"
        key = f"variants:{domain.name}"
        if self._inventory.marked(told) or self._search.over():
            return
        chosen = self._inventory.marked(key)
        if chosen is None:
            # Chosen once: what is found among them must not change what a later slice tries.
            known = (name.name for name in self._own(domain))
            chosen = list(variants(known, domain.name, MAX_VARIANTS))
            await self._search.note(state=[self._inventory.mark(key, chosen)])
        for start in range(0, len(chosen), CHUNK):
            mark = f"done:variants:{domain.name}:{start}"
            if self._search.over():
                return
            if not self._inventory.marked(mark):
                self._search.progress(start, len(chosen))
                await self._tried(chosen[start : start + CHUNK], "permutation", mark, domain)
        await self._end(told, "permutation", domain)

    async def _end(self, mark: str, technique: str, domain: DiscoveryDomain) -> None:
        if not self._search.over():
            names = self._inventory.counts[f"{technique}:{domain.name}"]
            event = SourceAsked(source=technique, domain=domain.name, names=names)
            await self._search.note(event, state=[self._inventory.mark(mark)])

    def _own(self, domain: DiscoveryDomain) -> Iterable[Name]:
        """The names of a domain that stand for themselves."""
        return (name for name in self._inventory.kept if name.domain == domain.name and not name.wildcard)

    async def _looked(self, name: str) -> Looked:
        if is_address(name):
            return Looked((name,), exists=True)
        return await self._search.lookup.look(name)

    async def _explained(self, found: Sequence[tuple[str, Looked]]) -> set[str]:
        """Those of the names that may be there through a wildcard alone."""
        there = [(name, looked) for name, looked in found if looked.exists and not is_address(name)]
        above = [(name, looked) for name, looked in there if self._inventory.domain_of(parent(name)) is not None]
        wildcards = await asyncio.gather(*(self._wildcards.at(parent(name)) for name, _ in above))
        return {name for (name, looked), one in zip(above, wildcards, strict=True) if one.explains(looked)}

    def _settle(self, name: Name, looked: Looked) -> list[str]:
        """Takes what a name stands for; the names within scope that its aliases brought up."""
        name.addresses, name.aliases = looked.addresses, looked.aliases
        name.refused = self._search.refusal(looked.addresses, self._inventory.domains[name.domain])
        if not self._inventory.keep(name):
            return []
        return [alias for alias in looked.aliases if self._inventory.add(alias, "records")]

    def _count(self, looked: Looked) -> None:
        self._inventory.counts["looked up"] += 1
        self._inventory.counts["troubled"] += bool(looked.trouble)
        self._search.trouble = self._search.trouble or looked.trouble

    async def _note(self, touched: Sequence[str], mark: str = "") -> None:
        names = list(dict.fromkeys(touched))
        known = [self._inventory.names[name] for name in names if name in self._inventory.names]
        rows = [*map(self._inventory.row, names), *([self._inventory.mark(mark)] if mark else [])]
        await self._search.note(*(name.event for name in known if name.looked), state=rows)
