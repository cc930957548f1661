"""Searches of the made-up company without the scan around them: what is noted is kept in lists."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from tests.sites.estate import Estate
from vedette.contract.addresses import Policy
from vedette.contract.batch import ResumeState, StateChange, apply
from vedette.contract.events import Event
from vedette.contract.job import Job
from vedette.engine.discover.inventory import ROOM, Inventory
from vedette.engine.discover.search import Search
from vedette.engine.net.lookup import Lookup
from vedette.engine.net.network import Network

FEW = ("www", "api", "go", "intranet", "status", "mobile", "beta", "null")
"""Words enough for tests: most of them are there."""


@dataclass
class Noted:
    """What was made to last."""

    events: list[Event] = field(default_factory=list)
    state: ResumeState = field(default_factory=dict)
    over: bool = False

    async def __call__(self, *events: Event, state: tuple[StateChange, ...] | list[StateChange] = ()) -> None:
        self.events += events
        apply(self.state, list(state))

    def of(self, kind):
        """The events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]


@contextlib.asynccontextmanager
async def searching(company: Estate, job: Job | None = None, noted: Noted | None = None) -> AsyncIterator[Search]:
    """A search of the company, going on from what was noted."""
    job = replace(job or company.job(), insecure=True)
    noted = noted if noted is not None else Noted()
    inventory = Inventory(job.discovery, noted.state.get(ROOM, {}))
    policy = Policy(allow=job.allow_private)
    lookup = Lookup(job.resolvers)

    async def resolve(host: str):
        return inventory.names[host].addresses

    async with Network(job, {}, policy=policy, resolve=resolve) as network:
        yield Search(
            job=job, discovery=job.discovery, secrets={}, policy=policy, network=network, lookup=lookup,
            inventory=inventory, note=noted, over=lambda: noted.over, attach=lambda network: None,
        )  # fmt: skip
