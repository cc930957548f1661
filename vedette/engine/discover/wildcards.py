"""Levels at which any name is answered: told by asking for names that nobody set up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from vedette.contract import wire
from vedette.engine.attack.rng import Rng
from vedette.engine.discover.search import Search
from vedette.engine.net.lookup import Looked

PROBES = 3
MAX_LEVELS = 2000
LABEL = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Wildcard:
    """What any name at a level is answered with; nothing: there is no wildcard. One that is `restless` answers each
    name otherwise, so that nothing can be told apart there."""

    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    restless: bool = False

    @property
    def there(self) -> bool:
        """Whether names that nobody set up exist."""
        return bool(self.addresses or self.aliases or self.restless)

    def explains(self, looked: Looked) -> bool:
        """Whether a name with this answer may be there through the wildcard alone."""
        if not self.there:
            return False
        if self.restless or (looked.aliases and looked.aliases[0] in self.aliases):
            return True
        return bool(looked.addresses) and not looked.aliases and set(looked.addresses) <= set(self.addresses)


class Wildcards:
    """The wildcards of a search by level, each asked for once, also by those who come at the same time."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._asking: dict[str, asyncio.Future[Wildcard]] = {}

    async def at(self, level: str) -> Wildcard:
        """The wildcard of names right below this one."""
        known = self._search.inventory.marked(f"wildcard:{level}")
        if known is not None:
            return wire.load(Wildcard, known)
        if level not in self._asking and len(self._asking) >= MAX_LEVELS:
            return Wildcard()
        if level not in self._asking:
            self._asking[level] = asyncio.ensure_future(self._asked(level))
        found = await self._asking[level]
        if not self._search.over():
            await self._search.note(state=[self._search.inventory.mark(f"wildcard:{level}", wire.dump(found))])
        return found

    async def _asked(self, level: str) -> Wildcard:
        rng = Rng(self._search.job.seed, f"wildcard:{level}")
        first = await self._probe(rng, level)
        if not any(looked.exists for looked in first):
            return Wildcard()
        seen = _answers(first)
        # Where a few names do not show all that there is to be answered, more do; or there is no end to it.
        second = await self._probe(rng, level)
        more = _answers(first + second)
        third = await self._probe(rng, level) if more != seen else []
        every = _answers(first + second + third)
        return Wildcard(
            addresses=tuple(sorted(every[0])), aliases=tuple(sorted(every[1])), restless=bool(third) and every != more
        )

    async def _probe(self, rng: Rng, level: str) -> list[Looked]:
        names = [f"{rng.word(LABEL)}.{level}" for _ in range(PROBES)]
        return list(await asyncio.gather(*map(self._search.lookup.look, names)))


def _answers(found: list[Looked]) -> tuple[set[str], set[str]]:
    addresses = {address for looked in found for address in looked.addresses}
    return addresses, {looked.aliases[0] for looked in found if looked.aliases}
