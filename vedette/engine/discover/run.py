"""The steps of a search in their order. Certificates and redirects bring up names: the last two steps go round."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from vedette.engine.discover.resolving import Resolver
from vedette.engine.discover.search import Search
from vedette.engine.discover.serving import Servicer
from vedette.engine.discover.telling import tell

MAX_ROUNDS = 4

Enter = Callable[[str], Awaitable[None]]
"""Told of each phase as it begins: `sources`, `names`, `services`."""


async def run(search: Search, enter: Enter) -> None:
    """Everything that is not done yet, until nothing is left or the search is over."""
    resolver, servicer = Resolver(search), Servicer(search)
    await enter("sources")
    await tell(search)
    if search.over():
        return
    await enter("names")
    await resolver.run()
    for _ in range(MAX_ROUNDS):
        if search.over():
            return
        await enter("services")
        await servicer.run()
        if not search.inventory.pending or search.over():
            return
        await enter("names")
        await resolver.look_up()
